"""Requirements that must hold: the expression language over the plans of accounts (language.md sections 5 and 7).

`check_types` gives expressions their types or says what does not fit, `judge` says for which accounts they hold.
Doors beside this one: `typed` has the tree of typed conditions, `requirement_rules` the rules.
"""

from __future__ import annotations

from policyengine.analysis.requirements.atoms import ValuePlace
from policyengine.analysis.requirements.attributes import ATTRIBUTES, Attribute, Subject
from policyengine.analysis.requirements.demands import (
    Assertion,
    Demands,
    Expected,
    ExpectedCondition,
    Level,
    Requirement,
    TypedTest,
    asks_for_account_tags,
    asks_for_resources,
    meaning,
)
from policyengine.analysis.requirements.explanation import doubts, failures
from policyengine.analysis.requirements.judgements import (
    NOT_APPLICABLE,
    STANDINGS,
    AssertionResult,
    Judgement,
    Standing,
    join,
    judge,
)
from policyengine.analysis.requirements.looked_at import WHOLE_POLICY
from policyengine.analysis.requirements.packs import PackPage, pack_names, pack_page
from policyengine.analysis.requirements.phrases import shown
from policyengine.analysis.requirements.resource_rows import (
    AccountResources,
    LimitedPlan,
    ResourceRow,
    ResourceRows,
)
from policyengine.analysis.requirements.row import Row, rows_of, touched
from policyengine.analysis.requirements.statements import check_types
from policyengine.analysis.requirements.truth import (
    MISSING,
    Missing,
    Truth,
    at_least,
    conjunction,
    disjunction,
    in_all,
    negation,
)
from policyengine.analysis.requirements.typed import Condition, Element
from policyengine.analysis.requirements.value_types import ABSENT, Type
from policyengine.analysis.requirements.violations import NOT_SET_HERE, Explained, explained, findings, reasons
from policyengine.analysis.requirements.wording import Cause, Reason

__all__ = [
    "ABSENT",
    "ATTRIBUTES",
    "MISSING",
    "NOT_APPLICABLE",
    "NOT_SET_HERE",
    "STANDINGS",
    "WHOLE_POLICY",
    "AccountResources",
    "Assertion",
    "AssertionResult",
    "Attribute",
    "Cause",
    "Condition",
    "Demands",
    "Element",
    "Expected",
    "ExpectedCondition",
    "Explained",
    "Judgement",
    "Level",
    "LimitedPlan",
    "Missing",
    "PackPage",
    "Reason",
    "Requirement",
    "ResourceRow",
    "ResourceRows",
    "Row",
    "Standing",
    "Subject",
    "Truth",
    "Type",
    "TypedTest",
    "ValuePlace",
    "asks_for_account_tags",
    "asks_for_resources",
    "at_least",
    "check_types",
    "conjunction",
    "disjunction",
    "doubts",
    "explained",
    "failures",
    "findings",
    "in_all",
    "join",
    "judge",
    "meaning",
    "negation",
    "pack_names",
    "pack_page",
    "reasons",
    "rows_of",
    "shown",
    "touched",
]

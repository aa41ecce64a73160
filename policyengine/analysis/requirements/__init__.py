"""What must hold: the expression language over the plans of accounts (language.md sections 5 and 7).

`check_types` gives expressions their types or says what does not fit, `judge` says for which accounts they hold.
"""

from __future__ import annotations

from policyengine.analysis.requirements.atoms import ValuePlace
from policyengine.analysis.requirements.demands import (
    Assertion,
    Demands,
    Expected,
    ExpectedCondition,
    Level,
    Requirement,
    TypedTest,
    asks_for_account_tags,
    meaning,
)
from policyengine.analysis.requirements.explanation import Reason, doubts, failures
from policyengine.analysis.requirements.judge import (
    NOT_APPLICABLE,
    STANDINGS,
    AssertionResult,
    Judgement,
    Standing,
    join,
    judge,
)
from policyengine.analysis.requirements.packs import PackPage, pack_names, pack_page
from policyengine.analysis.requirements.row import Row, rows_of, touched
from policyengine.analysis.requirements.statements import check_types
from policyengine.analysis.requirements.typed import Condition, Element
from policyengine.analysis.requirements.violations import Explained, explained, findings, reasons

__all__ = [
    "NOT_APPLICABLE",
    "STANDINGS",
    "Assertion",
    "AssertionResult",
    "Condition",
    "Demands",
    "Element",
    "Expected",
    "ExpectedCondition",
    "Explained",
    "Judgement",
    "Level",
    "PackPage",
    "Reason",
    "Requirement",
    "Row",
    "Standing",
    "TypedTest",
    "ValuePlace",
    "asks_for_account_tags",
    "check_types",
    "doubts",
    "explained",
    "failures",
    "findings",
    "join",
    "judge",
    "meaning",
    "pack_names",
    "pack_page",
    "reasons",
    "rows_of",
    "touched",
]

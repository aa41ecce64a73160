"""What must hold: the expression language over the plans of accounts (language.md sections 5 and 7).

`check_types` gives expressions their types or says what does not fit, `judge` says for which accounts they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.analysis.requirements.atoms import Place
from policyengine.analysis.requirements.demands import (
    Assertion,
    Demands,
    Expected,
    ExpectedCondition,
    Level,
    Requirement,
    TypedTest,
)
from policyengine.analysis.requirements.explanation import Reason, doubts, failures
from policyengine.analysis.requirements.judge import Judgement, Result, asked, asks_for_account_tags, touched
from policyengine.analysis.requirements.statements import check_types, pack_names
from policyengine.analysis.requirements.typed import Condition, Element, Memory
from policyengine.analysis.requirements.violations import Told, findings, reasons
from policyengine.aws.deployment import View

__all__ = [
    "Assertion",
    "Condition",
    "Demands",
    "Element",
    "Expected",
    "ExpectedCondition",
    "Judgement",
    "Level",
    "Memory",
    "Place",
    "Reason",
    "Requirement",
    "Result",
    "Told",
    "TypedTest",
    "asked",
    "asks_for_account_tags",
    "check_types",
    "doubts",
    "failures",
    "findings",
    "judge",
    "pack_names",
    "reasons",
    "touched",
]


def judge(
    requirements: Iterable[Requirement], views: Sequence[View], management: str | None, memory: Memory | None = None
) -> Judgement:
    """What every assertion comes to for every account of the views; `management` is the management account's id.

    Judgements of the same requirements that share a `memory` find out about the same plans once.
    """
    return Judgement(requirements, views, management, memory or Memory())

"""What must hold: the expression language over the plans of accounts (language.md sections 5 and 7).

`check_types` gives expressions their types or says what does not fit, `judge` says for which accounts they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.plan import View
from policyengine.requirements.alike import asked
from policyengine.requirements.atoms import Place
from policyengine.requirements.environment import Element, Memory
from policyengine.requirements.explain import doubts, failures
from policyengine.requirements.judge import Judgement, Result
from policyengine.requirements.packs import pack_names
from policyengine.requirements.reason import Reason
from policyengine.requirements.statements import check_types
from policyengine.requirements.touched import asks_for_account_tags, touched
from policyengine.requirements.typed import Condition
from policyengine.requirements.values import (
    Assertion,
    Demands,
    Expected,
    ExpectedCondition,
    Level,
    Requirement,
    TypedTest,
)
from policyengine.requirements.violations import Told, findings, reasons

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

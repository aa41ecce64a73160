"""What expressions are evaluated against, and what is kept of what they came to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

from policyengine.plan import DeployedCopy, DeployedPlan, DeployedRule, Selection, View
from policyengine.requirements.attributes import Subject
from policyengine.requirements.truth import Truth

if TYPE_CHECKING:
    from policyengine.requirements.quantifier import Quantifier
    from policyengine.requirements.typed import Condition

_Found = TypeVar("_Found")

Element: TypeAlias = DeployedPlan | DeployedRule | DeployedCopy | Selection
Holder: TypeAlias = DeployedPlan | DeployedRule
Slot: TypeAlias = Literal["account", "plan", "rule", "copy", "selection"]
Free: TypeAlias = frozenset[str]
"""Slots, and `view`: the plans of the account; `account` is what differs between accounts that share a view."""


class Environment:
    """What an expression is evaluated against: the account, and the element that each quantifier around it is at.

    `memory` is what all accounts have in common. `found` keeps what quantifiers came to with given elements around
    them, `told` why; `reached` has the quantifiers that met any.
    """

    __slots__ = ("account", "copy", "found", "memory", "plan", "reached", "rule", "selection", "told")

    def __init__(self, account: Subject, memory: Memory) -> None:
        self.account = account
        self.memory = memory
        self.found: dict[Quantifier, dict[tuple[Element | None, ...], tuple[Truth, frozenset[Quantifier]]]] = {}
        self.told: dict[tuple[object, ...], Any] = {}
        self.reached: set[Quantifier] = set()
        self.plan: DeployedPlan | None = None
        self.rule: DeployedRule | None = None
        self.copy: DeployedCopy | None = None
        self.selection: Selection | None = None

    def meeting(self, find: Callable[[], _Found]) -> tuple[_Found, frozenset[Quantifier]]:
        """What something comes to, and the quantifiers that meet any on the way to it, not counted as reached here."""
        around, self.reached = self.reached, set()
        try:
            return find(), frozenset(self.reached)
        finally:
            self.reached = around


class Within(NamedTuple):
    """What the elements of a plan or rule contribute to a quantifier, and the quantifiers inside that met any.

    `judged` has an entry for each element, None for those that `where` leaves out. `truths` has the others: each truth
    once or, where they are counted, that of each rule and copy in all its Regions.
    """

    judged: tuple[Truth | None, ...]
    truths: tuple[Truth, ...]
    reached: frozenset[Quantifier]


class Met(NamedTuple):
    """An element that a quantifier means, surely or (`meant` is unknown) perhaps, and whether it satisfies."""

    meant: Truth
    truth: Truth


class Contribution(NamedTuple):
    """An element as a quantifier met it, None where `where` leaves it out.

    `reached` are the quantifiers inside that met any.
    """

    met: Met | None
    reached: frozenset[Quantifier]


class Memory:
    """What was found out about plans and rules, for wherever they are met again; `told` is why.

    `judged` is what elements contribute, by themselves and by all that is read of them: many rules keep their backups
    35 days. `of_views` is what conditions come to for accounts that share a view, and the quantifiers that met any.
    """

    def __init__(self) -> None:
        self.within: dict[Quantifier, dict[Holder, Within]] = {}
        self.of_views: dict[Condition, dict[View, tuple[Truth, frozenset[Quantifier]]]] = {}
        self.judged: dict[Quantifier, dict[object, Contribution]] = {}
        self.told: dict[tuple[object, ...], Any] = {}

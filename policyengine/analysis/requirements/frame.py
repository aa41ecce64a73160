"""Rows, and for each slot what a row is at: what the conditions of requirements are evaluated on.

A frame knows the smaller ones that hold each combination of some of its slots once, and the larger ones with a row for
each element inside its rows. Values are coded: a number a row, and each distinct value once.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import accumulate, chain, combinations, pairwise, repeat, starmap
from typing import Any, NamedTuple, TypeAlias

from policyengine.analysis.requirements.attributes import Subject
from policyengine.analysis.requirements.resource_rows import (
    NO_RESOURCES,
    AccountResources,
    ResourceRow,
    ResourceRows,
)
from policyengine.analysis.requirements.truth import MISSING
from policyengine.analysis.requirements.typed import Access, Element, Free, Holder, Pick, Slot
from policyengine.analysis.requirements.value_types import ABSENT, OpenList, may_be_equal
from policyengine.aws.deployment import OWN, UNKNOWN, DeployedPlan, DeployedRule, View
from policyengine.aws.organization import Entity

Codes: TypeAlias = bytes | list[int]
"""A number a row: bytes where there are few distinct values, since these are translated at once."""

_FEW = 256  # numbers that fit a byte


class Smaller(NamedTuple):
    """A frame with each combination of some slots once, and its row for each row of the larger; None: the same rows."""

    frame: Frame
    rows: Sequence[int] | None

    def spread(self, column: bytes) -> bytes:
        """A column of the smaller frame on the larger one."""
        return column if self.rows is None else bytes(map(column.__getitem__, self.rows))


class Inside(NamedTuple):
    """A frame of the elements inside the rows of another one, and the slice of it that belongs to each of them."""

    frame: Frame
    slices: tuple[slice, ...]


class Coded(NamedTuple):
    """The distinct values of an operand, each with its code, and the code of each row."""

    codes: Codes
    values: Mapping[Any, int]


class Frame:
    """`at` has a column for each slot, all of one length: views, accounts, plans, rules, copies, selections, resources.

    `management` is the id of the management account, None where the snapshot does not tell; `resources` are those of
    the accounts, None without an inventory.
    """

    __slots__ = ("_coded", "_inside", "_positions", "_smaller", "at", "management", "resources", "size")

    def __init__(
        self,
        at: Mapping[str, Sequence[Any]],
        size: int,
        management: str | None,
        resources: ResourceRows | None = None,
    ) -> None:
        self.at = at
        self.size = size
        self.management = management
        self.resources = resources
        self._smaller: dict[Free, Smaller] = {}
        self._inside: dict[tuple[Slot, Slot], Inside] = {}
        self._coded: dict[Hashable, Coded] = {}
        self._positions: dict[Hashable, int] | None = None

    def smaller(self, slots: Free) -> Smaller:
        """The frame of some slots alone, with each combination once."""
        if slots not in self._smaller:
            self._smaller[slots] = self._projected([slot for slot in self.at if slot in slots])
        return self._smaller[slots]

    def inside(self, over: Slot, within: Slot) -> Inside:
        """The frame of the elements of a kind inside what the rows are at."""
        if (over, within) not in self._inside:
            self._inside[over, within] = self._expanded(over, self._holders(over, within))
        return self._inside[over, within]

    def resources_of(self, account: Entity) -> AccountResources:
        """The resources of an account; none where there is no inventory."""
        return self.resources.of(account.id or "") if self.resources else NO_RESOURCES

    def position(self, places: Mapping[str, Any]) -> int:
        """The number of the row at some places; slots that the frame does not have are ignored."""
        if not self.at:
            return 0
        if self._positions is None:
            self._positions = {key: row for row, key in enumerate(self._keys(self.at))}
        return self._positions[tuple([places[slot] for slot in self.at])]

    def coded(self, operand: Access | Pick) -> Coded:
        """The values of an operand in each row, as codes of its distinct values."""
        small, rows = self.smaller(self._read(operand))
        coded = small.codes_of(operand)
        if rows is None:
            return coded
        codes = map(coded.codes.__getitem__, rows)
        return Coded(bytes(codes) if isinstance(coded.codes, bytes) else list(codes), coded.values)

    def codes_of(self, operand: Access | Pick) -> Coded:
        """The same on a frame of no more than what is read."""
        key = (operand.slot, operand.attributes, operand.key) if isinstance(operand, Access) else operand
        if key not in self._coded:
            self._coded[key] = _coded(self._values(operand))
        return self._coded[key]

    def _projected(self, slots: Sequence[str]) -> Smaller:
        if len(slots) == len(self.at):
            return Smaller(self, None)
        at = {slot: self.at[slot] for slot in slots}
        keys = list(self._keys(at)) if slots else [()] * self.size
        number: dict[Hashable, int] = {key: row for row, key in enumerate(dict.fromkeys(keys))}
        if len(number) == self.size:
            return Smaller(Frame(at, self.size, self.management, self.resources), None)
        columns = zip(*number, strict=True) if number else repeat(())
        small = Frame(dict(zip(slots, columns, strict=False)), len(number), self.management, self.resources)
        return Smaller(small, list(map(number.__getitem__, keys)))

    @staticmethod
    def _keys(at: Mapping[str, Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
        return zip(*at.values(), strict=True)

    def _holders(self, over: Slot, within: Slot) -> Sequence[View | Holder]:
        if over == "resource":
            return [self.resources_of(account) for account in self._accounts()]
        return self.at["view" if within == "account" else within]

    def _expanded(self, over: Slot, holders: Sequence[View | Holder]) -> Inside:
        by_holder = {holder: elements(over, holder) for holder in dict.fromkeys(holders)}
        held_by_row = [by_holder[holder] for holder in holders]
        sizes = list(map(len, held_by_row))
        at = {
            slot: list(chain.from_iterable(map(repeat, column, sizes)))
            for slot, column in self.at.items()
            if slot != over
        }
        bounds = list(accumulate(sizes, initial=0))
        at[over] = list(chain.from_iterable(held_by_row))
        frame = Frame(at, bounds[-1], self.management, self.resources)
        return Inside(frame, tuple([slice(start, end) for start, end in pairwise(bounds)]))

    def _read(self, operand: Access | Pick) -> Free:
        """The slots that an operand reads: of the account's own, the account, or the view that stands for it."""
        identity = "account" if "account" in self.at else "view"
        if isinstance(operand, Access):
            slots = {identity if operand.slot == "account" else operand.slot}
        else:
            slots = {"view" if operand.plan is not None else "plan"}
        return frozenset({*slots, identity} if operand.own else slots)

    def _values(self, operand: Access | Pick) -> Sequence[Any]:
        if isinstance(operand, Pick):
            return self._picked(operand)
        values: Sequence[Any] = self._subjects() if operand.slot == "account" else self.at[operand.slot]
        for attribute in operand.attributes:
            values = list(map(attribute.read, values))
        if operand.key is not None:
            return [tags.get(operand.key, ABSENT) for tags in values]
        if operand.own:
            pairs = zip(values, self._accounts(), strict=True)
            return [account.id if value == OWN else value for value, account in pairs]
        return values

    def _picked(self, pick: Pick) -> list[Any]:
        nothing: Sequence[None] = [None] * self.size
        accounts = self._accounts() if pick.own else nothing
        rows = zip(self.at.get("view", nothing), self.at.get("plan", nothing), accounts, strict=True)
        return [picked_value(pick, *row) for row in rows]

    def _subjects(self) -> list[Subject]:
        views = self.at.get("view", [_NOWHERE] * self.size)
        pairs = zip(views, self._accounts(), strict=True)
        return [subject(view, account, self.management) for view, account in pairs]

    def _accounts(self) -> Sequence[Entity]:
        """The accounts; where a condition does not tell those of a view apart, the first stands for all."""
        return self.at["account"] if "account" in self.at else [view.accounts[0] for view in self.at["view"]]


_NOWHERE = View((), (), None)


def subject(view: View, account: Entity, management: str | None) -> Subject:
    """An account, given the id of the management account, None where the snapshot does not tell."""
    return Subject(view, account, None if management is None else account.id == management)


def elements(over: Slot, holder: View | Holder) -> Sequence[Element]:
    """The elements of a kind that a view, a plan, a rule or a resource holds; of a rule's selections, its plan's."""
    if isinstance(holder, AccountResources):
        return holder.rows
    if isinstance(holder, ResourceRow):
        return _of_resource(over, holder)
    if isinstance(holder, View):
        return (
            holder.plans if over == "plan" else [element for plan in holder.plans for element in elements(over, plan)]
        )
    if isinstance(holder, DeployedRule):
        return holder.copies if over == "copy" else holder.reach.selections
    return (holder,) if over == "plan" else _of_plan(over, holder)


def hides(over: Slot, holder: Holder) -> bool:
    """Whether there may be more elements of a kind in a plan, a rule or a resource than are known."""
    if isinstance(holder, ResourceRow):
        return holder.hides(over)
    if over != "copy" or isinstance(holder, AccountResources):
        return False
    return any(rule.unsure_copies for rule in rules_of(holder))


def rules_of(holder: View | Holder) -> Sequence[DeployedRule]:
    """The rules in their Regions of a view, a plan or a resource; of a rule itself."""
    if isinstance(holder, View):
        return [rule for plan in holder.plans for rule in plan.rules]
    if isinstance(holder, AccountResources):
        return ()
    return (holder,) if isinstance(holder, DeployedRule) else holder.rules


def _of_plan(over: Slot, plan: DeployedPlan) -> Sequence[Element]:
    if over == "rule":
        return plan.rules
    return plan.plan.selections if over == "selection" else [copy for rule in plan.rules for copy in rule.copies]


def _of_resource(over: Slot, resource: ResourceRow) -> Sequence[Element]:
    """The plans that protect a resource, the rules and copies that run where it is, the selections of the plans."""
    if over == "plan":
        return resource.deployed
    if over == "selection":
        return [selection for plan in resource.deployed for selection in plan.plan.selections]
    return resource.rules if over == "rule" else resource.copies


def read(element: Any, operand: Access | Pick, account: Entity | None) -> Any:  # noqa: ANN401 - of the operand's type
    """The value of an operand's attributes: of an element, or of a `Subject`."""
    for attribute in operand.attributes:
        element = attribute.read(element)
    if operand.key is not None:
        return element.get(operand.key, ABSENT)
    return account.id if account and operand.own and element == OWN else element


def picked_value(pick: Pick, view: View | None, plan: DeployedPlan | None, account: Entity | None) -> Any:  # noqa: ANN401
    """The one value of the plan, or of the rule in all of its Regions; unknown where AWS withholds the plans.

    `MISSING` where it is not there, or where Regions differ.
    """
    if view and view.withheld:
        return UNKNOWN
    values = {read(element, pick, account) for element in picked(pick, view, plan)}
    if len(values) == 1:
        return values.pop()
    return UNKNOWN if _may_be_one(values) else MISSING


def _may_be_one(values: Collection[Any]) -> bool:
    """Whether all of some different values may turn out to be the same one."""
    if any(isinstance(value, OpenList) for value in values):
        return all(starmap(may_be_equal, combinations(values, 2)))
    facts = set(values) - {UNKNOWN}
    return UNKNOWN in values and len(facts) == 1 and MISSING not in facts


def picked(pick: Pick, view: View | None, plan: DeployedPlan | None) -> Sequence[DeployedPlan | DeployedRule]:
    """The plan, or the rule in its Regions; empty where it does not exist."""
    plan = picked_plan(pick, view, plan)
    if plan is None:
        return ()
    if pick.rule is None:
        return (plan,)
    rules = plan.in_regions.get(pick.rule, ())
    return rules if pick.region is None else [rule for rule in rules if rule.region == pick.region]


def picked_plan(pick: Pick, view: View | None, plan: DeployedPlan | None) -> DeployedPlan | None:
    """The plan, None where the view has none of this name; `plan` is the one that a quantifier is at."""
    if pick.plan is None:
        return plan
    return next((deployed for deployed in (view.plans if view else ()) if deployed.plan.name == pick.plan), None)


def _coded(values: Sequence[Any]) -> Coded:
    number: dict[Any, int] = {}
    codes = [number.setdefault(value, len(number)) for value in values]
    return Coded(bytes(codes) if len(number) <= _FEW else codes, number)

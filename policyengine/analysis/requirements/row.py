"""One row of what requirements are evaluated on: an account, what the quantifiers around it are at, and truths there.

Truths are looked up in the columns of all rows that are explained together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeAlias

from policyengine.analysis.requirements.attributes import Subject
from policyengine.analysis.requirements.evaluate_conditions import Columns
from policyengine.analysis.requirements.frame import (
    Frame,
    elements,
    picked,
    picked_plan,
    picked_value,
    read,
    subject,
)
from policyengine.analysis.requirements.resource_rows import ResourceRows
from policyengine.analysis.requirements.truth import EVERY, MET, OF_BYTE, SOME, TRUTH_BYTE, Truth
from policyengine.analysis.requirements.typed import (
    Access,
    Condition,
    Constant,
    Element,
    Holder,
    Operand,
    Pick,
    Quantifier,
    Slot,
    parts,
)
from policyengine.aws.deployment import DeployedCopy, DeployedPlan, DeployedRule, View
from policyengine.aws.organization import Entity


class Judged(NamedTuple):
    """The row of an element, the element, and what it contributes; None where `where` leaves it out."""

    row: Row
    element: Element
    truth: Truth | None


class Row:
    """`places` has what each slot is at; `columns` are those of the conditions that are asked about the row."""

    def __init__(self, columns: Columns, places: Mapping[str, Any]) -> None:
        self.columns = columns
        self.places = places

    @property
    def view(self) -> View:
        """The view of the account: its deployed plans."""
        view: View = self.places["view"]
        return view

    @property
    def account(self) -> Entity:
        """The account; where accounts share a view, one of them stands for all."""
        account: Entity = self.places["account"]
        return account

    @property
    def plan(self) -> DeployedPlan | None:
        """The plan that a quantifier is at."""
        return self.places.get("plan")

    @property
    def rule(self) -> DeployedRule | None:
        """The rule that a quantifier is at."""
        return self.places.get("rule")

    @cached_property
    def subject(self) -> Subject:
        """The account with what it has."""
        return subject(self.view, self.account, self.columns.frame.management)

    def at(self, over: Slot, element: Element) -> Row:
        """The row of an element inside this one."""
        return Row(self.columns, {**self.places, over: element})

    def element(self, slot: Slot) -> Element | None:
        """The element that a quantifier is bound to; None for the account itself."""
        return None if slot == "account" else self.places[slot]

    def truth(self, condition: Condition) -> Truth:
        """Whether a condition holds here."""
        return self.columns.at(condition, self.places)

    def value(self, operand: Operand) -> Any:  # noqa: ANN401 - of the operand's type
        """The value of an operand here: a literal's own, `UNKNOWN`, `MISSING` or `ABSENT` among others."""
        if isinstance(operand, Constant):
            return operand.constant
        if isinstance(operand, Pick):
            return picked_value(operand, self.view, self.plan, self.account)
        return self.read(self.subject if operand.slot == "account" else self.places[operand.slot], operand)

    def read(self, element: object, operand: Access | Pick) -> Any:  # noqa: ANN401 - of the operand's type
        """The value that an element has."""
        return read(element, operand, self.account)

    def picked(self, pick: Pick) -> Sequence[DeployedPlan | DeployedRule]:
        """The plan that is picked by name, or the rule, once for each of its Regions; empty if there is none."""
        return picked(pick, self.view, self.plan)

    def picked_plan(self, pick: Pick) -> DeployedPlan | None:
        """The plan in which a rule or a selection is picked by name."""
        return picked_plan(pick, self.view, self.plan)

    def holders(self, quantifier: Quantifier) -> Sequence[Holder]:
        """The plans, the rule, the resource or the account's resources whose elements a quantifier ranges over."""
        if quantifier.over == "resource":
            return (self.columns.frame.resources_of(self.account),)
        return self.view.plans if quantifier.within == "account" else (self.places[quantifier.within],)

    def inside(self, quantifier: Quantifier) -> Iterator[Row]:
        """The row of each element that a quantifier ranges over, meant or not."""
        for holder in self.holders(quantifier):
            yield from (self.at(quantifier.over, element) for element in elements(quantifier.over, holder))

    def judged(self, quantifier: Quantifier) -> Iterator[Judged]:
        """Each element that a quantifier ranges over."""
        for holder in self.holders(quantifier):
            yield from self.judged_in(holder, quantifier)

    def judged_in(self, holder: Holder, quantifier: Quantifier) -> Iterator[Judged]:
        """The same for the elements of one plan or rule."""
        table = EVERY if quantifier.kind == "every" else SOME
        for element in elements(quantifier.over, holder):
            inside = self.at(quantifier.over, element)
            meant = inside.truth(quantifier.where) if quantifier.where else True
            judged = table[TRUTH_BYTE[meant] << 3 | TRUTH_BYTE[inside.truth(quantifier.satisfies)]]
            yield Judged(inside, element, OF_BYTE[judged - MET] if judged >= MET else None)


_SLOTS = ("account", "view", "plan", "rule", "copy", "selection", "resource")


def rows_of(
    pairs: Sequence[tuple[View, Entity]], management: str | None, resources: ResourceRows | None = None
) -> list[Row]:
    """The rows of accounts with what they have, whose columns are evaluated together; `resources` are the accounts'."""
    at: dict[str, Sequence[Any]] = {"view": [view for view, _ in pairs], "account": [account for _, account in pairs]}
    columns = Columns(Frame(at, len(pairs), management, resources))
    return [Row(columns, {"view": view, "account": account}) for view, account in pairs]


def around(condition: Condition, rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """The elements that each row is bound to, as far as the condition reads them."""
    slots = [slot for slot in _SLOTS if slot in condition.free]
    return [tuple(map(row.places.get, slots)) for row in rows]


def touched(condition: Condition, row: Row) -> Iterator[Element]:
    """Every element that a quantifier means or a name picks; what a `where` leaves out is not touched."""
    row.truth(condition)
    return _touched(condition, row, set())


def _touched(condition: Condition, row: Row, walked: set[object]) -> Iterator[Element]:
    """The same; `walked` has the quantifiers that were walked through, with what was around them."""
    if isinstance(condition, Quantifier):
        (here,) = around(condition, [row])
        if (condition, here) not in walked:
            walked.add((condition, here))
            for inside, element, truth in row.judged(condition):
                if truth is not None:
                    yield element
                    yield from _touched(condition.satisfies, inside, walked)
    elif isinstance(condition, Pick):
        yield from row.picked(condition)
    else:
        for part in parts(condition):
            yield from _touched(part, row, walked)


Reader: TypeAlias = Callable[[Any], object]


def readers(quantifier: Quantifier) -> tuple[Reader, ...]:
    """The readers of all values of an element that a quantifier reads; empty where it also reads other elements."""
    each = [_readers(part, quantifier.over) for part in (quantifier.satisfies, quantifier.where) if part]
    return () if None in each else tuple(dict.fromkeys(reader for part in each for reader in part or ()))


def content_key(element: Element, reading: Sequence[Reader]) -> object:
    """The same for a rule or copy in all Regions where all that is read there is the same."""
    if not reading:
        return element
    content = tuple([reader(element) for reader in reading])
    if isinstance(element, DeployedRule):
        return element.rule, content
    return (element.copy, content) if isinstance(element, DeployedCopy) else element


def _readers(condition: Condition, slot: Slot) -> list[Reader] | None:
    """The readers of a condition on the element of a slot; None if it reads other elements or the account's own id."""
    if isinstance(condition, Constant):
        return []
    if isinstance(condition, Access):
        plain = condition.slot == slot and condition.key is None and not condition.own
        return [condition.attributes[0].read] if plain else None
    if isinstance(condition, Quantifier):
        inside = readers(condition) if condition.within == slot else ()
        return [partial(_contents, condition.over, inside)] if inside else None
    if isinstance(condition, Pick):
        return None
    each = [_readers(part, slot) for part in parts(condition)]
    return None if None in each else [reader for part in each for reader in part or ()]


def _contents(over: Slot, reading: Sequence[Reader], holder: Holder) -> tuple[object, ...]:
    return tuple([tuple([reader(element) for reader in reading]) for element in elements(over, holder)])

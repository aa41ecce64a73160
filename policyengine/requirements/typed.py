"""Expressions whose types are known to fit: what they come to for an account.

Made by `Checker`. A node is evaluated against an `Environment`, which holds what the quantifiers around it are at.
`free` names what of it a node looks at, so that a result is kept for all accounts, plans or rules that share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from policyengine.plan import OWN, UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Selection
from policyengine.requirements.attributes import Attribute, Subject
from policyengine.requirements.truth import ABSENT, MISSING, Truth, at_least, conjunction, disjunction, negation
from policyengine.requirements.types import Type
from policyengine.syntax.expressions import ComparisonOperator, Expression
from policyengine.syntax.expressions import Quantifier as WrittenQuantifier

Element: TypeAlias = DeployedPlan | DeployedRule | DeployedCopy | Selection
Slot: TypeAlias = Literal["account", "plan", "rule", "copy", "selection"]
Free: TypeAlias = frozenset[str]
"""Slots, and `view`: the plans of the account; `account` is what differs between accounts that share a view."""


class Environment:
    """What an expression is evaluated against: the account, and the element that each quantifier around it is at.

    `memory` is what all accounts have in common. `found` keeps what quantifiers came to with given elements around
    them, `told` why; `reached` has the quantifiers that met any.
    """

    __slots__ = ("account", "copy", "found", "memory", "plan", "reached", "rule", "selection", "told")

    def __init__(self, account: Subject, memory: Memory, reached: set[Quantifier]) -> None:
        self.account = account
        self.memory = memory
        self.found: dict[Quantifier, dict[tuple[Element | None, ...], Truth]] = {}
        self.told: dict[tuple[object, ...], Any] = {}
        self.reached = reached
        self.plan: DeployedPlan | None = None
        self.rule: DeployedRule | None = None
        self.copy: DeployedCopy | None = None
        self.selection: Selection | None = None


class Within(NamedTuple):
    """What the elements of a plan or rule contribute to a quantifier, and the quantifiers inside that met any.

    `judged` has an entry for each element, None for those that `where` leaves out, `truths` the others.
    """

    judged: tuple[Truth | None, ...]
    truths: tuple[Truth, ...]
    reached: frozenset[Quantifier]


class Contribution(NamedTuple):
    """What an element contributes to a quantifier, None where `where` leaves it out.

    `reached` are the quantifiers inside that met any.
    """

    truth: Truth | None
    reached: frozenset[Quantifier]


class Memory:
    """What was found out about plans and rules, for wherever they are met again; `told` is why.

    `judged` is what elements contribute, by all that is read of them: many rules keep their backups 35 days.
    """

    def __init__(self) -> None:
        self.within: dict[Quantifier, dict[Holder, Within]] = {}
        self.judged: dict[Quantifier, dict[tuple[object, ...], Contribution]] = {}
        self.told: dict[tuple[object, ...], Any] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A literal; `text` is how a message shows it. Of a list, `item` is the type of what it holds."""

    type: Type
    constant: object
    text: str
    item: Type = Type.STRING
    free: Free = frozenset()

    def value(self, _environment: Environment) -> Any:  # noqa: ANN401 - of the type that `type` says
        """The literal itself."""
        return self.constant


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """`rule.vault.lock`: attributes of what a slot holds; of a tag, `key` is the tag's."""

    type: Type
    slot: Slot
    attributes: tuple[Attribute, ...]
    free: Free
    key: str | None = None

    @property
    def own(self) -> bool:
        """Whether it may come to the account's own id."""
        return self.attributes[-1].own

    def value(self, environment: Environment) -> Any:  # noqa: ANN401 - of the type that `type` says
        """The value, `UNKNOWN`, `MISSING` or `ABSENT`."""
        return _read(getattr(environment, self.slot), self, environment.account)


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """`plans["x"].rules["y"].in_region["r"].retention`: attributes of a plan or rule picked by name.

    `plan` is None where the plan is the one that a quantifier is at, `rule` where the plan itself is meant.
    """

    type: Type
    plan: str | None
    rule: str | None
    region: str | None
    attributes: tuple[Attribute, ...]
    free: Free
    key: str | None = None

    @property
    def own(self) -> bool:
        """Whether it may come to the account's own id."""
        return self.attributes[-1].own

    def value(self, environment: Environment) -> Any:  # noqa: ANN401 - of the type that `type` says
        """The value that the plan, or the rule in each of its Regions, has alike.

        `MISSING` where it is not there, or where Regions differ.
        """
        if environment.account.view.withheld:
            return UNKNOWN
        values = {self.read(element, environment) for element in self.elements(environment)}
        if len(values) == 1:
            return values.pop()
        known = values - {UNKNOWN}
        open_ = UNKNOWN in values and len(known) == 1 and MISSING not in known
        return UNKNOWN if open_ else MISSING

    def read(self, element: DeployedPlan | DeployedRule, environment: Environment) -> Any:  # noqa: ANN401 - see `value`
        """The value that the plan, or the rule in one Region, has."""
        return _read(element, self, environment.account)

    def elements(self, environment: Environment) -> Sequence[DeployedPlan | DeployedRule]:
        """The plan, or the rule in its Regions; none where there is no such thing."""
        plan = self.picked_plan(environment)
        if plan is None:
            return ()
        if self.rule is None:
            return (plan,)
        rules = plan.in_regions.get(self.rule, ())
        return rules if self.region is None else [rule for rule in rules if rule.region == self.region]

    def picked_plan(self, environment: Environment) -> DeployedPlan | None:
        """The plan, None where the account has none of this name."""
        if self.plan is None:
            return environment.plan
        return next((plan for plan in environment.account.view.plans if plan.plan.name == self.plan), None)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """`left OP right`; `holds` compares two values that are there."""

    left: Operand
    operator: ComparisonOperator
    right: Operand
    holds: Callable[[Any, Any], bool]
    free: Free
    written: Expression = field(repr=False)

    def value(self, environment: Environment) -> Truth:
        """Whether it holds."""
        left: object = self.left.value(environment)
        right: object = self.right.value(environment)
        if left is MISSING or right is MISSING:
            return MISSING
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return self.holds(left, right)


@dataclass(frozen=True, slots=True, eq=False)
class Logical:
    """`and`, `or`."""

    operator: Literal["and", "or"]
    operands: tuple[Condition, ...]
    free: Free
    written: Expression = field(repr=False)

    def value(self, environment: Environment) -> Truth:
        """What the operands come to together."""
        decides = self.operator == "or"
        truths = []
        for operand in self.operands:
            truth = operand.value(environment)
            if truth is decides:
                return truth
            truths.append(truth)
        return disjunction(truths) if decides else conjunction(truths)


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """`not`."""

    operand: Condition
    free: Free

    def value(self, environment: Environment) -> Truth:
        """The opposite."""
        return negation(self.operand.value(environment))


@dataclass(frozen=True, slots=True, eq=False)
class Quantifier:
    """`every KIND where ... satisfies ...`; `within` is the slot whose elements it ranges over."""

    kind: Literal["every", "some", "no", "at least"]
    count: int
    over: Slot
    within: Slot
    where: Condition | None
    satisfies: Condition
    free: Free
    shared: bool  # whether what it finds out about an element holds wherever it meets the element again
    written: WrittenQuantifier = field(repr=False)
    reads: tuple[Reader, ...] = field(init=False, repr=False)  # all that it looks at, where that is the element's own
    regional: bool = field(init=False, repr=False)  # whether it asks for what differs between Regions by its nature

    def __post_init__(self) -> None:
        """Finds out what it reads."""
        conditions = [self.satisfies, *([self.where] if self.where else [])]
        read = [_own_reads(condition, self.over) for condition in conditions]
        known = () if None in read else tuple(dict.fromkeys(one for found in read for one in found or ()))
        object.__setattr__(self, "reads", known if self.shared else ())
        object.__setattr__(self, "regional", any(map(_is_regional, conditions)))

    def value(self, environment: Environment) -> Truth:
        """What the elements come to together; unknown where nobody knows what the account has."""
        if self.within == "account" and environment.account.view.withheld:
            return UNKNOWN
        if self.shared:
            return self._value(environment)
        # Kept, or quantifiers inside each other would ask the same again for every element around them.
        known, around = environment.found.setdefault(self, {}), self.around(environment)
        if around not in known:
            known[around] = self._value(environment)
        return known[around]

    def around(self, environment: Environment) -> tuple[Element | None, ...]:
        """What the quantifiers around it are at, as far as it matters: with the same it comes to the same."""
        return tuple(getattr(environment, slot) for slot in _ELEMENTS if slot in self.free)

    def _value(self, environment: Environment) -> Truth:
        truths = self._truths(environment)
        if truths:
            environment.reached.add(self)
        if self.kind == "every":
            return conjunction(truths)
        if self.kind == "at least":
            return at_least(self.count, truths)
        return disjunction(truths) if self.kind == "some" else negation(disjunction(truths))

    def content(self, holder: Holder) -> tuple[tuple[object, ...], ...]:
        """All that it looks at of what a plan or rule holds, given what it `reads`."""
        return tuple([tuple([read(element) for read in self.reads]) for element in elements(self.over, holder)])

    def likeness(self, element: Element) -> object:
        """The same for a rule or copy in all Regions where all that it asks for is the same."""
        if self.regional or not self.reads:
            return element
        content = tuple([read(element) for read in self.reads])
        if isinstance(element, DeployedRule):
            return element.rule, content
        return (element.copy, content) if isinstance(element, DeployedCopy) else element

    def judged(self, environment: Environment) -> Iterator[tuple[Element, Truth | None]]:
        """Every element with what it contributes; None for those that `where` leaves out."""
        for holder in holders(self.within, environment):
            yield from self.judged_in(holder, environment)

    def judged_in(self, holder: Holder, environment: Environment) -> Iterator[tuple[Element, Truth | None]]:
        """The same for the elements of one plan or rule."""
        known = environment.memory.within.get(self, {}).get(holder)
        outer = getattr(environment, self.over)
        try:
            for index, element in enumerate(elements(self.over, holder)):
                setattr(environment, self.over, element)
                yield element, known.judged[index] if known else self._contribution(element, environment)
        finally:
            setattr(environment, self.over, outer)

    def _truths(self, environment: Environment) -> list[Truth]:
        """What the elements contribute; kept for each plan or rule that holds them, which many accounts share."""
        found: list[Truth] = []
        known = environment.memory.within.setdefault(self, {}) if self.shared else {}
        for holder in holders(self.within, environment):
            within = known.get(holder)
            if within is None:
                within = known[holder] = self._within(holder, environment)
            found += within.truths
            if within.reached:
                environment.reached |= within.reached
        return found

    def _within(self, holder: Holder, environment: Environment) -> Within:
        around, environment.reached = environment.reached, set()
        outer = getattr(environment, self.over)
        try:
            judged = tuple([self._contribution(element, environment) for element in elements(self.over, holder)])
            truths = tuple([truth for truth in judged if truth is not None])
            return Within(judged, truths, frozenset(environment.reached))
        finally:
            environment.reached = around
            setattr(environment, self.over, outer)

    def _contribution(self, element: Element, environment: Environment) -> Truth | None:
        if not self.reads:
            setattr(environment, self.over, element)
            return self._judge(environment)
        content = tuple([read(element) for read in self.reads])
        known = environment.memory.judged.setdefault(self, {})
        if content not in known:
            known[content] = self._judged_alone(element, environment)
        truth, reached = known[content]
        if reached:
            environment.reached |= reached
        return truth

    def _judged_alone(self, element: Element, environment: Environment) -> Contribution:
        around, environment.reached = environment.reached, set()
        try:
            setattr(environment, self.over, element)
            return Contribution(self._judge(environment), frozenset(environment.reached))
        finally:
            environment.reached = around

    def _judge(self, environment: Environment) -> Truth | None:
        """What the element at hand contributes; whether one is meant at all may be unknown, and then not matter."""
        meant = True if self.where is None else self.where.value(environment)
        if meant is False or meant is MISSING:
            return None
        truth = self.satisfies.value(environment)
        if meant is True:
            return truth
        harmless = truth is True if self.kind == "every" else truth is False
        return truth if harmless else UNKNOWN


Operand: TypeAlias = Constant | Access | Pick
Condition: TypeAlias = Constant | Access | Pick | Comparison | Logical | Not | Quantifier
Holder: TypeAlias = DeployedPlan | DeployedRule
Reader: TypeAlias = Callable[[Any], object]
_ELEMENTS: tuple[Slot, ...] = ("plan", "rule", "copy", "selection")


def holders(within: Slot, environment: Environment) -> Sequence[Holder]:
    """The plans or the rule whose elements a quantifier ranges over within what a slot holds."""
    if within == "rule" and environment.rule:
        return (environment.rule,)
    return (environment.plan,) if within == "plan" and environment.plan else environment.account.view.plans


def elements(over: Slot, holder: Holder) -> Sequence[Element]:
    """The elements of a kind that a plan or a rule holds; of a rule's selections, its plan's."""
    if isinstance(holder, DeployedRule):
        return holder.copies if over == "copy" else holder.plan.selections
    if over == "plan":
        return (holder,)
    if over == "rule":
        return holder.rules
    return holder.plan.selections if over == "selection" else [copy for rule in holder.rules for copy in rule.copies]


def _own_reads(condition: Condition, slot: Slot) -> list[Reader] | None:
    """How a condition reads what is in a slot, None where it looks at anything else or at what cannot be kept."""
    if isinstance(condition, Constant):
        return []
    if isinstance(condition, Access):
        known = condition.slot == slot and condition.key is None and not condition.own
        return [condition.attributes[0].read] if known else None
    if isinstance(condition, Quantifier):
        return [condition.content] if condition.within == slot and condition.reads else None
    if isinstance(condition, Pick):
        return None
    parts = [_own_reads(part, slot) for part in _parts(condition)]
    return None if None in parts else [read for part in parts for read in part or ()]


def _is_regional(condition: Condition) -> bool:
    if isinstance(condition, (Access, Pick)):
        return any(attribute.regional for attribute in condition.attributes)
    if isinstance(condition, Quantifier):
        return condition.regional
    return not isinstance(condition, Constant) and any(map(_is_regional, _parts(condition)))


def _parts(condition: Comparison | Logical | Not) -> tuple[Condition, ...]:
    if isinstance(condition, Comparison):
        return condition.left, condition.right
    return condition.operands if isinstance(condition, Logical) else (condition.operand,)


def _read(value: Any, access: Access | Pick, account: Subject) -> Any:  # noqa: ANN401 - of the access's type
    """The attributes of a value, one after the other."""
    for attribute in access.attributes:
        value = attribute.read(value)
    if access.key is not None:
        return value.get(access.key, ABSENT)
    return account.account.id if access.own and value == OWN else value

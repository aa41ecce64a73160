"""Expressions whose types are known to fit: what they come to for an account.

Made by `Checker`. A node is evaluated against an `Environment`, which holds what the quantifiers around it are at.
`free` names what of it a node looks at, so that a result is kept for all accounts, plans or rules that share it.

What expressions are evaluated against, and what is kept of what they came to.

Quantifiers: what the plans, rules, copies or selections of an account come to together.

Share, then judge: what an element contributes is found out once for all elements of which the same is read, and what a
plan or rule holds once for all accounts that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from policyengine.analysis.requirements.attributes import Attribute, Subject
from policyengine.analysis.requirements.truth import (
    ABSENT,
    MISSING,
    Truth,
    Type,
    at_least,
    conjunction,
    disjunction,
    in_all,
    negation,
)
from policyengine.aws.deployment import OWN, UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, Selection, View
from policyengine.base.records import entity
from policyengine.language.syntax.nodes import ComparisonOperator, Expression, QuantifierNode

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


@entity
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


@entity
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


@entity
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


@entity
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


@entity
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


@entity
class Not:
    """`not`."""

    operand: Condition
    free: Free

    def value(self, environment: Environment) -> Truth:
        """The opposite."""
        return negation(self.operand.value(environment))


Operand: TypeAlias = Constant | Access | Pick
Condition: TypeAlias = "Constant | Access | Pick | Comparison | Logical | Not | Quantifier"


def _read(value: Any, access: Access | Pick, account: Subject) -> Any:  # noqa: ANN401 - of the access's type
    """The attributes of a value, one after the other."""
    for attribute in access.attributes:
        value = attribute.read(value)
    if access.key is not None:
        return value.get(access.key, ABSENT)
    return account.account.id if access.own and value == OWN else value


Reader: TypeAlias = Callable[[Any], object]
_ELEMENTS: tuple[Slot, ...] = ("plan", "rule", "copy", "selection")


@entity
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
    written: QuantifierNode = field(repr=False)
    reads: tuple[Reader, ...] = field(init=False, repr=False)  # all that it looks at, where that is the element's own

    def __post_init__(self) -> None:
        """Finds out what it reads."""
        conditions = [self.satisfies, *([self.where] if self.where else [])]
        read = [_own_reads(condition, self.over) for condition in conditions]
        known = () if None in read else tuple(dict.fromkeys(one for found in read for one in found or ()))
        object.__setattr__(self, "reads", known if self.shared else ())

    def value(self, environment: Environment) -> Truth:
        """What the elements come to together; unknown where nobody knows what the account has."""
        if self.within == "account" and environment.account.view.withheld:
            return UNKNOWN
        if self.shared:
            return self._value(environment)
        # Kept, or quantifiers inside each other would ask the same again for every element around them.
        known, around = environment.found.setdefault(self, {}), self.around(environment)
        if around not in known:
            known[around] = environment.meeting(lambda: self._value(environment))
        truth, reached = known[around]
        environment.reached |= reached
        return truth

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

    def content(self, holder: Holder) -> tuple[object, ...]:
        """All that it looks at of what a plan or rule holds, given what it `reads`."""
        return tuple([self._content(element) for element in elements(self.over, holder)])

    def _content(self, element: Element) -> object:
        """All that it looks at of an element, given what it `reads`."""
        if len(self.reads) == 1:
            return self.reads[0](element)
        return tuple([read(element) for read in self.reads])

    def likeness(self, element: Element) -> object:
        """The same for a rule or copy in all Regions where all that it asks for is the same."""
        if not self.reads:
            return element
        content = self._content(element)
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
                yield element, known.judged[index] if known else self._contributed(self._meet(environment))
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
        outer, found = getattr(environment, self.over), elements(self.over, holder)
        meet = self._met_by_content if self.reads else self._met_each
        try:
            met, reached = environment.meeting(lambda: meet(found, environment))
        finally:
            setattr(environment, self.over, outer)
        judged = tuple([self._contributed(one) for one in met])
        if self.kind == "at least":
            return Within(judged, counted(zip(found, met, strict=True)), reached)
        return Within(judged, tuple(dict.fromkeys(truth for truth in judged if truth is not None)), reached)

    def _met_each(self, found: Sequence[Element], environment: Environment) -> list[Met | None]:
        met = []
        for element in found:
            setattr(environment, self.over, element)
            met.append(self._meet(environment))
        return met

    def _met_by_content(self, found: Sequence[Element], environment: Environment) -> list[Met | None]:
        """The same, found out once for all elements of which the same is read; a rule is often met in many plans."""
        known = environment.memory.judged.setdefault(self, {})
        met = []
        for element in found:
            contribution = known.get(element)
            if contribution is None:
                content = self._content(element)
                contribution = known.get(content) or self._met_alone(element, environment)
                known[content] = known[element] = contribution
            if contribution.reached:
                environment.reached |= contribution.reached
            met.append(contribution.met)
        return met

    def _met_alone(self, element: Element, environment: Environment) -> Contribution:
        setattr(environment, self.over, element)
        return Contribution(*environment.meeting(lambda: self._meet(environment)))

    def _meet(self, environment: Environment) -> Met | None:
        """The element at hand, None where `where` leaves it out."""
        meant = True if self.where is None else self.where.value(environment)
        return None if meant is False or meant is MISSING else Met(meant, self.satisfies.value(environment))

    def _contributed(self, met: Met | None) -> Truth | None:
        """What an element contributes; whether one is meant at all may be unknown, and then not matter."""
        if met is None or met.meant is True:
            return met.truth if met else None
        harmless = met.truth is True if self.kind == "every" else met.truth is False
        return met.truth if harmless else UNKNOWN


def counted(found: Iterable[tuple[Element, Met | None]]) -> tuple[Truth, ...]:
    """Whether each rule, copy or other element satisfies, for a rule or copy in all Regions in which it is meant."""
    each: dict[object, list[Met]] = {}
    for element, met in found:
        if met is not None:
            each.setdefault(counts_as(element), []).append(met)
    return tuple(in_all(regions) for regions in each.values())


def counts_as(element: Element) -> object:
    """What is counted once: a rule or a copy, however many Regions it is in (language.md 5.1)."""
    if isinstance(element, DeployedRule):
        return element.rule
    return element.copy if isinstance(element, DeployedCopy) else element


def holders(within: Slot, environment: Environment) -> Sequence[Holder]:
    """The plans or the rule whose elements a quantifier ranges over within what a slot holds."""
    if within == "rule" and environment.rule:
        return (environment.rule,)
    return (environment.plan,) if within == "plan" and environment.plan else environment.account.view.plans


def elements(over: Slot, holder: Holder) -> Sequence[Element]:
    """The elements of a kind that a plan or a rule holds; of a rule's selections, its plan's."""
    if isinstance(holder, DeployedRule):
        return holder.copies if over == "copy" else holder.reach.selections
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


def _parts(condition: Comparison | Logical | Not) -> tuple[Condition, ...]:
    if isinstance(condition, Comparison):
        return condition.left, condition.right
    return condition.operands if isinstance(condition, Logical) else (condition.operand,)

"""Quantifiers: what the plans, rules, copies or selections of an account come to together.

Share, then judge: what an element contributes is found out once for all elements of which the same is read, and what a
plan or rule holds once for all accounts that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, Literal, TypeAlias

from policyengine.plan import UNKNOWN, DeployedCopy, DeployedRule
from policyengine.requirements.environment import Contribution, Element, Environment, Free, Holder, Met, Slot, Within
from policyengine.requirements.truth import MISSING, Truth, at_least, conjunction, disjunction, in_all, negation
from policyengine.requirements.typed import Access, Comparison, Condition, Constant, Logical, Not, Pick
from policyengine.syntax.expressions import Quantifier as WrittenQuantifier
from policyengine.value import thing

Reader: TypeAlias = Callable[[Any], object]
_ELEMENTS: tuple[Slot, ...] = ("plan", "rule", "copy", "selection")


@thing
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

"""Quantifiers: what the plans, rules, copies or selections of an account come to together.

Share, then judge: what an element contributes is found out once for all elements of which the same is read, and what a
plan or rule holds once for all accounts that have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any, Literal, TypeAlias

from policyengine.plan import UNKNOWN, DeployedCopy, DeployedRule
from policyengine.requirements.environment import Contribution, Element, Environment, Free, Holder, Slot, Within
from policyengine.requirements.truth import MISSING, Truth, at_least, conjunction, disjunction, negation
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
                yield element, known.judged[index] if known else self._judge(environment)
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
        judge = self._judged_by_content if self.reads else self._judged_each
        try:
            judged, reached = environment.meeting(lambda: judge(found, environment))
        finally:
            setattr(environment, self.over, outer)
        truths = [truth for truth in judged if truth is not None]
        return Within(tuple(judged), tuple(truths if self.kind == "at least" else dict.fromkeys(truths)), reached)

    def _judged_each(self, found: Sequence[Element], environment: Environment) -> list[Truth | None]:
        judged = []
        for element in found:
            setattr(environment, self.over, element)
            judged.append(self._judge(environment))
        return judged

    def _judged_by_content(self, found: Sequence[Element], environment: Environment) -> list[Truth | None]:
        """The same, found out once for all elements of which the same is read; a rule is often met in many plans."""
        known = environment.memory.judged.setdefault(self, {})
        judged = []
        for element in found:
            contribution = known.get(element)
            if contribution is None:
                content = self._content(element)
                contribution = known.get(content) or self._judged_alone(element, environment)
                known[content] = known[element] = contribution
            if contribution.reached:
                environment.reached |= contribution.reached
            judged.append(contribution.truth)
        return judged

    def _judged_alone(self, element: Element, environment: Environment) -> Contribution:
        setattr(environment, self.over, element)
        return Contribution(*environment.meeting(lambda: self._judge(environment)))

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

"""Whether a condition holds whatever policies further down do: the expression language over what is open.

The same meaning as `requirements/` gives it, over values, some of which may still change. True, false and missing
hold for every policy that could be attached; unknown may rest on changes that no policy can make, so it proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

from policyengine.analysis.prove.accounts import of_account
from policyengine.analysis.prove.open_attributes import OpenReader
from policyengine.analysis.prove.open_elements import (
    OpenCopy,
    OpenElement,
    OpenElements,
    OpenPlan,
    OpenRule,
    OpenSelection,
    identity_of,
)
from policyengine.analysis.prove.openness import Openness, SharedResults
from policyengine.analysis.prove.partial import AtLeast, Other, TextPrefix, at_least, compare, conjunction, in_all
from policyengine.analysis.requirements import MISSING, Missing, Subject, Truth, disjunction, negation
from policyengine.analysis.requirements.typed import (
    Comparison,
    Condition,
    Constant,
    Free,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
    Slot,
    counts_as,
)
from policyengine.aws.deployment import UNKNOWN, Unknown
from policyengine.aws.merge import Node
from policyengine.base.records import Record

_ELEMENTS: tuple[Slot, ...] = ("plan", "rule", "copy", "selection")


class ElementScope(Record):
    """The elements that the quantifiers around a condition stand at."""

    plan: OpenPlan | None = None
    rule: OpenRule | None = None
    copy: OpenCopy | None = None
    selection: OpenSelection | None = None

    def within(self, element: OpenElement) -> ElementScope:
        """The same, with a quantifier at an element."""
        if isinstance(element, OpenPlan):
            return ElementScope(element, self.rule, self.copy, self.selection)
        if isinstance(element, OpenRule):
            return ElementScope(self.plan, element, self.copy, self.selection)
        if isinstance(element, OpenCopy):
            return ElementScope(self.plan, self.rule, element, self.selection)
        return ElementScope(self.plan, self.rule, self.copy, element)

    def at(self, slot: Slot) -> OpenElement:
        """The element that the quantifier over a kind stands at."""
        element: OpenElement | None = getattr(self, slot)
        if element is None:
            raise TypeError(f"no quantifier over {slot} is around the condition")
        return element


class Contribution(Record):
    """The contribution of an element to a quantifier; `meant` is unknown where it may not count, or may not exist.

    `many`: perhaps more than once.
    """

    element: OpenElement
    meant: Truth
    truth: Truth
    many: bool


_Ranged: TypeAlias = tuple[OpenElement, bool, bool]
"""An element that a quantifier ranges over, whether it surely exists, and whether it may be many."""
_OUTSIDE = ElementScope()


class Abstract:
    """Evaluates conditions for an account, given the `state` above it; `openness` says what may still change.

    `taken` are the ids that no account created later can have, `partition` is that of the organization.
    `shares` are those of evaluations for the same account and state whose openness is a restriction of the same.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what its answers depend on
        self,
        account: Subject,
        state: Node | None,
        openness: Openness,
        taken: Collection[str],
        partition: str,
        shares: SharedResults | None = None,
    ) -> None:
        self._open = openness
        self._shares = shares or SharedResults()
        self._elements = OpenElements(account.view.plans, state, openness, partition)
        self._reader = OpenReader(account, self._elements, openness, self._shares)
        self._account = account
        self._taken = taken

    def truth(self, condition: Condition) -> Truth:
        """The truth of a condition, whatever happens; unknown where it depends."""
        return self._truth(condition, _OUTSIDE)

    def _truth(self, condition: Condition, scope: ElementScope) -> Truth:
        if isinstance(condition, Comparison):
            return self._comparison(condition, scope)
        if isinstance(condition, Logical):
            truths = [self._truth(operand, scope) for operand in condition.operands]
            return conjunction(truths) if condition.operator == "and" else disjunction(truths)
        if isinstance(condition, Not):
            return negation(self._truth(condition.operand, scope))
        if isinstance(condition, Quantifier):
            return self._quantifier(condition, scope)
        value = self._value(condition, scope)
        return value if isinstance(value, (bool, Unknown, Missing)) else UNKNOWN

    def _comparison(self, condition: Comparison, scope: ElementScope) -> Truth:
        left, right = self._value(condition.left, scope), self._value(condition.right, scope)
        if left is MISSING or right is MISSING:
            return MISSING
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if isinstance(left, (Other, AtLeast, TextPrefix)) or isinstance(right, (Other, AtLeast, TextPrefix)):
            return compare(condition.operator, left, right)
        return condition.holds(left, right)

    def _quantifier(self, condition: Quantifier, scope: ElementScope) -> Truth:
        """The truth of a quantifier: the same wherever those around it are at the same, of what it looks at."""
        if condition.within == "rule":  # as good as shared with the rule around it
            return self._over_elements(condition, scope)
        enclosing = [*_enclosing(scope, condition.free)]
        return self._shares.value((condition, *enclosing), self._open, partial(self._over_elements, condition, scope))

    def _over_elements(self, condition: Quantifier, scope: ElementScope) -> Truth:
        if condition.within != "account":
            domain = self._domain(condition.over, condition.within, scope)
            return _folded(condition, self._contributions(condition, scope, domain))
        enclosing = [*_enclosing(scope, condition.inside - {condition.over})]
        contributions: list[Contribution] = []
        for plan in self._elements.plans():
            domain = self._of_plan(condition.over, plan, sure=plan.sure, many=plan.many)
            evaluate = partial(self._contributions, condition, scope, domain)
            of = "plan", condition, identity_of(plan), *enclosing
            contributions += self._shares.value(of, self._open, evaluate)
        return _folded(condition, contributions)

    def _contributions(
        self, condition: Quantifier, scope: ElementScope, domain: Iterable[_Ranged]
    ) -> list[Contribution]:
        """The contributions of elements, each by what it is, by those around it, and by what is open of them."""
        enclosing = [*_enclosing(scope, condition.inside - {condition.over})]
        contributions: list[Contribution] = []
        for element, sure, many in domain:
            evaluate = partial(self._of_element, condition, scope.within(element))
            if condition.within == "rule":
                meant, truth = evaluate()
            else:
                of = "element", condition, identity_of(element), *enclosing
                meant, truth = self._shares.value(of, self._open, evaluate)
            if meant is not False and meant is not MISSING:
                contributions.append(Contribution(element, meant if sure else UNKNOWN, truth, many))
        return contributions

    def _of_element(self, condition: Quantifier, scope: ElementScope) -> tuple[Truth, Truth]:
        """Whether an element is meant, and what is true of it if it may be."""
        meant = True if condition.where is None else self._truth(condition.where, scope)
        counts = meant is not False and meant is not MISSING
        return meant, self._truth(condition.satisfies, scope) if counts else meant

    def _domain(self, over: Slot, within: Slot, scope: ElementScope) -> Iterator[_Ranged]:
        """The elements of a plan or rule that a quantifier ranges over; whether each surely exists, and may be many."""
        if within == "rule" and scope.rule:
            rule = scope.rule
            for inner in self._elements.copies(rule) if over == "copy" else self._elements.selections(rule.plan):
                yield inner, inner.sure, inner.many
        elif scope.plan:
            yield from self._of_plan(over, scope.plan, sure=True, many=False)

    def _of_plan(self, over: Slot, plan: OpenPlan, *, sure: bool, many: bool) -> Iterator[_Ranged]:
        if over == "plan":
            yield plan, sure, many
        elif over == "selection":
            for selection in self._elements.selections(plan):
                yield selection, sure and selection.sure, many or selection.many
        else:
            for rule in self._elements.rules(plan):
                if over == "rule":
                    yield rule, sure and rule.sure, many or rule.many
                    continue
                for copy in self._elements.copies(rule):
                    yield copy, sure and rule.sure and copy.sure, many or rule.many or copy.many

    def _value(self, operand: Operand, scope: ElementScope) -> object:
        if isinstance(operand, Constant):
            return operand.constant
        if isinstance(operand, Pick):
            return self._picked(operand, scope)
        if operand.slot == "account":
            return of_account(operand, self._account, self._taken)
        return self._reader.read(scope.at(operand.slot), operand)

    def _picked(self, pick: Pick, scope: ElementScope) -> object:
        """The value of a plan or rule picked by name; missing only where no policy can add it."""
        plan = scope.plan if pick.plan is None else self._plan(pick.plan)
        if plan is None:
            return MISSING
        if plan.real is None:
            return UNKNOWN
        if pick.rule is None:
            return self._reader.read(plan, pick)
        rules = [rule for rule in self._elements.rules(plan) if _may_be(rule.name, pick.rule)]
        if pick.region is not None:
            rules = [rule for rule in rules if _may_be(rule.region, pick.region)]
        values = {self._reader.read(rule, pick) for rule in rules}
        return values.pop() if len(values) == 1 and _is_there(rules, pick.region) else UNKNOWN if values else MISSING

    def _plan(self, name: str) -> OpenPlan | None:
        """The plan of a name, or one that may be added under it."""
        return next((plan for plan in self._elements.plans() if _may_be(plan.name, name)), None)


def _folded(condition: Quantifier, contributions: list[Contribution]) -> Truth:
    """The truth of a quantifier by what its elements contribute."""
    if condition.kind == "at least":
        return _counted(condition.count, contributions)
    truths = [_alone(contribution, harmless=condition.kind == "every") for contribution in contributions]
    if condition.kind == "every":
        return conjunction(truths)
    return disjunction(truths) if condition.kind == "some" else negation(disjunction(truths))


def _enclosing(scope: ElementScope, slots: Free) -> Iterator[Hashable]:
    """The elements in the slots that a condition looks at."""
    return (identity_of(scope.at(slot)) for slot in _ELEMENTS if slot in slots)


def _alone(contribution: Contribution, *, harmless: bool) -> Truth:
    """The truth of a contribution; one that may not exist can at most leave it open, unless it is harmless."""
    return contribution.truth if contribution.meant is True or contribution.truth is harmless else UNKNOWN


def _counted(count: int, contributions: list[Contribution]) -> Truth:
    """Whether so many hold, each rule and copy in all of its Regions, those that may come included."""
    each: dict[object, list[Contribution]] = {}
    for contribution in contributions:
        each.setdefault(_counts_as(contribution.element), []).append(contribution)
    truths = {
        key: in_all([(contribution.meant, contribution.truth) for contribution in regions])
        for key, regions in each.items()
    }
    truth = at_least(count, truths.values())
    uncounted = any(
        truths[key] is UNKNOWN and key is contribution.element and contribution.many
        for key in each
        for contribution in each[key]
    )
    return UNKNOWN if uncounted and truth is not True else truth


def _counts_as(element: OpenElement) -> object:
    """The object that is counted once: a rule or a copy that is there, however many Regions it may be in."""
    if isinstance(element, (OpenRule, OpenCopy)) and element.real:
        return counts_as(element.real)
    return element


def _is_there(rules: list[OpenRule], region: str | None) -> bool:
    """Whether a rule that was picked by name surely is there, in some Region or in the one that is asked for."""
    if region is None:
        return any(rule.sure for rule in rules)
    return all(rule.sure and rule.region == region for rule in rules)


def _may_be(name: object, wanted: str) -> bool:
    """Whether a name, as far as it is certain, may be the wanted one."""
    return name.may_be(wanted) if isinstance(name, Other) else name is UNKNOWN or name == wanted

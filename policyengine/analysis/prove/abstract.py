"""Whether a condition holds whatever policies further down do: the expression language over what is open.

The same meaning as `requirements/` gives it, over values of which some are anybody's guess. What comes out true, false
or missing is so for every policy that could be attached; what comes out unknown may be a matter of what nobody can do,
so it proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from policyengine.analysis.prove.openness import Openness
from policyengine.analysis.prove.partial import AtLeast, Beginning, Other, at_least, compare, conjunction, in_all
from policyengine.analysis.prove.things import ACopy, APlan, ARule, ASelection, OpenReader, Thing, Things, of_account
from policyengine.analysis.requirements.attributes import Subject
from policyengine.analysis.requirements.truth import MISSING, Missing, Truth, disjunction, negation
from policyengine.analysis.requirements.typed import (
    Comparison,
    Condition,
    Constant,
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
from policyengine.base.records import record


@record
class ElementScope:
    """What the quantifiers around a condition are at."""

    plan: APlan | None = None
    rule: ARule | None = None
    copy: ACopy | None = None
    selection: ASelection | None = None

    def within(self, thing: Thing) -> ElementScope:
        """The same, with a quantifier at a thing."""
        if isinstance(thing, APlan):
            return replace(self, plan=thing)
        if isinstance(thing, ARule):
            return replace(self, rule=thing)
        return replace(self, copy=thing) if isinstance(thing, ACopy) else replace(self, selection=thing)

    def at(self, slot: Slot) -> Thing:
        """What the quantifier over a kind is at."""
        found: Thing | None = getattr(self, slot)
        if found is None:
            raise TypeError(f"no quantifier over {slot} is around the condition")
        return found


@record
class Contribution:
    """What a thing contributes to a quantifier; `meant` is unknown where it may not count, or not be there.

    `many`: perhaps more than once.
    """

    thing: Thing
    meant: Truth
    truth: Truth
    many: bool


class Abstract:
    """Evaluates conditions for an account of which `openness` tells what may still change, given the `state` above.

    `taken` are the ids that no account created later can have.
    """

    def __init__(self, account: Subject, state: Node | None, openness: Openness, taken: Collection[str]) -> None:
        self._open = openness
        self._things = Things(account.view.plans, state, openness)
        self._reader = OpenReader(account, self._things, openness)
        self._account = account
        self._taken = taken

    def truth(self, condition: Condition) -> Truth:
        """What a condition comes to, whatever happens; unknown where that cannot be said."""
        return self._truth(condition, ElementScope())

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
        if isinstance(left, (Other, AtLeast, Beginning)) or isinstance(right, (Other, AtLeast, Beginning)):
            return compare(condition.operator, left, right)
        return condition.holds(left, right)

    def _quantifier(self, condition: Quantifier, scope: ElementScope) -> Truth:
        found = list(self._contributions(condition, scope))
        if condition.kind == "at least":
            return _counted(condition.count, found)
        truths = [_alone(one, harmless=condition.kind == "every") for one in found]
        if condition.kind == "every":
            return conjunction(truths)
        return disjunction(truths) if condition.kind == "some" else negation(disjunction(truths))

    def _contributions(self, condition: Quantifier, scope: ElementScope) -> Iterator[Contribution]:
        for thing, sure, many in self._domain(condition.over, condition.within, scope):
            inner = scope.within(thing)
            meant = True if condition.where is None else self._truth(condition.where, inner)
            if meant is not False and meant is not MISSING:
                yield Contribution(thing, meant if sure else UNKNOWN, self._truth(condition.satisfies, inner), many)

    def _domain(self, over: Slot, within: Slot, scope: ElementScope) -> Iterator[tuple[Thing, bool, bool]]:
        """The things that a quantifier ranges over; whether each is surely there, and whether it may be many."""
        things = self._things
        if within == "rule" and scope.rule:
            rule = scope.rule
            for inner in things.copies(rule) if over == "copy" else things.selections(rule.plan):
                yield inner, inner.sure, inner.many
            return
        if within == "plan" and scope.plan:
            yield from self._of_plan(over, scope.plan, sure=True, many=False)
            return
        for plan in things.plans:
            yield from self._of_plan(over, plan, sure=plan.sure, many=plan.many)

    def _of_plan(self, over: Slot, plan: APlan, *, sure: bool, many: bool) -> Iterator[tuple[Thing, bool, bool]]:
        if over == "plan":
            yield plan, sure, many
        elif over == "selection":
            for selection in self._things.selections(plan):
                yield selection, sure and selection.sure, many or selection.many
        else:
            for rule in self._things.rules(plan):
                if over == "rule":
                    yield rule, sure and rule.sure, many or rule.many
                    continue
                for copy in self._things.copies(rule):
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
        """What something picked by name is; missing only where nobody can bring it in."""
        plan = scope.plan if pick.plan is None else self._plan(pick.plan)
        if plan is None:
            return MISSING
        if plan.real is None:
            return UNKNOWN
        if pick.rule is None:
            return self._reader.read(plan, pick)
        rules = [rule for rule in self._things.rules(plan) if _may_be(rule.name, pick.rule)]
        if pick.region is not None:
            rules = [rule for rule in rules if _may_be(rule.region, pick.region)]
        values = {self._reader.read(rule, pick) for rule in rules}
        return values.pop() if len(values) == 1 and _is_there(rules, pick.region) else UNKNOWN if values else MISSING

    def _plan(self, name: str) -> APlan | None:
        """The plan of a name, or one that may come to have it."""
        return next((plan for plan in self._things.plans if _may_be(plan.name, name)), None)


def _alone(found: Contribution, *, harmless: bool) -> Truth:
    """What a thing contributes; one that may not be there can at most leave it open, unless it is harmless."""
    return found.truth if found.meant is True or found.truth is harmless else UNKNOWN


def _counted(count: int, found: list[Contribution]) -> Truth:
    """Whether so many hold, each rule and copy in all of its Regions, those that may come included."""
    each: dict[object, list[Contribution]] = {}
    for one in found:
        each.setdefault(_counts_as(one.thing), []).append(one)
    truths = {key: in_all([(one.meant, one.truth) for one in regions]) for key, regions in each.items()}
    truth = at_least(count, truths.values())
    uncounted = any(truths[key] is UNKNOWN and key is one.thing and one.many for key in each for one in each[key])
    return UNKNOWN if uncounted and truth is not True else truth


def _counts_as(thing: Thing) -> object:
    """What is counted once: a rule or a copy that is there, however many Regions it may be in."""
    if isinstance(thing, (ARule, ACopy)) and thing.real:
        return counts_as(thing.real)
    return thing


def _is_there(rules: list[ARule], region: str | None) -> bool:
    """Whether a rule that was picked by name surely is there, in some Region or in the one that is asked for."""
    if region is None:
        return any(rule.sure for rule in rules)
    return all(rule.sure and rule.region == region for rule in rules)


def _may_be(found: object, wanted: str) -> bool:
    """Whether a name, as far as it is known, may be the wanted one."""
    return found.may_be(wanted) if isinstance(found, Other) else found is UNKNOWN or found == wanted

"""Whether requirements hold for accounts: pass, fail, not applicable or unknown (language.md 5.2).

Share, then judge: what does not look at the account itself is evaluated once for all accounts that share a view, and
what is found out about a rule once for all views that have it.

What conditions and requirements say, to be compared.

Assertions that say the same in the same words are judged once: packs have some in common.

What a condition is held against: the measure of what tests look at, and which facts requirements rest on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from typing import NamedTuple, TypeAlias

from policyengine.analysis.requirements.attributes import ATTRIBUTES, Subject
from policyengine.analysis.requirements.demands import Assertion, Requirement
from policyengine.analysis.requirements.truth import Truth, Type, conjunction
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Condition,
    Constant,
    Element,
    Environment,
    Logical,
    Memory,
    Not,
    Operand,
    Pick,
    Quantifier,
)
from policyengine.aws.deployment import UNKNOWN, View
from policyengine.aws.organization.tree import Entity
from policyengine.language.syntax import expression_text
from policyengine.language.syntax.nodes import Expression


class Result(NamedTuple):
    """What an assertion comes to for accounts that share a view, all of them in scope.

    `scope` is unknown where nobody can say whether they are; `truth` then matters only if it is not true.
    """

    requirement: Requirement
    assertion: Assertion
    view: View
    accounts: tuple[Entity, ...]
    truth: Truth
    scope: Truth

    @property
    def undecided(self) -> bool:
        """Whether a fact is missing to say if the assertion holds where it must."""
        return self.truth is UNKNOWN or (self.scope is UNKNOWN and self.truth is not True)

    @property
    def violated(self) -> bool:
        """Whether the assertion surely does not hold where it must."""
        return not self.undecided and self.truth is not True


class Judgement:
    """What requirements come to for accounts; everything is found out once and kept.

    `management` is the id of the management account, None where the snapshot does not tell. Judgements that share a
    `memory` share what they find out about plans.
    """

    def __init__(
        self, requirements: Iterable[Requirement], views: Sequence[View], management: str | None, memory: Memory
    ) -> None:
        self._views = views
        self._management = management
        self._memory = memory
        self._reached: dict[Assertion, set[Quantifier]] = {}
        self._environments: dict[Entity, Environment] = {}
        self.requirements = tuple(requirements)
        self.by_requirement = {found: tuple(self._results(found)) for found in self.requirements}

    @property
    def results(self) -> Iterator[Result]:
        """Every assertion with the accounts that it comes to the same for, requirement by requirement."""
        for results in self.by_requirement.values():
            yield from results

    @property
    def judged(self) -> int:
        """How many assertions were judged, each account counted."""
        return sum(len(result.accounts) for result in self.results)

    @property
    def idle(self) -> Iterator[Requirement]:
        """Requirements that apply to no account."""
        return (found for found, results in self.by_requirement.items() if self._views and not results)

    @property
    def vacuous(self) -> Iterator[tuple[Requirement, Assertion, Quantifier]]:
        """Assertions that hold everywhere since a quantifier of theirs met nothing anywhere, and that quantifier."""
        for requirement, results in self.by_requirement.items():
            for assertion in requirement.assertions:
                truths = [result.truth for result in results if result.assertion is assertion]
                if truths and all(truth is True for truth in truths):
                    reached = self._reached[assertion]
                    unmet = [found for found in _obligations(assertion.condition) if found not in reached]
                    yield from ((requirement, assertion, quantifier) for quantifier in unmet[:1])

    def environment(self, view: View, account: Entity) -> Environment:
        """What an expression is evaluated against for an account."""
        if (known := self._environments.get(account)) is None:
            management = None if self._management is None else account.id == self._management
            known = Environment(Subject(view, account, management), self._memory)
            self._environments[account] = known
        return known

    def _results(self, requirement: Requirement) -> Iterator[Result]:
        for view in self._views:
            for accounts, scope in self._in_scope(requirement, view):
                for assertion in requirement.assertions:
                    for alike, truth in self._truths(assertion, view, accounts):
                        yield Result(requirement, assertion, view, alike, truth, scope)

    def _in_scope(self, requirement: Requirement, view: View) -> Iterator[tuple[tuple[Entity, ...], Truth]]:
        """The accounts of a view that a requirement applies to, surely or perhaps."""
        if not requirement.scope:
            yield view.accounts, True
            return
        groups: dict[Truth, list[Entity]] = {}
        for accounts, truths in self._together(requirement.scope, view):
            groups.setdefault(conjunction(truths), []).extend(accounts)
        for truth in (True, UNKNOWN):
            if truth in groups:
                yield tuple(groups[truth]), truth

    def _together(
        self, conditions: Sequence[Condition], view: View
    ) -> Iterator[tuple[tuple[Entity, ...], list[Truth]]]:
        alone = any("account" in condition.free for condition in conditions)
        for accounts in [(account,) for account in view.accounts] if alone else [view.accounts]:
            environment = self.environment(view, accounts[0])
            yield accounts, [_truth(condition, environment) for condition in conditions]

    def _truths(
        self, assertion: Assertion, view: View, accounts: tuple[Entity, ...]
    ) -> list[tuple[tuple[Entity, ...], Truth]]:
        condition, reached = assertion.condition, self._reached.setdefault(assertion, set())
        if "account" not in condition.free:
            truth, met = self._truth_for_all(condition, view)
            reached |= met
            return [(accounts, truth)]
        groups: dict[Truth, list[Entity]] = {}
        for account in accounts:
            environment = self.environment(view, account)
            truth, met = environment.meeting(partial(_truth, condition, environment))
            reached |= met
            groups.setdefault(truth, []).append(account)
        return [(tuple(alike), truth) for truth, alike in groups.items()]

    def _truth_for_all(self, condition: Condition, view: View) -> tuple[Truth, frozenset[Quantifier]]:
        """What a condition comes to that does not look at the account itself; known from runs before this one."""
        known = self._memory.of_views.setdefault(condition, {})
        found = known.get(view)
        if found is None:
            environment = self.environment(view, view.accounts[0])
            found = known[view] = environment.meeting(partial(_truth, condition, environment))
        return found


def _truth(condition: Condition, environment: Environment) -> Truth:
    truth: Truth = condition.value(environment)
    return truth


def _obligations(condition: Condition, *, wanted: bool = True) -> Iterator[Quantifier]:
    """Every `every`, `no` and `not (some ...)` that must meet something for the condition to say anything.

    Not those in what a `no` forbids: that may well be about what nobody has.
    """
    if isinstance(condition, Not):
        yield from _obligations(condition.operand, wanted=not wanted)
    elif isinstance(condition, Logical) and condition.operator == ("and" if wanted else "or"):
        for operand in condition.operands:
            yield from _obligations(operand, wanted=wanted)
    elif isinstance(condition, Quantifier) and _holds_of_nothing(condition, wanted=wanted):
        yield condition
        if condition.kind == "every":
            yield from _obligations(condition.satisfies)


def _holds_of_nothing(condition: Quantifier, *, wanted: bool) -> bool:
    """Whether a quantifier comes to what is wanted of it where there is nothing at all."""
    if wanted:
        return condition.kind in {"every", "no"}
    return condition.kind == "some" or (condition.kind == "at least" and condition.count == 1)


_Typed: TypeAlias = Access | Comparison | Constant | Logical | Not | Pick | Quantifier


class Alike:
    """The conditions of assertions so far, by all that they say.

    Only whole ones become one object: which quantifiers met anything is asked of each assertion, and within one of them
    the same words may stand in two places.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Condition] = {}

    def __call__(self, condition: Condition) -> Condition:
        """The condition that says the same, if there was one."""
        return self._known.setdefault(_said(condition), condition)


def asked(requirement: Requirement) -> Hashable:
    """What a requirement asks, and of which accounts, wherever it stands; its level and its words are no part of it."""
    return tuple(map(_said, requirement.scope)), tuple(_said(made.condition) for made in requirement.assertions)


def _said(value: object) -> Hashable:
    """All that a condition says: types, values and words, whatever their place in a text."""
    if isinstance(value, _Typed):
        return type(value), *(_said(getattr(value, field.name)) for field in fields(value) if field.init)
    if isinstance(value, tuple):
        return tuple(map(_said, value))
    return expression_text(value) if isinstance(value, Expression) else value


def touched(condition: Condition | Operand, environment: Environment) -> Iterator[Element]:
    """Every element that a quantifier means or a name picks; what a `where` leaves out is not touched."""
    return _touched(condition, environment, set())


def _touched(condition: Condition | Operand, environment: Environment, told: set[object]) -> Iterator[Element]:
    """The same; `told` has the quantifiers that were walked through, with what was around them."""
    if isinstance(condition, Quantifier):
        if (condition, condition.around(environment)) not in told:
            told.add((condition, condition.around(environment)))
            for element, truth in condition.judged(environment):
                if truth is not None:
                    yield element
                    yield from _touched(condition.satisfies, environment, told)
    elif isinstance(condition, Pick):
        yield from condition.elements(environment)
    else:
        for part in _operands(condition):
            yield from _touched(part, environment, told)


def asks_for_account_tags(requirement: Requirement) -> bool:
    """Whether any expression of a requirement looks at the tags of accounts."""
    conditions = (*requirement.scope, *(assertion.condition for assertion in requirement.assertions))
    return any(map(_asks_for_account_tags, conditions))


def _asks_for_account_tags(condition: Condition | Operand) -> bool:
    if isinstance(condition, Access):
        return condition.attributes[0] is ATTRIBUTES[Type.ACCOUNT]["tags"]
    if isinstance(condition, Quantifier):
        inside = (condition.satisfies, *((condition.where,) if condition.where else ()))
        return any(map(_asks_for_account_tags, inside))
    return any(map(_asks_for_account_tags, _operands(condition)))


def _operands(condition: Condition | Operand) -> tuple[Condition | Operand, ...]:
    if isinstance(condition, Logical):
        return condition.operands
    if isinstance(condition, Not):
        return (condition.operand,)
    return (condition.left, condition.right) if isinstance(condition, Comparison) else ()

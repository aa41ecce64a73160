"""The coverage of a project by its tests: the items that they examine and those they leave out (`test --coverage`).

A rule is looked at when something expected is held against it or one of its copies, or asked of it by name; a plan also
when something is held against one of its rules or selections. What `where` leaves out is not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from policyengine.analysis.expectations.examination import TestCase
from policyengine.analysis.expectations.results import Coverage, ExaminedShare, UntestedItem
from policyengine.analysis.requirements import Condition, Demands, Element, ExpectedCondition, Requirement, touched
from policyengine.aws.deployment import DeployedCopy, DeployedPlan, DeployedRule, Plan, Selection, View, origins
from policyengine.aws.merge import keys
from policyengine.aws.organization import Entity
from policyengine.base.source import Span
from policyengine.language.syntax.nodes import ExpectViolation

_Name: TypeAlias = tuple[str, ...]
"""The name of a plan, or those of a plan and a rule of it."""

_Written: TypeAlias = Mapping[_Name, tuple[Plan, str]]
"""A plan that has each of the names, and the path of what has it there."""

_Entry: TypeAlias = tuple[str, Span | None, bool]
"""Something with its place, and whether a test looks at it."""


class _Looked(NamedTuple):
    """The things that tests examine; `applied` are the requirements that applied to the account of a test."""

    names: set[_Name]
    requirements: set[Requirement]
    applied: set[Requirement]

    def at(self, case: TestCase) -> None:
        """Notes what a test looks at."""
        for condition in self._conditions(case):
            for element in touched(condition, case.row):
                name = _name(element)
                self.names.update((name[:1], name))

    def _conditions(self, case: TestCase) -> Iterator[Condition]:
        """Everything that a test holds against its account."""
        for expected in case.test.expected:
            if isinstance(expected, ExpectedCondition):
                yield expected.condition
            elif isinstance(expected, ExpectViolation):
                for requirement in case.named(expected):
                    self.requirements.add(requirement)
                    if next(case.judgement.of(requirement), None):
                        self.applied.add(requirement)
                        yield from (assertion.condition for assertion in requirement.assertions)


def measure(
    cases: Iterable[TestCase], demands: Demands, views: Iterable[View], accounts: Collection[Entity]
) -> Coverage:
    """The coverage by tests of the plans that `accounts` have in `views`, and of all requirements."""
    looked = _Looked(set(), set(), set())
    for case in cases:
        looked.at(case)
    plans = _plans(views, accounts)
    names: _Written = {(plan.name,): (plan, plan.path) for plan in plans}
    rules: _Written = {(plan.name, rule.name): (plan, rule.path) for plan in plans for rule in plan.rules}
    return Coverage(
        plans=_of_names(names, looked.names),
        rules=_of_names(rules, looked.names),
        requirements=_share(
            (requirement.name, requirement.span, requirement in looked.requirements)
            for requirement in demands.requirements
        ),
        assertions=_share(
            (f"{requirement.name}/{number}", assertion.span, requirement in looked.applied)
            for requirement in demands.requirements
            for number, assertion in enumerate(requirement.assertions, 1)
        ),
    )


def _name(element: Element) -> _Name:
    if isinstance(element, DeployedPlan):
        return (element.plan.name,)
    if isinstance(element, DeployedRule):
        return element.rule.plan, element.rule.name
    if isinstance(element, DeployedCopy):
        return element.copy.plan, element.copy.rule
    return (element.plan,) if isinstance(element, Selection) else ()


def _plans(views: Iterable[View], accounts: Collection[Entity]) -> list[Plan]:
    """Every plan that the accounts have, the last first, so that the first of a name wins in a mapping."""
    own_views = [view for view in views if any(account in accounts for account in view.accounts)]
    return list(dict.fromkeys(deployed.plan for view in own_views for deployed in view.plans))[::-1]


def _of_names(written: _Written, looked: Collection[_Name]) -> ExaminedShare:
    return _share(
        ("/".join(name), None if name in looked else _place(*place), name in looked) for name, place in written.items()
    )


def _place(plan: Plan, path: str) -> Span | None:
    """Where the policy that is first to have it, from the root down, writes the block at a path."""
    first = next(iter(origins(plan, path)), None)
    written = first.policy.origin(keys(path)) if first else None
    return written.span if written else None


def _share(entries: Iterable[_Entry]) -> ExaminedShare:
    listed = list(entries)
    untouched = [UntestedItem(name, span) for name, span, looked in listed if not looked]
    return ExaminedShare(len(listed), tuple(sorted(untouched, key=_order)))


def _order(entry: UntestedItem) -> tuple[bool, str, int, str]:
    file, start = (entry.span.source.name, entry.span.start) if entry.span else ("", 0)
    return entry.span is None, file, start, entry.name

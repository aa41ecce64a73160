"""Which resources a restore test reaches: by a point of theirs, in a vault, that a selection of a plan takes.

A restore testing plan tests points in vaults of its account and its Region, copies included. Tag conditions read the
tags of the point: those that the rule gives it, and those that it has from its resource (facts 13.2, 1.5.6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from policyengine.analysis.coverage import InventoryCoverage, SelectingPlan
from policyengine.analysis.restore_tests.testing_plans import (
    KINDS,
    PointTagCondition,
    TestingPlan,
    TestingPlans,
    TestingSelection,
)
from policyengine.aws.arns import arn_matches, vault_arn
from policyengine.aws.deployment import DAY, OWN, UNKNOWN, DeployedPlan, DeployedRule, Deployment, View
from policyengine.aws.facts import features
from policyengine.aws.facts.inventories import shared_arn
from policyengine.aws.facts.restore_testing import has_restore_testing, restore_testing_facts
from policyengine.aws.organization import Organization
from policyengine.aws.resources import Resource
from policyengine.base.records import Record


class UntestedReason(StrEnum):
    """The reason why no restore test reaches a resource: of the test that comes nearest, the first in this order."""

    NOT_PROTECTED = "not-protected"
    TYPE_NOT_TESTED = "type-not-tested"
    NOT_IN_REGION = "not-in-region"
    NO_TESTING_PLAN = "no-testing-plan"
    TYPE_NOT_SELECTED = "type-not-selected"
    ARN_NOT_SELECTED = "arn-not-selected"
    TAG_NOT_SELECTED = "tag-not-selected"
    VAULT_NOT_INCLUDED = "vault-not-included"
    KIND_NOT_INCLUDED = "kind-not-included"
    WINDOW_TOO_SHORT = "window-too-short"
    NEVER_RUNS = "never-runs"
    PROTECTION_UNKNOWN = "protection-unknown"
    RULES_UNKNOWN = "rules-unknown"
    TESTING_UNKNOWN = "testing-unknown"
    TYPE_UNKNOWN = "type-unknown"
    TAGS_UNKNOWN = "tags-unknown"
    SCHEDULE_UNKNOWN = "schedule-unknown"


class TestedResource(Record):
    """A resource, or with no inventory a type in a vault (`vault`), and whether a restore test reaches it.

    `tested` is None where nobody can say. `plans` are the restore testing plans that reach it, else the one that comes
    nearest; `wanted` is what that would take.
    """

    __test__ = False  # no test of ours

    arn: str | None
    account: str | None
    region: str | None
    type: str | None
    tested: bool | None
    reason: UntestedReason | None = None
    plans: tuple[str, ...] = ()
    wanted: str = ""
    vault: str | None = None


class _Point(NamedTuple):
    """A point that a rule makes of resources, where it stands; `tags` are the rule's."""

    account: str
    region: str
    vault: str
    rule: DeployedRule
    copied: bool


class _Subject(NamedTuple):
    """A resource or type to be tested: `arn` and `tags` are None where there is no inventory, or nobody looked."""

    type: str
    arn: str | None
    tags: Mapping[str, str] | None


class _Clause(NamedTuple):
    """A clause of a test: whether it holds, None where nobody can say; what it would take."""

    holds: bool | None
    reason: UntestedReason
    wanted: str = ""


class _Test(NamedTuple):
    """A selection of a plan for a point, by its clauses; the plan is None where nobody knows which there are."""

    plan: TestingPlan | None
    clauses: list[_Clause]

    @property
    def first_failing(self) -> int | None:
        """The place of the first clause that surely does not hold."""
        return next((place for place, clause in enumerate(self.clauses) if clause.holds is False), None)

    @property
    def is_open(self) -> bool:
        """Whether a clause is undecided."""
        return any(clause.holds is None for clause in self.clauses)


def resources_tested(
    organization: Organization,
    deployment: Deployment,
    coverage: InventoryCoverage | None,
    *,
    at: datetime,
    partition: str,
) -> Iterator[TestedResource]:
    """Every resource of an inventory, or without one every type in every vault that a plan uses, in their order.

    A plan tests what it reaches if it runs again after a moment.
    """
    reach = _Reach(organization, deployment, at, partition)
    return reach.of_types() if coverage is None else map(reach.of_resource(coverage), coverage.inventory.resources)


class _Reach:
    def __init__(self, organization: Organization, deployment: Deployment, at: datetime, partition: str) -> None:
        self._testing = TestingPlans(organization, at)
        self._deployment, self._partition = deployment, partition
        self._views = {account.id: view for view in deployment.published for account in view.accounts}

    def of_types(self) -> Iterator[TestedResource]:
        """The types that rules reach, by vault; an account alone where nobody knows the policy that AWS keeps."""
        for view in self._deployment.published:
            for account in view.accounts:
                if view.withheld:
                    row = TestedResource(None, account.id, None, None, None)
                    yield _with(row, UntestedReason.PROTECTION_UNKNOWN, tested=None)
                seen = dict.fromkeys(
                    (rule.region, kind, rule.vault.name)
                    for plan in view.plans
                    for rule in plan.rules
                    for kind in rule.types
                )
                for region, kind, vault in seen:
                    rules = [
                        rule
                        for plan in view.plans
                        for rule in plan.rules
                        if (rule.region, rule.vault.name) == (region, vault) and kind in rule.types
                    ]
                    row = TestedResource(None, account.id, region, kind, None, vault=vault)
                    yield self.judged(row, _Subject(kind, None, None), rules)

    def of_resource(self, coverage: InventoryCoverage) -> _OfResource:
        """The judge of each resource of an inventory."""
        return _OfResource(self, coverage)

    def rules(
        self, account: str | None, region: str | None, plans: Iterable[SelectingPlan]
    ) -> list[DeployedRule] | None:
        """The rules of plans in a Region of an account; None where nobody knows them."""
        view: View | None = self._views.get(account)
        deployed: dict[object, DeployedPlan] = {plan.plan: plan for plan in view.plans} if view else {}
        rules: list[DeployedRule] = []
        for plan in plans:
            if plan.plan not in deployed:
                return None
            rules += [rule for rule in deployed[plan.plan].rules if rule.region == region]
        return rules

    def judged(self, row: TestedResource, subject: _Subject, rules: Iterable[DeployedRule]) -> TestedResource:
        """A row with the verdict on it."""
        if subject.type not in restore_testing_facts().types:
            return _untested(row, UntestedReason.TYPE_NOT_TESTED)
        points = [point for rule in rules for point in _points(rule, row.account or "")]
        somewhere = [point for point in points if has_restore_testing(point.region)]
        if points and not somewhere:
            return _untested(row, UntestedReason.NOT_IN_REGION)
        tests = [test for point in somewhere for test in self._of_point(point, subject)]
        return _judged(row, tests)

    def _of_point(self, point: _Point, subject: _Subject) -> Iterator[_Test]:
        """Every test that may reach a point, and an unknown one where there may be more."""
        if not self._testing.has_all_plans(point.account, point.region):
            yield _Test(None, [_Clause(None, UntestedReason.TESTING_UNKNOWN)])
        for plan in self._testing.at(point.account, point.region):
            yield from (_Test(plan, clauses) for clauses in self._tests(plan, point, subject))

    def _tests(self, plan: TestingPlan, point: _Point, subject: _Subject) -> Iterator[list[_Clause]]:
        """The clauses of every selection of a plan for a point, in the order of reasons."""
        if plan.selections is None:
            yield [_Clause(None, UntestedReason.TESTING_UNKNOWN)]
            return
        if not plan.selections:
            yield [_Clause(holds=False, reason=UntestedReason.TYPE_NOT_SELECTED)]
        around = [*self._around(plan, point, subject)]
        for selection in plan.selections:
            yield [*_selecting(selection, point.rule.rule.tags, subject), *around]

    def _around(self, plan: TestingPlan, point: _Point, subject: _Subject) -> Iterator[_Clause]:
        arn = vault_arn(point.vault, point.region, point.account, self._partition)
        included = any(arn_matches(arn, pattern) for pattern in plan.included)
        excluded = any(arn_matches(arn, pattern) for pattern in plan.excluded)
        yield _Clause(included and not excluded, UntestedReason.VAULT_NOT_INCLUDED, point.vault)
        kind = KINDS[_is_continuous(point, subject.type)]
        yield _Clause(kind in plan.kinds, UntestedReason.KIND_NOT_INCLUDED, kind)
        interval = point.rule.rule.interval
        fits = None if interval is UNKNOWN else interval <= plan.window_days * DAY
        yield _Clause(fits, UntestedReason.WINDOW_TOO_SHORT, f"{plan.window_days} days")
        why = UntestedReason.SCHEDULE_UNKNOWN if plan.runs is None else UntestedReason.NEVER_RUNS
        yield _Clause(plan.runs, why, plan.schedule)


class _OfResource:
    def __init__(self, reach: _Reach, coverage: InventoryCoverage) -> None:
        self._reach, self._coverage = reach, coverage

    def __call__(self, resource: Resource) -> TestedResource:
        full = self._coverage.judge.full_verdict(resource)
        verdict = full.verdict.verdict
        row = TestedResource(resource.arn, resource.account, resource.region, resource.type, None)
        if verdict.protected is None:
            return _with(row, UntestedReason.PROTECTION_UNKNOWN, tested=None)
        if not verdict.protected or resource.type is None:
            return _untested(row, UntestedReason.NOT_PROTECTED)
        around = full.of  # its cluster, or what contains it: a test restores the points of that
        rules = self._reach.rules(resource.account, around.region or resource.region, verdict.plans)
        if rules is None:
            return _with(row, UntestedReason.RULES_UNKNOWN, tested=None)
        if "types" in around.facts:
            return self._of_any_type(row, around, rules)
        subject = _Subject(around.type or resource.type, around.arn, around.tags)
        return self._reach.judged(row, subject, rules)

    def _of_any_type(self, row: TestedResource, cluster: Resource, rules: list[DeployedRule]) -> TestedResource:
        """The row by a cluster of which nobody tells the type: decided where all that it may have say the same."""
        subjects = (_Subject(kind, cluster.arn, cluster.tags) for kind in shared_arn().types)
        rows = [self._reach.judged(row, subject, rules) for subject in subjects]
        if len({each.tested for each in rows}) == 1:
            return rows[0]
        return _with(row, UntestedReason.TYPE_UNKNOWN, tested=None)


def _judged(row: TestedResource, tests: list[_Test]) -> TestedResource:
    """A row by the tests that may reach it: any that does suffices, and any that is open leaves it open."""
    possible = [test for test in tests if test.first_failing is None]
    reached = [test.plan.name for test in possible if test.plan and not test.is_open]
    if reached:
        return _with(row, None, tuple(dict.fromkeys(reached)), tested=True)
    if possible:
        test = possible[0]
        clause = next(clause for clause in test.clauses if clause.holds is None)
        return _with(row, clause.reason, (test.plan.name,) if test.plan else (), clause.wanted, tested=None)
    if not tests:
        return _untested(row, UntestedReason.NO_TESTING_PLAN)
    nearest = max(tests, key=lambda test: test.first_failing or 0)
    clause = nearest.clauses[nearest.first_failing or 0]
    names = (nearest.plan.name,) if nearest.plan else ()
    return _with(row, clause.reason, names, clause.wanted, tested=False)


def _points(rule: DeployedRule, account: str) -> Iterator[_Point]:
    if rule.vault.name:
        yield _Point(account, rule.region, rule.vault.name, rule, copied=False)
    for copy in rule.copies:
        if copy.vault:
            yield _Point(
                account if copy.account == OWN else copy.account, copy.vault.region, copy.vault.name, rule, copied=True
            )


def _is_continuous(point: _Point, kind: str) -> bool:
    """Whether the point of a type is a continuous one; copies of these are snapshots (facts 1.4.11)."""
    return point.rule.rule.continuous and not point.copied and features(kind).continuous in {"yes", "some"}


def _selecting(selection: TestingSelection, given: Mapping[str, str], subject: _Subject) -> Iterator[_Clause]:
    kind = restore_testing_facts().types[subject.type]
    yield _Clause(selection.type == kind, UntestedReason.TYPE_NOT_SELECTED, kind)
    everything = "*" in selection.arns
    named = None if subject.arn is None else any(arn_matches(subject.arn, arn) for arn in selection.arns)
    yield _Clause(everything or named, UntestedReason.ARN_NOT_SELECTED)
    for condition in selection.conditions:
        holds = condition_holds(condition, given, subject.tags, copies_tags=subject.type != "DynamoDB")
        reason = UntestedReason.TAG_NOT_SELECTED if holds is False else UntestedReason.TAGS_UNKNOWN
        sign = "!=" if condition.negated else "="
        yield _Clause(holds, reason, f"{condition.key} {sign} {condition.value}")


def condition_holds(
    condition: PointTagCondition,
    given: Mapping[str, str],
    copied: Mapping[str, str] | None,
    *,
    copies_tags: bool = True,
) -> bool | None:
    """Whether a point has a tag that a condition asks for, or lacks one that it refuses; None where nobody can say.

    `given` are the tags that the rule gives, which win; `copied` are the resource's, None where nobody looked. A point
    has fifty at most: further ones of the resource are left out by their letters (facts 1.5.6). Points of DynamoDB have
    the resource's with advanced features alone, so that of these nothing is sure (`copies_tags`).
    """
    value = given.get(condition.key)
    if value is None:
        if copied is None:
            return None
        room = restore_testing_facts().most_tags - len(given)
        kept = sorted(key for key in copied if key not in given)[:room]
        value = copied[condition.key] if condition.key in kept else None
        if not copies_tags and value is not None:
            return None
    if value is None:
        return None if condition.negated else False  # of a tag that is not there AWS says nothing (facts 3.9)
    return (value == condition.value) is not condition.negated


def _untested(row: TestedResource, reason: UntestedReason) -> TestedResource:
    return _with(row, reason, tested=False)


def _with(
    row: TestedResource,
    reason: UntestedReason | None,
    plans: tuple[str, ...] = (),
    wanted: str = "",
    *,
    tested: bool | None,
) -> TestedResource:
    return TestedResource(row.arn, row.account, row.region, row.type, tested, reason, plans, wanted, row.vault)

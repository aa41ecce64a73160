"""The tests of a project, run on its organization as of a moment (language.md section 7).

All tests share their work: every account that any of them looks at is resolved once, with what is attached for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from policyengine.analysis.expectations.coverage import measure
from policyengine.analysis.expectations.examination import RefusedPolicies, TestCase
from policyengine.analysis.expectations.results import (
    TestResult,
    TestRun,
)
from policyengine.analysis.expectations.situations import Situation, Situations, head
from policyengine.analysis.requirements import Demands, Requirement, TypedTest
from policyengine.aws.deployment import Deployment, deploy
from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import Organization
from policyengine.language.syntax.nodes import ExpectViolation


def run_tests(
    demands: Demands,
    organization: Organization,
    *,
    at: datetime,
    refused: RefusedPolicies | None = None,
    coverage: bool = False,
) -> TestRun:
    """The result of every test of a project, as of a moment, by file and line.

    `refused` has AWS's verdict on each document that it would refuse; a test of an account that has one of them goes on
    without the refused settings, and fails. `coverage` also lists what no test looks at, which takes all accounts
    of the organization.
    """
    refused = refused or {}
    situations = Situations(organization, demands.ids)
    given = {test: situations.of(test) for test in sorted(demands.tests, key=_place)}
    everything = situations.organization
    effective = resolve(
        everything,
        at=at,
        substitutes={policy: verdict.value for policy, verdict in refused.items()},
        accounts=None if coverage else [situation.account for situation in given.values() if situation.account],
    )
    deployment = deploy(everything, effective, at=at, apart=demands.ids)
    cases = {case.test: case for case in _cases(given, effective, deployment, demands, organization.management_account)}
    results = tuple(_result(test, situation, cases.get(test), refused) for test, situation in given.items())
    if not coverage:
        return TestRun(results)
    return TestRun(results, measure(cases.values(), demands, deployment.candidates, frozenset(organization.accounts)))


def _cases(
    given: Mapping[TypedTest, Situation],
    effective: Effective,
    deployment: Deployment,
    demands: Demands,
    management: str | None,
) -> Iterator[TestCase]:
    """The tests with an unambiguous account, each with the account's policy and view."""
    policies = {situation.account: situation for situation in effective.accounts}
    views = {account: view for view in deployment.published for account in view.accounts}
    named: dict[str, list[Requirement]] = {}
    for requirement in demands.requirements:
        named.setdefault(requirement.name, []).append(requirement)
    for test, situation in given.items():
        if account := situation.account:
            names = dict.fromkeys(e.requirement.text for e in test.expected if isinstance(e, ExpectViolation))
            expected = tuple(requirement for name in names for requirement in named[name])
            yield TestCase(test, account, situation.new, policies[account], views[account], expected, management)


def _result(test: TypedTest, situation: Situation, case: TestCase | None, refused: RefusedPolicies) -> TestResult:
    if case is None:
        return TestResult(test.title, head(test), "", situation.failures, ())
    return TestResult(test.title, head(test), case.account.path, tuple(case.failures(refused)), tuple(case.notes))


def _place(test: TypedTest) -> tuple[str, int]:
    return test.written.span.source.name, test.written.span.start

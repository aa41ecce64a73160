"""Tests, one by one: whether everything that a test expects holds, and if not why, with the trail of the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec.structs import replace

from policyengine.analysis.expectations.results import Failure, FailureCause, Trail
from policyengine.analysis.expectations.situations import fault, head
from policyengine.analysis.requirements import (
    AssertionResult,
    Cause,
    Condition,
    Expected,
    ExpectedCondition,
    Judgement,
    Reason,
    Requirement,
    Row,
    TypedTest,
    ValuePlace,
    doubts,
    failures,
    judge,
    reasons,
    rows_of,
)
from policyengine.aws.deployment import UNKNOWN, View
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import AccountPolicy, EffectiveError, Resolved, keys
from policyengine.aws.note_words import error_text
from policyengine.aws.organization import Entity
from policyengine.base.diagnostics import Outcome
from policyengine.base.records import Record
from policyengine.base.text import listed, quoted
from policyengine.language.syntax.nodes import ExpectValidity, ExpectViolation, GivenPolicy

_NEW_ACCOUNT = "mend the policy: a new account has no earlier one that AWS could keep"
_NOTHING = {
    "empty": "no backup policy is attached to this account or above it, so AWS publishes none",
    "disabled": "backup policies are not enabled in this organization, so AWS publishes none",
}


def of_reasons(reasons: Iterable[Reason], asking: str, view: View) -> Iterator[FailureCause]:
    """The reason why a condition does not hold, never empty; `asking` names who requires it."""
    shown = dict.fromkeys(replace(reason, values=()) for reason in reasons)
    for reason in shown or (Reason("it does not hold"),):
        yield FailureCause(reason.sentence(asking), reason.advice, _trail(reason.place, view.resolved))


def of_doubts(reasons: Iterable[Reason], what: str, view: View, *, new: bool) -> Iterator[FailureCause]:
    """The reason why an expectation is undecided, never empty; `new` if the snapshot lacks the account."""
    for reason in tuple(reasons) or (Reason("a fact is missing"),):
        advice = _NEW_ACCOUNT if new and view.withheld else reason.advice
        yield FailureCause(f"{what} cannot be decided: {reason.actual}", advice, _trail(reason.place, view.resolved))


def of_violation(result: AssertionResult, reasons: Iterable[Reason]) -> Iterator[FailureCause]:
    """The reason why an assertion is violated, with what its requirement says of it."""
    requirement = result.requirement
    texts = [result.assertion.message, f"see {requirement.reference}" if requirement.reference else ""]
    advice = "; ".join(part for part in texts if part)
    for cause in of_reasons(reasons, quoted(requirement.name), result.view):
        yield FailureCause(cause.message, advice, cause.trail)


def of_validity(account: AccountPolicy, *, valid: bool) -> tuple[FailureCause, ...]:
    """The reason why the effective policy of an account is not valid, or not invalid; nothing where it is."""
    if account.status == ("valid" if valid else "invalid"):
        return ()
    if account.status in _NOTHING:
        return (FailureCause(_NOTHING[account.status]),)
    errors = account.resolved.errors if account.resolved else ()
    return tuple(FailureCause(_withheld(error)) for error in errors) or (
        FailureCause("AWS would publish the effective policy"),
    )


def _withheld(error: EffectiveError) -> str:
    by = f", set by {listed(error.policies, 'and')}" if error.policies else ""
    return f"AWS would withhold the effective policy: {error_text(error)}{by}"


def _trail(place: ValuePlace | None, resolved: Resolved | None) -> Trail | None:
    """Where more happened to a setting than that one policy set it, all that happened."""
    if place is None or place.plan.node is None or resolved is None:
        return None
    node = place.plan.node.find(keys(place.path)[len(keys(place.plan.path)) :])
    steps = node.setting.trail if node else ()
    if len(steps) == len([step for step in steps if step.outcome == "applied"]) <= 1:
        return None
    notes = [resolved.note_of(place.path, step) for step in steps]
    return Trail(place.path, tuple(zip(steps, notes, strict=True)))


RefusedPolicies = Mapping[PolicyDocument, Outcome[PolicyDocument]]


class TestCase(Record, eq=False, dict=True):
    """A test with its account and what that account ends up with. `expected` are the requirements that it names."""

    test: TypedTest
    account: Entity
    new: bool
    policy: AccountPolicy
    view: View
    expected: tuple[Requirement, ...]
    management: str | None

    @cached_property
    def judgement(self) -> Judgement:
        """The judgement of the expected requirements for this account alone."""
        return judge(self.expected, [self._own], self.management)

    @cached_property
    def row(self) -> Row:
        """The row on which expectations are evaluated."""
        (row,) = rows_of([(self._own, self.account)], self.management)
        return row

    @cached_property
    def _own(self) -> View:
        """The view of this account alone."""
        return replace(self.view, accounts=(self.account,))

    def named(self, expected: ExpectViolation) -> list[Requirement]:
        """The requirements that an expectation is about; a pack that is used twice has each of them twice."""
        return [requirement for requirement in self.expected if requirement.name == expected.requirement.text]

    def failures(self, refused: RefusedPolicies) -> Iterator[Failure]:
        """Everything that fails the test, in written order: what AWS would refuse, then what is not as expected."""
        yield from self._refusals(refused)
        for expected in self.test.expected:
            if causes := tuple(dict.fromkeys(self._causes(expected))):
                yield Failure(expected.span, causes)

    @property
    def notes(self) -> Iterator[str]:
        """Notes on expectations that hold only because they do not apply."""
        for expected in self.test.expected:
            if isinstance(expected, ExpectViolation) and not expected.violated and not self._results(expected):
                yield f"{quoted(expected.requirement.text)} does not apply to {quoted(self.account.name)}"

    def _refusals(self, refused: RefusedPolicies) -> Iterator[Failure]:
        given = {step.policy.text: step.span for step in self.test.given if isinstance(step, GivenPolicy)}
        for policy in dict.fromkeys(policy for entity in self.account.chain for policy in entity.policies):
            if policy in refused:
                first = refused[policy].diagnostics[0]
                message = f"AWS would refuse policy {quoted(policy.name)}: {first.message}"
                yield fault(given.get(policy.name, head(self.test)), message, first.help)

    def _causes(self, expected: Expected) -> Iterator[FailureCause]:
        """The reason why an expectation is not met; empty where it is."""
        if isinstance(expected, ExpectValidity):
            yield from of_validity(self.policy, valid=expected.valid)
        elif isinstance(expected, ExpectedCondition):
            yield from self._of_condition(expected.condition)
        elif expected.violated:
            yield from self._of_missing_violation(expected)
        else:
            for result in self._results(expected):
                yield from self._of_result(result)

    def _of_condition(self, condition: Condition) -> Iterator[FailureCause]:
        truth = self.row.truth(condition)
        if truth is UNKNOWN:
            (causes,) = doubts(condition, [self.row])
            yield from of_doubts(self._reasons(causes), "this", self.view, new=self.new)
        elif truth is not True:
            (causes,) = failures(condition, [self.row])
            yield from of_reasons(self._reasons(causes), "the test", self.view)

    def _reasons(self, causes: Iterable[Cause]) -> Iterator[Reason]:
        return (cause.reason(self.view) for cause in causes)

    def _of_missing_violation(self, expected: ExpectViolation) -> Iterator[FailureCause]:
        """Why a requirement that should be violated is not: it holds, cannot be decided, or does not apply."""
        results, name = self._results(expected), quoted(expected.requirement.text)
        if any(result.violated for result in results):
            return
        undecided = [result for result in results if result.undecided]
        for result in undecided:
            yield from self._of_result(result)
        if not undecided:
            yield FailureCause(f"{name} holds" if results else f"{name} does not apply to {quoted(self.account.name)}")

    def _of_result(self, result: AssertionResult) -> Iterator[FailureCause]:
        """The reason why an assertion is violated or cannot be decided; nothing where it holds."""
        because = reasons(result, self.account, self.management)
        if result.violated:
            yield from of_violation(result, because)
        elif result.undecided:
            yield from of_doubts(because, quoted(result.requirement.name), self.view, new=self.new)

    def _results(self, expected: ExpectViolation) -> list[AssertionResult]:
        """The assertions of the requirements that an expectation is about, as far as they apply."""
        return [result for requirement in self.named(expected) for result in self.judgement.of(requirement)]

"""One test after the other: is everything that it expects so?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from policyengine.diagnostics import Outcome
from policyengine.effective import AccountPolicy
from policyengine.model.documents import PolicyDocument
from policyengine.organization import Entity
from policyengine.plan import UNKNOWN, View
from policyengine.requirements import (
    Condition,
    Expected,
    ExpectedCondition,
    Judgement,
    Requirement,
    Result,
    TypedTest,
    doubts,
    failures,
    judge,
    reasons,
)
from policyengine.requirements.environment import Environment
from policyengine.requirements.truth import Truth
from policyengine.syntax.nodes import ExpectValidity, ExpectViolation, GivenPolicy
from policyengine.testing.causes import of_doubts, of_reasons, of_validity, of_violation
from policyengine.testing.situations import fault, head
from policyengine.testing.values import Cause, Failure
from policyengine.wording import quoted

Refused = Mapping[PolicyDocument, Outcome[PolicyDocument]]


@dataclass(frozen=True, eq=False)
class Case:
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
        """What the expected requirements come to for this account alone."""
        own = replace(self.view, accounts=(self.account,))
        return judge(self.expected, [own], self.management)

    @cached_property
    def environment(self) -> Environment:
        """What expectations are evaluated against."""
        return self.judgement.environment(self.view, self.account)

    def named(self, expected: ExpectViolation) -> list[Requirement]:
        """The requirements that an expectation is about; a pack that is used twice has each of them twice."""
        return [found for found in self.expected if found.name == expected.requirement.text]

    def failures(self, refused: Refused) -> Iterator[Failure]:
        """Everything that fails the test, in written order: what AWS would refuse, then what is not as expected."""
        yield from self._refusals(refused)
        for expected in self.test.expected:
            if causes := tuple(dict.fromkeys(self._causes(expected))):
                yield Failure(expected.span, causes)

    @property
    def notes(self) -> Iterator[str]:
        """What passes only because it does not apply."""
        for expected in self.test.expected:
            if isinstance(expected, ExpectViolation) and not expected.violated and not self._results(expected):
                yield f"{quoted(expected.requirement.text)} does not apply to {quoted(self.account.name)}"

    def _refusals(self, refused: Refused) -> Iterator[Failure]:
        given = {step.policy.text: step.span for step in self.test.given if isinstance(step, GivenPolicy)}
        for policy in dict.fromkeys(policy for entity in self.account.chain for policy in entity.policies):
            if policy in refused:
                first = refused[policy].diagnostics[0]
                message = f"AWS would refuse policy {quoted(policy.name)}: {first.message}"
                yield fault(given.get(policy.name, head(self.test)), message, first.help)

    def _causes(self, expected: Expected) -> Iterator[Cause]:
        """Why something expected is not so; nothing where it is."""
        if isinstance(expected, ExpectValidity):
            yield from of_validity(self.policy, valid=expected.valid)
        elif isinstance(expected, ExpectedCondition):
            yield from self._of_condition(expected.condition)
        elif expected.violated:
            yield from self._of_missing_violation(expected)
        else:
            for result in self._results(expected):
                yield from self._of_result(result)

    def _of_condition(self, condition: Condition) -> Iterator[Cause]:
        truth: Truth = condition.value(self.environment)
        if truth is UNKNOWN:
            yield from of_doubts(doubts(condition, self.environment), "this", self.view, new=self.new)
        elif truth is not True:
            yield from of_reasons(failures(condition, self.environment), "the test", self.view)

    def _of_missing_violation(self, expected: ExpectViolation) -> Iterator[Cause]:
        """Why a requirement that should be violated is not: it holds, cannot be decided, or does not apply."""
        results, name = self._results(expected), quoted(expected.requirement.text)
        if any(result.violated for result in results):
            return
        undecided = [result for result in results if result.undecided]
        for result in undecided:
            yield from self._of_result(result)
        if not undecided:
            yield Cause(f"{name} holds" if results else f"{name} does not apply to {quoted(self.account.name)}")

    def _of_result(self, result: Result) -> Iterator[Cause]:
        """Why an assertion is violated or cannot be decided; nothing where it holds."""
        found = reasons(result, self.judgement, self.account)
        if result.violated:
            yield from of_violation(result, found)
        elif result.undecided:
            yield from of_doubts(found, quoted(result.requirement.name), self.view, new=self.new)

    def _results(self, expected: ExpectViolation) -> list[Result]:
        """The assertions of the requirements that an expectation is about, as far as they apply."""
        return [result for found in self.named(expected) for result in self.judgement.by_requirement[found]]

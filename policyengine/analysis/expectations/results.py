"""The results of a project's tests."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.aws.merge import Note, Step
from policyengine.base.records import Record
from policyengine.base.source import Span


class Trail(Record):
    """The steps done to a setting, in order; beside each step the note on why it has no effect, None if it has one."""

    path: str
    steps: tuple[tuple[Step, Note | None], ...]


class FailureCause(Record):
    """One reason why an expectation is not met: the actual value, what would help, the trail of the value."""

    message: str
    help: str = ""
    trail: Trail | None = None


class Failure(Record):
    """A line of a test that fails it: an expectation that is not met, or a `given` that cannot be."""

    span: Span
    causes: tuple[FailureCause, ...]


class TestResult(Record):
    """The result of a test. `span` is its head, `account` the path of its account, empty where that is ambiguous.

    `notes` say what a reader of a passed test should know, such as a requirement that does not apply.
    """

    title: str
    span: Span
    account: str
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything given can be, and everything expected is so."""
        return not self.failures


class UntestedItem(Record):
    """An item that no test examines; `span` is None where it was not written in the language."""

    name: str
    span: Span | None


class ExaminedShare(Record):
    """How many rules, or plans, or requirements the tests examine, and which they leave out, by place, then name."""

    total: int
    untouched: tuple[UntestedItem, ...]

    @property
    def touched(self) -> int:
        """The number of them that a test looks at."""
        return self.total - len(self.untouched)

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down, so that only everything is 100."""
        return self.touched * 100 // self.total if self.total else 100

    def reaches(self, percent: int) -> bool:
        """Whether tests look at so much of it."""
        return self.touched * 100 >= percent * self.total


class Coverage(Record):
    """The share of the effective plans and rules of accounts, and of the requirements on them, that tests examine."""

    plans: ExaminedShare
    rules: ExaminedShare
    requirements: ExaminedShare
    assertions: ExaminedShare

    @property
    def kinds(self) -> Mapping[str, ExaminedShare]:
        """The share of each kind of item that tests look at, by the name of the kind."""
        return {name: getattr(self, name) for name in self.__struct_fields__}

    @property
    def whole(self) -> ExaminedShare:
        """The share of the items of all kinds."""
        shares = self.kinds.values()
        return ExaminedShare(
            sum(share.total for share in shares), tuple(entry for share in shares for entry in share.untouched)
        )


class TestRun(Record):
    """The results of all tests, by file and line; `coverage` is None where it was not asked for."""

    results: tuple[TestResult, ...]
    coverage: Coverage | None = None

    @property
    def failed(self) -> int:
        """The number of failed tests."""
        return sum(not result.passed for result in self.results)

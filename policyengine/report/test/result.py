"""The result that every format of `test` prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.analysis.expectations import Failure, TestRun
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.report.finding_text import tally
from policyengine.report.shown_text import count
from policyengine.report.terminal import plain
from policyengine.report.trail_lines import path_in_words, step_line, step_reason


class ProjectTestReport(Record):
    """The tests of a project with their circumstances.

    `run` is None where `findings`, the faults of the language, kept the tests from running. `minimum` is the coverage
    that is asked for, in percent, None where none is. `prefix` is the project's folder below the top of its repository.
    """

    run: TestRun | None
    findings: tuple[Diagnostic, ...]
    at: datetime
    minimum: int | None = None
    prefix: str = ""

    @property
    def covered(self) -> bool:
        """Whether the tests look at as much as they have to."""
        coverage = self.run.coverage if self.run else None
        return self.minimum is None or coverage is None or coverage.whole.reaches(self.minimum)

    @property
    def failed(self) -> bool:
        """Whether a test failed, could not run, or looks at too little."""
        return self.run is None or self.run.failed > 0 or not self.covered


def summary(tested: ProjectTestReport) -> str:
    """The verdict, the number of tests, and what is not as it should be."""
    if tested.run is None:
        return f"the tests did not run: {tally(tested.findings)}"
    parts = [_counted(tested.run)]
    if coverage := tested.run.coverage:
        parts.append(f"coverage {coverage.whole.percent} %")
    if not tested.covered:
        parts.append(f"at least {tested.minimum} % is asked for")
    return ", ".join(parts)


def _counted(run: TestRun) -> str:
    tests = count(len(run.results), "test") if run.results else "no tests"
    return f"{tests}, {run.failed:,} failed" if run.failed else tests


def failure_lines(failure: Failure) -> Iterator[str]:
    """A failure for those who show nothing but one text."""
    for cause in failure.causes:
        yield f"{failure.span.source.name}:{failure.span.first.line}: {cause.message}"
        if cause.trail:
            yield f"  {path_in_words(cause.trail.path, [step for step, _ in cause.trail.steps])}"
            for step, note in cause.trail.steps:
                yield f"  {plain(step_line(cause.trail.path, step))}"
                yield from [f"    {step_reason(note, step)}"] if note else []
        if cause.help:
            yield f"  help: {cause.help}"

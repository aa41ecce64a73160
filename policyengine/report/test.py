"""`test` on a terminal, and as JSON, both from one `Tested`.

The terminal has a line for each test, beneath a failed one what is not as expected, then what is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.analysis.expectations import (
    Coverage,
    Failure,
    FailureCause,
    Share,
    TestResult,
    TestRun,
    Trail,
    Untouched,
)
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import record
from policyengine.report.json_output import INDENT, finding_json, location, stamp, step_json, step_line, to_json
from policyengine.report.terminal import Part, TerminalPage, count, excerpt, plain, tally, write_diagnostic


@record
class Tested:
    """The tests of a project with their circumstances.

    `run` is None where `findings`, the faults of the language, kept the tests from running. `minimum` is the coverage
    that is asked for, in percent, None where none is.
    """

    run: TestRun | None
    findings: tuple[Diagnostic, ...]
    at: datetime
    minimum: int | None = None

    @property
    def covered(self) -> bool:
        """Whether the tests look at as much as they have to."""
        coverage = self.run.coverage if self.run else None
        return self.minimum is None or coverage is None or coverage.whole.reaches(self.minimum)

    @property
    def failed(self) -> bool:
        """Whether a test failed, could not run, or looks at too little."""
        return self.run is None or self.run.failed > 0 or not self.covered


_ASIDE = "     "


def terminal(tested: Tested, *, color: bool = False, width: int | None = None) -> str:
    """The results for people."""
    page = TerminalPage(color=color, width=width)
    for diagnostic in tested.findings:
        write_diagnostic(page, diagnostic)
    if tested.run:
        for result in tested.run.results:
            _test(page, result)
        if tested.run.coverage:
            _coverage(page, tested.run.coverage)
    page.line(("fail", "error") if tested.failed else ("pass", "good"), ": ", _summary(tested))
    return page.text()


def _test(page: TerminalPage, result: TestResult) -> None:
    word: Part = ("passed", "good") if result.passed else ("failed", "error")
    account = f" ({result.account})" if result.account and not result.passed else ""
    page.line(word, ": ", (result.title, "strong"), account)
    for note in result.notes:
        page.line((_ASIDE, "place"), ("note: ", "info"), note)
    for failure in result.failures:
        excerpt(page, failure.span, "-->", "", "error")
        for cause in failure.causes:
            _cause(page, cause)
        page.line()


def _cause(page: TerminalPage, cause: FailureCause) -> None:
    page.line(("   = ", "place"), cause.message)
    if cause.trail:
        _trail(page, cause.trail)
    if cause.help:
        page.line(("   = ", "place"), ("help: ", "strong"), cause.help)


def _trail(page: TerminalPage, trail: Trail) -> None:
    page.line(_ASIDE, trail.path)
    for step, reason in trail.steps:
        page.line(_ASIDE, *step_line(trail.path, step))
        if reason:
            page.line((_ASIDE + " " * INDENT + reason, "dim"))


def _coverage(page: TerminalPage, coverage: Coverage) -> None:
    for name, share in coverage.kinds.items():
        if share.total:
            page.line((name, "strong"), f": {share.touched:,} of {share.total:,} ({share.percent} %)")
        for untouched in share.untouched:
            page.line(*_untouched(untouched))


def _untouched(untouched: Untouched) -> list[Part]:
    place = f"  {untouched.span.source.name}:{untouched.span.first.line}" if untouched.span else ""
    return [("  not tested: ", "warning"), untouched.name, (place, "place")]


def _summary(tested: Tested) -> str:
    if tested.run is None:
        return f"the tests did not run: {tally(tested.findings)}"
    said = [_counted(tested.run)]
    if coverage := tested.run.coverage:
        said.append(f"coverage {coverage.whole.percent} %")
    if not tested.covered:
        said.append(f"at least {tested.minimum} % is asked for")
    return ", ".join(said)


def _counted(run: TestRun) -> str:
    tests = count(len(run.results), "test") if run.results else "no tests"
    return f"{tests}, {run.failed:,} failed" if run.failed else tests


def as_json(tested: Tested) -> str:
    """The results as interface.md section 4 has them."""
    results = tested.run.results if tested.run else ()
    failed = tested.run.failed if tested.run else 0
    coverage = tested.run.coverage if tested.run else None
    return to_json(
        {
            "schema": "policyengine/test/1",
            "at": stamp(tested.at),
            "verdict": "fail" if tested.failed else "pass",
            "passed": len(results) - failed,
            "failed": failed,
            "tests": [_test_json(result) for result in results],
            "coverage": _coverage_json(coverage, tested.minimum) if coverage else None,
            "findings": [finding_json(diagnostic) for diagnostic in tested.findings],
        }
    )


def _test_json(result: TestResult) -> dict[str, object]:
    return {
        "name": result.title,
        "outcome": "passed" if result.passed else "failed",
        "location": location(result.span),
        "account": result.account or None,
        "message": "\n".join(line for failure in result.failures for line in _message(failure)) or None,
        "failures": [_failure(failure) for failure in result.failures],
        "notes": list(result.notes),
    }


def _message(failure: Failure) -> Iterator[str]:
    """A failure for those who show nothing but one text."""
    for cause in failure.causes:
        yield f"{failure.span.source.name}:{failure.span.first.line}: {cause.message}"
        if cause.trail:
            yield f"  {cause.trail.path}"
            for step, reason in cause.trail.steps:
                yield f"  {plain(step_line(cause.trail.path, step))}"
                yield from [f"    {reason}"] if reason else []
        if cause.help:
            yield f"  help: {cause.help}"


def _failure(failure: Failure) -> dict[str, object]:
    return {"location": location(failure.span), "causes": [_cause_json(cause) for cause in failure.causes]}


def _cause_json(cause: FailureCause) -> dict[str, object]:
    return {
        "message": cause.message,
        "help": cause.help,
        "path": cause.trail.path if cause.trail else None,
        "trail": _trail_json(cause.trail) if cause.trail else [],
    }


def _trail_json(trail: Trail) -> list[dict[str, object]]:
    return [step_json(trail.path, step, reason) for step, reason in trail.steps]


def _coverage_json(coverage: Coverage, minimum: int | None) -> dict[str, object]:
    whole = coverage.whole
    return {
        "touched": whole.touched,
        "total": whole.total,
        "percent": whole.percent,
        "minimum": minimum,
        **{name: _share(share) for name, share in coverage.kinds.items()},
    }


def _share(share: Share) -> dict[str, object]:
    untouched = [{"name": each.name, "location": location(each.span)} for each in share.untouched]
    return {"touched": share.touched, "total": share.total, "percent": share.percent, "untouched": untouched}

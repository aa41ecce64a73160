"""`test` on a terminal: a line for each test, beneath a failed one what is not as expected, then what is left out."""

from __future__ import annotations

from policyengine.analysis.expectations import Cause, Coverage, TestResult, TestRun, Trail, Untouched
from policyengine.report.json_output import INDENT, step_line
from policyengine.report.terminal import Page, Part, count, excerpt, tally, write_diagnostic
from policyengine.report.test.result import Tested

_ASIDE = "     "


def render(tested: Tested, *, color: bool = False) -> str:
    """The results for people."""
    page = Page(color=color)
    for found in tested.findings:
        write_diagnostic(page, found, {})
    if tested.run:
        for result in tested.run.results:
            _test(page, result)
        if tested.run.coverage:
            _coverage(page, tested.run.coverage)
    page.line(("fail", "error") if tested.failed else ("pass", "good"), ": ", _summary(tested))
    return page.text()


def _test(page: Page, result: TestResult) -> None:
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


def _cause(page: Page, cause: Cause) -> None:
    page.line(("   = ", "place"), cause.message)
    if cause.trail:
        _trail(page, cause.trail)
    if cause.help:
        page.line(("   = ", "place"), ("help: ", "strong"), cause.help)


def _trail(page: Page, trail: Trail) -> None:
    page.line(_ASIDE, trail.path)
    for step, reason in trail.steps:
        page.line(_ASIDE, *step_line(trail.path, step))
        if reason:
            page.line((_ASIDE + " " * INDENT + reason, "dim"))


def _coverage(page: Page, coverage: Coverage) -> None:
    for name, share in coverage.kinds.items():
        if share.total:
            page.line((name, "strong"), f": {share.touched:,} of {share.total:,} ({share.percent} %)")
        for found in share.untouched:
            page.line(*_untouched(found))


def _untouched(found: Untouched) -> list[Part]:
    place = f"  {found.span.source.name}:{found.span.first.line}" if found.span else ""
    return [("  not tested: ", "warning"), found.name, (place, "place")]


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

"""`test` on a terminal: a line for each test, beneath a failed one what is not as expected, then what is left out."""

from __future__ import annotations

from policyengine.analysis.expectations import Coverage, FailureCause, TestResult, Trail, Untouched
from policyengine.report.terminal import Part, TerminalPage, excerpt, findings_page
from policyengine.report.test.result import Tested, summary
from policyengine.report.trail_lines import INDENT, path_in_words, step_line, step_reason

_ASIDE = "     "


def render(tested: Tested, *, color: bool = False, width: int | None = None) -> str:
    """The results for people."""
    page = findings_page(tested.findings, color=color, width=width)
    if tested.run:
        for result in tested.run.results:
            _test(page, result)
        if tested.run.coverage:
            _coverage(page, tested.run.coverage)
    page.line(("fail", "error") if tested.failed else ("pass", "good"), ": ", summary(tested))
    return page.text()


def _test(page: TerminalPage, result: TestResult) -> None:
    word: Part = ("passed", "good") if result.passed else ("failed", "error")
    account = f" ({result.account})" if result.account and not result.passed else ""
    page.line(word, ": ", (result.title, "strong"), account)
    for note in result.notes:
        page.line((_ASIDE, "place"), ("note: ", "info"), note)
    for failure in result.failures:
        excerpt(page, failure.span, "-->", "", "error", whole=True)
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
    page.line(_ASIDE, path_in_words(trail.path, [step for step, _ in trail.steps]))
    for step, note in trail.steps:
        page.line(_ASIDE, *step_line(trail.path, step))
        if note:
            page.line((_ASIDE + " " * INDENT + step_reason(note, step), "dim"))


def _coverage(page: TerminalPage, coverage: Coverage) -> None:
    for name, share in coverage.kinds.items():
        if share.total:
            page.line((name, "strong"), f": {share.touched:,} of {share.total:,} ({share.percent} %)")
        for untouched in share.untouched:
            page.line(*_untouched(untouched))


def _untouched(untouched: Untouched) -> list[Part]:
    place = f"  {untouched.span.source.name}:{untouched.span.first.line}" if untouched.span else ""
    return [("  not tested: ", "warning"), untouched.name, (place, "place")]

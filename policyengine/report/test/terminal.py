"""`test` on a terminal: a line for each test, beneath a failed one what is not as expected, then what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.analysis.expectations import Coverage, FailureCause, TestResult, Trail, UntestedItem
from policyengine.report.terminal import Part, TerminalPage
from policyengine.report.terminal_findings import excerpt, findings_page
from policyengine.report.test.result import ProjectTestReport, summary
from policyengine.report.trail_lines import INDENT, path_in_words, step_line, step_reason

_ASIDE = "     "


def render(tested: ProjectTestReport, *, color: bool = False, width: int | None = None) -> str:
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
        for causes in _same(failure.causes):
            _cause(page, causes)
        page.line()


def _same(causes: Iterable[FailureCause]) -> Iterable[list[FailureCause]]:
    """The causes that read the same but for their help: several assertions ask for one value."""
    groups: dict[tuple[str, Trail | None], list[FailureCause]] = {}
    for cause in causes:
        groups.setdefault((cause.message, cause.trail), []).append(cause)
    return groups.values()


def _cause(page: TerminalPage, causes: Sequence[FailureCause]) -> None:
    first = causes[0]
    page.line(("   = ", "place"), first.message)
    if first.trail:
        _trail(page, first.trail)
    texts = dict.fromkeys(cause.help for cause in causes)
    for text in texts:
        if text and not any(text in other for other in texts if other != text):
            page.line(("   = ", "place"), ("help: ", "strong"), text)


def _trail(page: TerminalPage, trail: Trail) -> None:
    page.line(_ASIDE, path_in_words(trail.path, [step for step, _ in trail.steps]))
    for step, note in trail.steps:
        page.line(_ASIDE, *step_line(trail.path, step))
        if note:
            page.line((_ASIDE + " " * INDENT + step_reason(note, step), "dim"))


def _coverage(page: TerminalPage, coverage: Coverage) -> None:
    for name, share in coverage.kinds.items():
        if share.total:
            page.line((name, "strong"), f": {share.touched:,} of {share.total:,} tested ({share.percent} %)")
        for untouched in share.untouched:
            page.line(*_untouched(untouched))


def _untouched(untouched: UntestedItem) -> list[Part]:
    place = f"  {untouched.span.source.name}:{untouched.span.first.line}" if untouched.span else ""
    return [("  not tested: ", "warning"), untouched.name, (place, "place")]

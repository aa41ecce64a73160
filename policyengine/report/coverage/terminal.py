"""`coverage` on a terminal: the share on top, then what is not protected, worst first, with the line and the change."""

from __future__ import annotations

from policyengine.base import page_url
from policyengine.report.coverage.remedies import change_for
from policyengine.report.coverage.result import CoverageCause, CoverageReport, CoverageSection, CoverageVerdict
from policyengine.report.coverage.words import cause_title, compared, ending, headline, remarks, written_line
from policyengine.report.coverage_reasons import MEANINGS
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage
from policyengine.report.terminal_findings import write_diagnostic

_STYLES: dict[CoverageVerdict, str] = {"fail": "error", "undecided": "warning", "pass": "good"}
_MOST = 20  # causes of a section that are shown


def render(covered: CoverageReport, *, color: bool = False, width: int | None = None) -> str:
    """The coverage for people."""
    page = TerminalPage(color=color, width=width)
    page.line((headline(covered), "strong"))
    for remark in remarks(covered):
        page.line(("note: ", "info"), remark)
    for section in covered.sections():
        page.line()
        _section(page, section, covered)
    if covered.groups:
        page.line()
        page.line(("reasons: ", "info"), (page_url("coverage.md"), "place"))
    if covered.check.verdict.standing:
        page.line()
    for diagnostic in covered.check.verdict.standing:
        write_diagnostic(page, diagnostic, covered.check.names)
    if text := ending(covered):
        if not covered.check.verdict.standing:
            page.line()
        page.line((covered.verdict, _STYLES[covered.verdict]), ": ", text)
    return page.text()


def _section(page: TerminalPage, section: CoverageSection, covered: CoverageReport) -> None:
    shown = section.causes[:_MOST]
    if covered.by == "reason":
        reason = shown[0].first.reason
        style = "warning" if reason.is_undecided else "error"
        number = count(section.unprotected + section.undecided, "resource")
        page.line((section.title, style), f": {number}; {MEANINGS[reason]}")
    else:
        unsure = f", {section.undecided:,} undecided" if section.undecided else ""
        page.line(
            (section.title, "strong"),
            f": {section.unprotected:,} of {count(section.resources, 'resource')}",
            f" unprotected{unsure}",
        )
    for cause in shown:
        _cause(page, cause, covered)
    if rest := len(section.causes) - len(shown):
        page.line(f"  and {rest:,} more; `--list FILE` writes all resources")


def _cause(page: TerminalPage, cause: CoverageCause, covered: CoverageReport) -> None:
    group = cause.first
    reason = "" if covered.by == "reason" else f"{group.reason.value}: "
    page.line(
        "  ", (reason, "warning" if group.reason.is_undecided else "error"), (cause_title(cause, covered), "strong")
    )
    if text := compared(group):
        page.line("    ", text)
    if line := written_line(group):
        page.line(("    nearly: ", "info"), line)
    page.line(("    change: ", "good"), change_for(cause, covered))
    for arn in cause.sample:
        page.line(("    " + arn, "dim"))
    if (rest := cause.count - len(cause.sample)) > 0:
        page.line((f"    and {rest:,} more", "dim"))

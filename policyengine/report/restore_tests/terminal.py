"""`restore-tests` on a terminal: the sums, then why what is not tested is not, and requirements on resources."""

from __future__ import annotations

from policyengine.report.restore_tests.result import RestoreTests
from policyengine.report.terminal import TerminalPage
from policyengine.report.terminal_findings import write_diagnostic

_MOST_GROUPS = 20


def render(tests: RestoreTests, *, color: bool = False, width: int | None = None) -> str:
    """The result as text."""
    page = TerminalPage(color=color, width=width)
    page.line((tests.summary, "strong"))
    for group in tests.groups[:_MOST_GROUPS]:
        page.line("")
        undecided = group.rows[0].tested is None
        word, style = ("undecided", "warning") if undecided else ("not tested", "error")
        page.line(f"{len(group.rows):,} {group.type or 'other'} ", (word, style), f": {group.reason.value}")
        page.line(f"  {group.why}")
        page.line("  ", (group.places, "place"))
    if len(tests.groups) > _MOST_GROUPS:
        page.line("")
        page.line(f"and {len(tests.groups) - _MOST_GROUPS:,} more groups; --format json has every resource")
    if tests.findings:
        page.line("")
    for diagnostic in tests.findings:
        write_diagnostic(page, diagnostic, tests.check.names if tests.check else None)
    page.gap()
    if tests.ending:
        page.line(("fail", "error") if tests.failed else ("pass", "good"), f": {tests.ending}")
    if tests.undecided:
        page.line(("undecided", "warning"), f": {tests.undecided}")
    return page.text()

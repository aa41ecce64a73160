"""`coverage --format github`: an annotation for each group at the line of the selection, then the sums.

A step shows ten annotations of a level; what is left is counted. Texts from outside start no command.
"""

from __future__ import annotations

from policyengine.analysis.coverage import CoverageGroup
from policyengine.report.check.github import MOST, command
from policyengine.report.coverage.result import CoverageReport
from policyengine.report.coverage.words import ending, group_place, group_text, headline, remarks
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage


def render(covered: CoverageReport) -> str:
    """The coverage as the log of a step."""
    page = TerminalPage(color=False)
    by_level = [
        [group for group in covered.groups if group.reason.is_undecided is undecided] for undecided in (False, True)
    ]
    commands = [_command(group, covered) for groups in by_level for group in groups[:MOST]]
    for finding in covered.check.verdict.standing:
        page.line(f"{finding.severity} {finding.code} {finding.name}: {finding.message}")
    if rest := sum(max(len(groups) - MOST, 0) for groups in by_level):
        page.line(f"not annotated, since GitHub shows {MOST} of a level: {count(rest, 'group')}")
    for remark in remarks(covered):
        page.line(remark)
    page.line(headline(covered))
    if text := ending(covered):
        page.line(f"{covered.verdict}: {text}")
    return "".join(commands) + page.text()


def _command(group: CoverageGroup, covered: CoverageReport) -> str:
    where = group_place(group, covered)
    level = "notice" if group.reason.is_undecided else "warning"
    properties = {"file": where.file, "line": str(where.first.line), "title": group.reason.value}
    return f"{command(level, properties, [group_text(group, covered)])}\n"

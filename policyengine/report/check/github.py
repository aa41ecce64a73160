"""`check --format github`: workflow commands that GitHub Actions turns into annotations, then the rest as plain lines.

A step shows ten annotations of a level; the log has those beyond, and what a waiver or the baseline
covers. Texts from outside are data of a command or plain lines: they start none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policyengine.analysis.findings import SharedFinding
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.report.check.causes import elsewhere
from policyengine.report.check.result import CheckResult, place
from policyengine.report.check.terminal import covered_texts, summary
from policyengine.report.finding_text import details, tally
from policyengine.report.shown_text import inert, printable, some
from policyengine.report.terminal import TerminalPage, plain

MOST = 10  # annotations of a level that GitHub shows of a step
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(result: CheckResult) -> str:
    """The verdict as the log of a step."""
    findings, page = result.verdict.shared, TerminalPage(color=False)
    by_level = [
        [finding for finding in findings if finding.counts and finding.diagnostic.severity is level]
        for level in Severity
    ]
    commands = [f"{_command(finding, result)}\n" for of_level in by_level for finding in of_level[:MOST]]
    if rest := [finding.diagnostic for of_level in by_level for finding in of_level[MOST:]]:
        page.line(f"not annotated, since GitHub shows {MOST} of a level: {tally(rest)}")
    for text in covered_texts(findings, result.baseline):
        page.line(text)
    for title, text in result.remarks:
        page.line(f"{title}: {text}")
    page.line(plain(summary(result)))
    return "".join(commands) + page.text()


def _command(finding: SharedFinding, result: CheckResult) -> str:
    diagnostic, others = finding.diagnostic, elsewhere(finding)
    also = [("also at", some(others))] if others else []
    lines = [diagnostic.message, *(f"{title}: {text}" for title, text in (*also, *details(diagnostic, result.names)))]
    return command(_COMMANDS[diagnostic.severity], dict(_properties(diagnostic, result)), lines)


def command(level: str, properties: Mapping[str, str], lines: Iterable[str]) -> str:
    """A workflow command whose properties and lines may hold anything."""
    listed = ",".join(f"{key}={_escaped(value)}" for key, value in properties.items())
    data = "\n".join(inert(printable(line)) for line in lines)
    return f"::{level} {listed}::{data.translate(_DATA)}"


def _properties(diagnostic: Diagnostic, result: CheckResult) -> Iterator[tuple[str, str]]:
    if diagnostic.span:
        where = place(diagnostic.span, result)
        yield "file", where.file
        yield "line", str(where.first.line)
        yield "endLine", str(where.last_line)
        if where.last_line == where.first.line:  # GitHub takes columns within one line only
            yield "col", str(where.first.column)
    yield "title", f"{diagnostic.code} {diagnostic.name}"


def _escaped(value: str) -> str:
    return inert(printable(value)).translate(_PROPERTY)

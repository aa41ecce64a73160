"""`check --format github`: workflow commands that GitHub Actions turns into annotations, then the rest as plain lines.

A step shows ten annotations of a level; the log has those beyond, and what a waiver or the baseline
covers. Texts from outside are data of a command or plain lines: they start none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.report.check.result import CheckResult, place
from policyengine.report.check.terminal import covered, summary
from policyengine.report.terminal import TerminalPage, details, inert, plain, printable, tally

MOST = 10  # annotations of a level that GitHub shows of a step
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(result: CheckResult) -> str:
    """The verdict as the log of a step."""
    verdict, page = result.verdict, TerminalPage(color=False)
    by_level = [[diagnostic for diagnostic in verdict.standing if diagnostic.severity is level] for level in Severity]
    commands = [f"{_command(diagnostic, result)}\n" for findings in by_level for diagnostic in findings[:MOST]]
    if rest := [diagnostic for findings in by_level for diagnostic in findings[MOST:]]:
        page.line(f"not annotated, since GitHub shows {MOST} of a level: {tally(rest)}")
    for finding in (*verdict.waived, *verdict.accepted):
        page.line(covered(finding, result.baseline))
    for title, text in result.remarks:
        page.line(f"{title}: {text}")
    page.line(plain(summary(result)))
    return "".join(commands) + page.text()


def _command(diagnostic: Diagnostic, result: CheckResult) -> str:
    lines = [diagnostic.message, *(f"{title}: {text}" for title, text in details(diagnostic, result.names))]
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

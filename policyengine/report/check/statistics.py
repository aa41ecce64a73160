"""`check --statistics`: instead of the findings a line for each check and requirement that has some."""

from __future__ import annotations

from policyengine.report.check.as_json import left_out_json, summary_json
from policyengine.report.check.causes import FindingCount, finding_counts, write_table
from policyengine.report.check.result import CheckResult
from policyengine.report.check.terminal import write_end
from policyengine.report.json_output import location, stamp, to_json
from policyengine.report.terminal import TerminalPage


def terminal(result: CheckResult, *, color: bool = False, width: int | None = None) -> str:
    """All rows, the worst first, and the last lines of `check`."""
    page = TerminalPage(color=color, width=width)
    if rows := finding_counts(result.verdict.shared):
        write_table(page, rows, most=None)
    write_end(page, result)
    return page.text()


def as_json(result: CheckResult) -> str:
    """The rows as interface.md section 4 has them; `summary` is that of `check --format json`."""
    return to_json(
        {
            "schema": "policyengine/statistics/1",
            "at": stamp(result.at),
            "verdict": "fail" if result.verdict.failed else "pass",
            "summary": summary_json(result),
            **left_out_json(result),
            "statistics": [_row(row) for row in finding_counts(result.verdict.shared)],
        }
    )


def _row(row: FindingCount) -> dict[str, object]:
    first = row.first
    return {
        "code": first.code,
        "name": first.name,
        "severity": first.severity.value,
        "requirement": first.requirement or None,
        "findings": row.findings,
        "places": row.places,
        "accounts": row.accounts,
        "first": {"location": location(first.span), "path": first.path},
        "url": first.url,
    }

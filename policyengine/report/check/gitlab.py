"""`check --format gitlab`: GitLab's Code Quality report.

GitLab knows no suppressions: what a waiver or the baseline covers is listed as `info`, and says so first.
"""

from __future__ import annotations

from policyengine.analysis.findings import Finding
from policyengine.base.diagnostics import Severity
from policyengine.report.check.result import CheckResult, anchor, fingerprints
from policyengine.report.check.terminal import covered
from policyengine.report.json_output import to_json
from policyengine.report.terminal import printable, sentences


def render(result: CheckResult) -> str:
    """The findings as a list."""
    made = zip(result.verdict.findings, fingerprints(result), strict=True)
    return to_json([_entry(found, known_by, result) for found, known_by in made])


def _entry(made: Finding, known_by: str, result: CheckResult) -> dict[str, object]:
    found, where = made.diagnostic, anchor(made.diagnostic, result)
    told = sentences(found, result.names)
    return {
        "description": f"{found.code} {found.name}: {told}" if made.counts else _covered(made, result),
        "check_name": found.name,
        "fingerprint": known_by,
        "severity": _severity(made, result),
        "location": {"path": printable(where.file), "lines": {"begin": where.first.line, "end": where.last_line}},
    }


def _covered(made: Finding, result: CheckResult) -> str:
    return printable(covered(made, result.baseline))


def _severity(made: Finding, result: CheckResult) -> str:
    """`critical` and `major` fail the gate, `minor` and `info` do not."""
    severity = made.diagnostic.severity
    if severity is Severity.INFO or not made.counts:
        return "info"
    if severity is Severity.ERROR:
        return "critical"
    return "major" if severity.rank <= result.gate.fail_on.rank else "minor"

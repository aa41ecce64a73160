"""`check --format gitlab`: GitLab's Code Quality report.

GitLab has no suppressions: what a waiver or the baseline covers is listed as `info`, and says so first.
"""

from __future__ import annotations

from policyengine.analysis.findings import Finding
from policyengine.base.diagnostics import Severity
from policyengine.report.check.result import CheckResult, anchor, fingerprints
from policyengine.report.check.terminal import covered
from policyengine.report.finding_text import sentences
from policyengine.report.json_output import to_json
from policyengine.report.shown_text import printable


def render(result: CheckResult) -> str:
    """The findings as a list."""
    numbered = zip(result.verdict.findings, fingerprints(result), strict=True)
    return to_json([_entry(finding, fingerprint, result) for finding, fingerprint in numbered])


def _entry(finding: Finding, fingerprint: str, result: CheckResult) -> dict[str, object]:
    diagnostic, where = finding.diagnostic, anchor(finding.diagnostic, result)
    text = sentences(diagnostic, result.names)
    return {
        "description": f"{diagnostic.code} {diagnostic.name}: {text}. Page: {diagnostic.url}"
        if finding.counts
        else _covered(finding, result),
        "check_name": diagnostic.name,
        "fingerprint": fingerprint,
        "severity": _severity(finding, result),
        "location": {"path": printable(where.file), "lines": {"begin": where.first.line, "end": where.last_line}},
    }


def _covered(finding: Finding, result: CheckResult) -> str:
    return printable(covered(finding, result.baseline))


def _severity(finding: Finding, result: CheckResult) -> str:
    """`critical` and `major` fail the gate, `minor` and `info` do not."""
    severity = finding.diagnostic.severity
    if severity is Severity.INFO or not finding.counts:
        return "info"
    if severity is Severity.ERROR:
        return "critical"
    return "major" if severity.rank <= result.gate.fail_on.rank else "minor"

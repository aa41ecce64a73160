"""`check --format json`."""

from __future__ import annotations

from policyengine.diagnostics import Severity
from policyengine.report.check.result import CheckResult
from policyengine.report.json_text import finding, stamp, to_json


def render(result: CheckResult) -> str:
    """The verdict as interface.md section 4 has it."""
    verdict = result.verdict
    counts = {severity.value: verdict.count(severity) for severity in Severity}
    return to_json(
        {
            "schema": "policyengine/check/1",
            "at": stamp(result.at),
            "verdict": "fail" if verdict.failed else "pass",
            "summary": {
                "accounts": result.accounts,
                **counts,
                "waived": 0,
                "undecided": 0,
                "requirements": 0,
                "assertions": 0,
            },
            "not_judged": list(result.not_judged),
            "findings": [finding(found) for found in verdict.findings],
        }
    )

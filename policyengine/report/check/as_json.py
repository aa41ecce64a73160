"""`check --format json`."""

from __future__ import annotations

from policyengine.analysis.checks import MissingFact
from policyengine.analysis.findings import Finding, Waiver
from policyengine.analysis.requirements.requirement_rules import REQUIREMENT_UNDECIDED
from policyengine.base.diagnostics import Severity
from policyengine.report.check.result import CheckResult
from policyengine.report.json_output import finding, location, stamp, target, to_json


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
                "waived": len(verdict.waived),
                "accepted": len(verdict.accepted),
                "undecided": sum(found.name == REQUIREMENT_UNDECIDED.name for found in verdict.standing),
                "requirements": len(result.demanded),
                "assertions": result.assertions,
            },
            "not_judged": list(result.not_judged),
            "not_told": [_not_told(lacking, result) for lacking in result.not_told],
            "findings": [_finding(found) for found in verdict.findings],
        }
    )


def _not_told(lacking: MissingFact, result: CheckResult) -> dict[str, object]:
    return {
        "fact": lacking.fact.value,
        "of": list(lacking.subjects),
        "accounts": list(lacking.accounts),
        "needed_by": list(lacking.asking),
        "allowed": lacking.fact in result.gate.unknown,
    }


def _finding(found: Finding) -> dict[str, object]:
    waiver = _waiver(found.waiver) if found.waiver else None
    return {**finding(found.diagnostic), "waiver": waiver, **({"baseline": True} if found.accepted else {})}


def _waiver(waiver: Waiver) -> dict[str, object]:
    return {
        "what": waiver.what,
        "target": target(waiver.target),
        "until": waiver.until.isoformat(),
        "because": waiver.because,
        "location": location(waiver.span),
    }

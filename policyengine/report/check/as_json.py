"""`check --format json`."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks import MissingFact
from policyengine.analysis.findings import SharedFinding, Waiver
from policyengine.analysis.requirements.requirement_rules import REQUIREMENT_UNDECIDED
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.report.check.causes import standing
from policyengine.report.check.result import AppliedFixes, CheckResult
from policyengine.report.json_output import finding_json, json_parts, location, stamp, target


def render(result: CheckResult) -> str:
    """The verdict as interface.md section 4 has it."""
    return "".join(render_parts(result))


def render_parts(result: CheckResult) -> Iterator[str]:
    """The same, a finding at a time."""
    verdict = result.verdict
    head = {
        "schema": "policyengine/check/1",
        "at": stamp(result.at),
        "verdict": "fail" if verdict.failed else "pass",
        "summary": summary_json(result),
        **left_out_json(result),
        "not_judged": list(result.not_judged),
        "not_told": [_missing_fact(lacking, result) for lacking in result.missing_facts],
        **({"fixed": _fixed(result.fixed)} if result.fixed else {}),
    }
    return json_parts(head, "findings", map(_finding, verdict.shared))


def summary_json(result: CheckResult) -> dict[str, int]:
    """The sums of a run: accounts, findings by severity and standing, requirements, assertions."""
    findings = result.verdict.shared
    counting = standing(findings)
    return {
        "accounts": result.accounts,
        **{severity.value: sum(each.severity is severity for each in counting) for severity in Severity},
        "waived": sum(finding.waiver is not None for finding in findings),
        "accepted": sum(finding.accepted for finding in findings),
        "undecided": sum(finding.name == REQUIREMENT_UNDECIDED.name for finding in counting),
        "requirements": len(result.demanded),
        "assertions": result.assertions,
    }


def left_out_json(result: CheckResult) -> dict[str, list[str]]:
    """The checks that `--select` and `--ignore` leave out, where they do."""
    return {"left_out": sorted(result.gate.left_out)} if result.gate.left_out else {}


def _missing_fact(lacking: MissingFact, result: CheckResult) -> dict[str, object]:
    return {
        "fact": lacking.fact.value,
        "of": list(lacking.subjects),
        "accounts": list(lacking.accounts),
        "needed_by": list(lacking.asking),
        "allowed": lacking.fact in result.gate.unknown,
    }


def _fixed(fixed: AppliedFixes) -> dict[str, object]:
    return {"fixes": fixed.fixes, "files": list(fixed.files)}


def _finding(finding: SharedFinding) -> dict[str, object]:
    waiver = _waiver(finding.waiver) if finding.waiver else None
    places = {"places": list(map(_place, finding.places))} if len(finding.places) > 1 else {}
    accepted = {"baseline": True} if finding.accepted else {}
    return {**finding_json(finding.diagnostic), **places, "waiver": waiver, **accepted}


def _place(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "location": location(diagnostic.span),
        "path": diagnostic.path,
        "region": diagnostic.region or None,
        "used_at": [location(label.span) for label in diagnostic.labels if label.of_use],
        "accounts": list(diagnostic.accounts),
        "policies": list(diagnostic.policies),
    }


def _waiver(waiver: Waiver) -> dict[str, object]:
    return {
        "what": waiver.what,
        "target": target(waiver.target),
        "until": waiver.until.isoformat(),
        "because": waiver.because,
        "location": location(waiver.span),
    }

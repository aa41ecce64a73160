"""The baseline file of a project, which `analysis.findings.baseline.read_baseline` reads."""

from __future__ import annotations

from policyengine.analysis.findings import Acceptance, Verdict, to_accept
from policyengine.report.json_output import to_json


def render(verdict: Verdict) -> str:
    """The baseline that accepts what counts in a verdict and may be accepted."""
    entries = [_entry(accepted) for accepted in to_accept(verdict)]
    return to_json({"schema": "policyengine/baseline/1", "findings": entries})


def _entry(accepted: Acceptance) -> dict[str, object]:
    same = accepted.identity
    return {
        "name": same.name,
        "requirement": same.requirement or None,
        "file": accepted.file or None,
        "path": same.path,
        "region": same.region or None,
        "policies": list(same.policies),
        "message": accepted.message,
        "values": list(same.values) if same.values != (accepted.message,) else [],
        "accounts": list(accepted.accounts),
    }

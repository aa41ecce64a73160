"""`drift --format json`."""

from __future__ import annotations

from policyengine.analysis.drift import DRIFT, Difference, DriftCause, Unjudged
from policyengine.report.diff.as_json import change_json
from policyengine.report.drift.result import DriftResult, class_counts
from policyengine.report.json_output import finding_json, location, stamp, target, to_json

SCHEMA = "policyengine/drift/1"


def render(result: DriftResult) -> str:
    """The comparison as docs/interface.md has it."""
    drift = result.drift
    return to_json(
        {
            "schema": SCHEMA,
            "at": stamp(result.at),
            "against": result.against,
            "compared_with": _compared_with(result),
            "verdict": result.verdict,
            "fail_on": [cause.value for cause in DriftCause if cause in result.fail_on],
            "summary": {
                "accounts": len(drift.accounts) if drift else 0,
                "touched": len(drift.touched) if drift else 0,
                "causes": {cause.value: number for cause, number in result.causes.items()},
            },
            "differences": [difference_json(difference) for difference in result.differences],
            "unknown": [_unjudged(each) for each in result.unjudged],
            "accounts": {
                "joined": [target(account) for account in (drift.joined if drift else ())],
                "left": [target(account) for account in (drift.left if drift else ())],
            },
            "findings": [finding_json(finding) for finding in result.findings],
        }
    )


def _compared_with(result: DriftResult) -> dict[str, object]:
    """The other side: null for a file where AWS itself was read, for what it does not say."""
    other = result.compared_with
    return {
        "file": other.file or None,
        "organization": other.organization or None,
        "at": stamp(other.moment) if other.moment else None,
        "own": other.is_own,
    }


def difference_json(difference: Difference) -> dict[str, object]:
    """A difference with its accounts and changes."""
    return {
        "cause": difference.cause.value,
        "drift": difference.cause in DRIFT,
        "message": difference.message,
        "policy": difference.policy or None,
        "target": target(difference.target) if difference.target else None,
        "before": difference.before or None,
        "after": difference.after or None,
        "paths": list(difference.paths),
        "accounts": list(difference.accounts),
        "invalid": list(difference.invalid),
        "classes": class_counts(difference),
        "changes": [change_json(change) for change in difference.changes],
        "location": location(difference.span),
    }


def _unjudged(each: Unjudged) -> dict[str, object]:
    return {
        "what": each.what,
        "message": each.message,
        "target": target(each.target) if each.target else None,
        "accounts": list(each.accounts),
    }

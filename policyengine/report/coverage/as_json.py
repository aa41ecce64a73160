"""`coverage --format json`: sums and groups as coverage.md has them."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.analysis.coverage import CoverageGroup, CoverageReason, CoverageResult
from policyengine.aws.facts import backup_name
from policyengine.report.blind_spots import blind_spots_json
from policyengine.report.coverage.result import CoverageReport, CoverageSums
from policyengine.report.json_output import finding_json, location, stamp, to_json

SCHEMA = "policyengine/coverage/1"


def render(covered: CoverageReport) -> str:
    """The coverage as data."""
    result, totals = covered.result, covered.totals()
    return to_json(
        {
            "schema": SCHEMA,
            "at": stamp(covered.check.at),
            "verdict": covered.verdict,
            "summary": summary(result),
            "by": covered.by,
            "totals": [_total(title, totals[title]) for title in sorted(totals)],
            "groups": [group_json(group) for group in covered.groups],
            "unknown_accounts": dict(sorted((covered.unknown_accounts or {}).items())),
            "findings": [finding_json(diagnostic) for diagnostic in covered.check.verdict.standing],
        }
    )


def summary(result: CoverageResult) -> dict[str, object]:
    """The sums of a coverage."""
    return {
        "resources": result.resources,
        "protected": result.protected,
        "unprotected": result.unprotected,
        "undecided": result.undecided,
        "reasons": _by_reason(result.reasons),
        "notes": {note.value: number for note, number in result.notes.items()},
        "not_visible": blind_spots_json(result.not_visible),
    }


def _by_reason(reasons: Mapping[CoverageReason, int]) -> dict[str, int]:
    return {reason.value: number for reason, number in reasons.items()}


def _total(title: str, sums: CoverageSums) -> dict[str, object]:
    return {
        "of": title,
        "protected": sums.protected,
        "unprotected": sums.unprotected,
        "undecided": sums.undecided,
    }


def group_json(group: CoverageGroup) -> dict[str, object]:
    """A group as coverage.md has it."""
    return {
        "account": group.account,
        "region": group.region,
        "type": backup_name(group.type),
        "reason": group.reason.value,
        "count": group.count,
        "observed": group.observed or None,
        "wanted": group.wanted or None,
        "policies": list(group.policies),
        "location": location(group.span),
        "sample": list(group.sample),
    }

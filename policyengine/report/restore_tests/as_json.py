"""`restore-tests --format json`, written in pieces: a line for each resource."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.restore_tests import TestedResource
from policyengine.aws.facts import backup_name
from policyengine.report.blind_spots import blind_spots_json
from policyengine.report.json_output import finding_json, stamp, to_json_line
from policyengine.report.restore_tests.result import RestoreTests

SCHEMA = "policyengine/restore-tests/1"


def render(tests: RestoreTests) -> Iterator[str]:
    """The document of `schema restore-tests`, in pieces."""
    summary = {
        "resources": len(tests.rows),
        "tested": tests.counts[True],
        "untested": tests.counts[False],
        "undecided": tests.counts[None],
        "reasons": {reason.value: number for reason, number in tests.reasons.items()},
        "not_visible": blind_spots_json(tests.not_visible),
    }
    head = {"schema": SCHEMA, "at": stamp(tests.at), "summary": summary}
    yield f'{to_json_line(head)[:-1]},\n "resources": ['
    between = "\n  "
    for row in tests.rows:
        yield f"{between}{to_json_line(_row(row))}"
        between = ",\n  "
    findings = [finding_json(diagnostic) for diagnostic in (*tests.on_inventory, *tests.findings)]
    yield f'],\n "findings": {to_json_line(findings)}}}\n'


def _row(row: TestedResource) -> dict[str, object]:
    return {
        "arn": row.arn,
        "account": row.account,
        "region": row.region,
        "type": backup_name(row.type),
        "vault": row.vault,
        "tested": row.tested,
        "plans": list(row.plans),
        "reason": row.reason.value if row.reason else None,
        "wanted": row.wanted or None,
    }

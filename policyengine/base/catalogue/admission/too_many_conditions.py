"""PE225: a selection has more than 30 conditions."""

from __future__ import annotations

import json

from policyengine.base.diagnostics import Rule, Severity


def _selection(count: int) -> str:
    condition = {"condition_key": {"@@assign": "aws:ResourceTag/team"}, "condition_value": {"@@assign": "search"}}
    conditions = {"string_equals": {f"c{number}": condition for number in range(count)}}
    return json.dumps({"plans": {"daily": {"selections": {"resources": {"team": {"conditions": conditions}}}}}})


RULE = Rule(
    code="PE225",
    name="too-many-conditions",
    severity=Severity.ERROR,
    title="a selection has more than 30 conditions",
    rationale="AWS Backup admits 30 conditions in one assignment, all operators together.",
    bad={"policy.json": _selection(31)},
    good={"policy.json": _selection(30)},
    reference="semantics.md 8, 9",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html",),
)

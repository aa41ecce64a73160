"""PE226: a schedule is not a cron expression that AWS reads."""

from __future__ import annotations

from policyengine.diagnostics import Rule, Severity

RULE = Rule(
    code="PE226",
    name="schedule-invalid",
    severity=Severity.ERROR,
    title="a schedule is not a cron expression that AWS reads",
    rationale=(
        "Backup policies take `cron(...)` with AWS's six fields, days of the week counted from 1 for Sunday, "
        "and one of the two day fields `?`. `rate(...)` is refused."
    ),
    bad={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"schedule_expression": {"@@assign": "rate(1 day)"}}}}}}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"schedule_expression": {"@@assign": "cron(0 5 ? * * *)"}}}}
  }
}
"""
    },
    reference="facts 1.1.1 to 1.1.13",
)

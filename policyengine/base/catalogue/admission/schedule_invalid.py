"""PE226: a schedule is not a cron expression that AWS reads."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

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
    reference="facts 1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.10, 1.1.11, 1.1.12, 1.1.13",
    aws_pages=(
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
    ),
)

"""PE228: a schedule has fewer than two runs still to come."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE228",
    name="schedule-ends",
    severity=Severity.ERROR,
    title="a schedule has fewer than two runs still to come",
    rationale="AWS refuses a schedule that will run once or never: a day that no month has, a year that is over.",
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"schedule_expression": {"@@assign": "cron(0 5 31 FEB ? *)"}}}}
  }
}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"schedule_expression": {"@@assign": "cron(0 5 29 FEB ? *)"}}}}
  }
}
"""
    },
    reference="facts 1.1.9",
    aws_pages=("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",),
)

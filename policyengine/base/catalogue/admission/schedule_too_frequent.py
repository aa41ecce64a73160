"""PE227: the next two runs of a schedule lie less than an hour apart."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE227",
    name="schedule-too-frequent",
    severity=Severity.ERROR,
    title="the next two runs of a schedule lie less than an hour apart",
    rationale=(
        "AWS measures the gap between the next two runs at the moment the policy is sent. An irregular "
        "schedule can pass at one time of the day and be refused at another."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"schedule_expression": {"@@assign": "cron(0/15 * ? * * *)"}}}}
  }
}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"schedule_expression": {"@@assign": "cron(0 * ? * * *)"}}}}
  }
}
"""
    },
    reference="facts 1.1.7, 1.1.8",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",),
)

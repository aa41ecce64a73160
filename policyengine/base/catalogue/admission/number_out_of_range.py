"""PE214: a number is smaller than AWS admits, or has more than 16 digits."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE214",
    name="number-out-of-range",
    severity=Severity.ERROR,
    title="a number is smaller than AWS admits, or has more than 16 digits",
    rationale=(
        'Windows begin at 60 minutes and retentions at one day. The AWS Backup API\'s `-1` for "never" does '
        "not exist here: never is said by leaving the setting out."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"lifecycle": {"delete_after_days": {"@@assign": "-1"}}}}}
  }
}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"lifecycle": {"delete_after_days": {"@@assign": "35"}}}}}
  }
}
"""
    },
    reference="semantics.md 7, 9; facts 1.2.3, 1.3.4",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html",
    ),
)

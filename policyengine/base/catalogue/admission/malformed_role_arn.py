"""PE222: a role's ARN is not one of an IAM role in $account."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE222",
    name="malformed-role-arn",
    severity=Severity.ERROR,
    title="a role's ARN is not one of an IAM role in $account",
    rationale=(
        "The role is looked up in each member account, so its ARN holds `$account` where the account id would "
        "stand. AWS refuses a literal id."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "selections": {
        "tags": {
          "gold": {
            "iam_role_arn": {"@@assign": "arn:aws:iam::111111111111:role/BackupRole"},
            "tag_key": {"@@assign": "tier"},
            "tag_value": {"@@assign": ["gold"]}
          }
        }
      }
    }
  }
}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "selections": {
        "tags": {
          "gold": {
            "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/BackupRole"},
            "tag_key": {"@@assign": "tier"},
            "tag_value": {"@@assign": ["gold"]}
          }
        }
      }
    }
  }
}
"""
    },
    reference="semantics.md 9; facts 3",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

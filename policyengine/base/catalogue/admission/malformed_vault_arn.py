"""PE221: a vault's ARN is not one that AWS admits at its place."""

from __future__ import annotations

from policyengine.base.catalogue.example_documents import one_rule
from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE221",
    name="malformed-vault-arn",
    severity=Severity.ERROR,
    title="a vault's ARN is not one that AWS admits at its place",
    rationale=(
        "A copy names one vault in one Region, in the account that runs the plan (`$account`) or another one "
        "by its 12 digits. A logically air-gapped target stands for the vault of each Region and account, so "
        "it holds `$region` and `$account`. Older examples of AWS print `:vault:`, which was never valid."
    ),
    bad=one_rule(
        """\
"copy_actions": {
  "arn:aws:backup:eu-central-1:$account:vault:Central": {
    "target_backup_vault_arn": {"@@assign": "arn:aws:backup:eu-central-1:$account:vault:Central"}
  }
}
"""
    ),
    good=one_rule(
        """\
"copy_actions": {
  "arn:aws:backup:eu-central-1:$account:backup-vault:Central": {
    "target_backup_vault_arn": {"@@assign": "arn:aws:backup:eu-central-1:$account:backup-vault:Central"}
  }
}
"""
    ),
    reference="semantics.md 9; facts 1.5.4, 1.5.15, 4.4.1",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CopyAction.html",
    ),
)

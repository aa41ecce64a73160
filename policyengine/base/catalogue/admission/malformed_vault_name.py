"""PE220: the name of a vault is not 1 to 50 letters, digits, hyphens or underscores."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE220",
    name="malformed-vault-name",
    severity=Severity.ERROR,
    title="the name of a vault is not 1 to 50 letters, digits, hyphens or underscores",
    rationale=(
        "`target_backup_vault_name` holds the bare name of a vault in the member account, not its ARN; dots "
        "and blanks are refused."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"target_backup_vault_name": {"@@assign": "main vault"}}}}
  }
}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"target_backup_vault_name": {"@@assign": "main-vault"}}}}
  }
}
"""
    },
    reference="semantics.md 9; facts 1.5.3",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html",
    ),
)

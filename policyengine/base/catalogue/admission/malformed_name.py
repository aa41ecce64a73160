"""PE211: a plan, rule, selection or condition has a name that AWS does not admit."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE211",
    name="malformed-name",
    severity=Severity.ERROR,
    title="a plan, rule, selection or condition has a name that AWS does not admit",
    rationale=(
        "These names have 1 to 50 letters, digits, dots, hyphens and underscores. AWS takes them into the "
        "plans that it creates, and refuses blanks and all other characters."
    ),
    bad={"policy.json": '{"plans": {"every night": {}}}'},
    good={"policy.json": '{"plans": {"every-night": {}}}'},
    reference="semantics.md 9; facts 1.5.1, 1.5.2",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html",
    ),
)

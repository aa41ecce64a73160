"""PE209: a list is empty that AWS admits only with values."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE209",
    name="empty-list",
    severity=Severity.ERROR,
    title="a list is empty that AWS admits only with values",
    rationale=(
        "`regions` may be assigned an empty list (the effective policy is then invalid), but tag values and "
        "resource types may not."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "selections": {
        "tags": {"gold": {"tag_key": {"@@assign": "tier"}, "tag_value": {"@@assign": []}}}
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
        "tags": {"gold": {"tag_key": {"@@assign": "tier"}, "tag_value": {"@@assign": ["gold"]}}}
      }
    }
  }
}
"""
    },
    reference="semantics.md 2",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

"""PE223: the tag_key of a plan tag or recovery point tag is not the name of its block."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE223",
    name="tag-key-differs",
    severity=Severity.ERROR,
    title="the tag_key of a plan tag or recovery point tag is not the name of its block",
    rationale=(
        "In `backup_plan_tags` and `recovery_point_tags` the block's name and its `tag_key` must be equal but "
        "for case. Selections are free of this rule."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "backup_plan_tags": {
        "owner": {"tag_key": {"@@assign": "team"}, "tag_value": {"@@assign": "platform"}}
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
      "backup_plan_tags": {
        "owner": {"tag_key": {"@@assign": "Owner"}, "tag_value": {"@@assign": "platform"}}
      }
    }
  }
}
"""
    },
    reference="semantics.md 9; facts 1.5.7",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

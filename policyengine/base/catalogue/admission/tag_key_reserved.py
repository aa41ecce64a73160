"""PE224: a tag that the policy would add begins with aws:."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE224",
    name="tag-key-reserved",
    severity=Severity.ERROR,
    title="a tag that the policy would add begins with aws:",
    rationale="Tags whose key begins with `aws:` belong to AWS; nobody else can set them.",
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "backup_plan_tags": {
        "aws:owner": {"tag_key": {"@@assign": "aws:owner"}, "tag_value": {"@@assign": "platform"}}
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
        "owner": {"tag_key": {"@@assign": "owner"}, "tag_value": {"@@assign": "platform"}}
      }
    }
  }
}
"""
    },
    reference="semantics.md 9; facts 1.5.7",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

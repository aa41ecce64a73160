"""PE217: a tag's key or value is shorter or longer than AWS admits."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE217",
    name="text-length",
    severity=Severity.ERROR,
    title="a tag's key or value is shorter or longer than AWS admits",
    rationale="The key of a tag or condition has 1 to 128 characters, the value at most 256.",
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "selections": {
        "tags": {"gold": {"tag_key": {"@@assign": ""}, "tag_value": {"@@assign": ["gold"]}}}
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
        "tags": {"gold": {"tag_key": {"@@assign": "tier"}, "tag_value": {"@@assign": [""]}}}
      }
    }
  }
}
"""
    },
    reference="semantics.md 9; facts 1.5.7",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

"""PE219: an entry of a resource selection is none of the patterns that AWS admits."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE219",
    name="unknown-resource-type",
    severity=Severity.ERROR,
    title="an entry of a resource selection is none of the patterns that AWS admits",
    rationale=(
        "A backup policy selects whole kinds of resources, by one fixed ARN pattern each, or `*` for all. "
        "Single resources and other services are refused."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "selections": {
        "resources": {"queues": {"resource_types": {"@@assign": ["arn:aws:sqs:*:*:*"]}}}
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
        "resources": {"volumes": {"resource_types": {"@@assign": ["arn:aws:ec2:*:*:volume/*"]}}}
      }
    }
  }
}
"""
    },
    reference="semantics.md 9; facts 2.2",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

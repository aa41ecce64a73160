"""PE210: the list of operators allowed for child policies is not one that AWS reads."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE210",
    name="child-control-invalid",
    severity=Severity.ERROR,
    title="the list of operators allowed for child policies is not one that AWS reads",
    rationale=(
        "The control is a list of `@@all`, `@@none`, `@@assign`, `@@append` and `@@remove`. It may not be "
        "empty, an entry may not be repeated, and `@@none` stands alone."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {
      "regions": {"@@assign": ["eu-west-1"], "@@operators_allowed_for_child_policies": ["@@none", "@@append"]}
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
      "regions": {"@@assign": ["eu-west-1"], "@@operators_allowed_for_child_policies": ["@@none"]}
    }
  }
}
"""
    },
    reference="semantics.md 3.1",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)

"""PE212: a fragment lacks a setting that AWS demands wherever the fragment stands."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE212",
    name="setting-missing",
    severity=Severity.ERROR,
    title="a fragment lacks a setting that AWS demands wherever the fragment stands",
    rationale=(
        "Most of a policy may be left to other policies. A few fragments may not: a tag selection repeats "
        "`tag_key` and `tag_value`, a copy its `target_backup_vault_arn`, a tag and a condition both their "
        "parts, a resource selection its types or conditions, and every document `plans`. A setting that is empty or "
        "holds only a control says nothing: it must hold a value."
    ),
    bad={
        "policy.json": """\
{"plans": {"daily": {"selections": {"tags": {"gold": {"tag_value": {"@@assign": ["gold"]}}}}}}}
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
    reference="semantics.md 9, R35",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

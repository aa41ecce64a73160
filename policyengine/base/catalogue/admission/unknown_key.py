"""PE204: a key stands where AWS knows no such key."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE204",
    name="unknown-key",
    severity=Severity.ERROR,
    title="a key stands where AWS knows no such key",
    rationale=(
        "AWS refuses unknown keys at every level, and says neither which nor where. Several of its own older "
        "examples print keys that were never valid, such as `to_delete_after_days`."
    ),
    bad={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"lifecycle": {"to_delete_after_days": {"@@assign": "30"}}}}}
  }
}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"rules": {"nightly": {"lifecycle": {"delete_after_days": {"@@assign": "30"}}}}}
  }
}
"""
    },
    reference="semantics.md 9, R33",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

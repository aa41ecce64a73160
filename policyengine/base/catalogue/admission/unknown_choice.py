"""PE216: a value is not among the few that its setting takes."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE216",
    name="unknown-choice",
    severity=Severity.ERROR,
    title="a value is not among the few that its setting takes",
    rationale="Some settings take fixed words only, and AWS compares them exactly, case included.",
    bad={
        "policy.json": """\
{"plans": {"daily": {"advanced_backup_settings": {"ec2": {"windows_vss": {"@@assign": "true"}}}}}}
"""
    },
    good={
        "policy.json": """\
{
  "plans": {
    "daily": {"advanced_backup_settings": {"ec2": {"windows_vss": {"@@assign": "enabled"}}}}
  }
}
"""
    },
    reference="semantics.md 9; facts 1.5.10, 1.5.11, 1.5.13",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

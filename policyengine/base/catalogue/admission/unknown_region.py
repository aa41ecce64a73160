"""PE218: a Region code is not one of AWS's."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE218",
    name="unknown-region",
    severity=Severity.ERROR,
    title="a Region code is not one of AWS's",
    rationale=(
        "AWS admits only codes of existing Regions, and no wildcard: every Region that is to have backups is named."
    ),
    bad={"policy.json": '{"plans": {"daily": {"regions": {"@@assign": ["eu-west-9"]}}}}'},
    good={"policy.json": '{"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}}}}'},
    reference="semantics.md 9; facts 1.5.9",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

"""PE208: a list, an object or a single value stands where AWS expects another of them."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE208",
    name="wrong-value-shape",
    severity=Severity.ERROR,
    title="a list, an object or a single value stands where AWS expects another of them",
    rationale=(
        "Each node of a backup policy is an object, a list of plain values or one plain value. AWS does not "
        "convert between them: a Region list with one Region is still a list."
    ),
    bad={"policy.json": '{"plans": {"daily": {"regions": {"@@assign": "eu-west-1"}}}}'},
    good={"policy.json": '{"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}}}}'},
    reference="semantics.md 9, 10.1",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

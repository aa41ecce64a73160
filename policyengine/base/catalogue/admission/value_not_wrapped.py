"""PE207: a setting holds a bare value instead of an operator with the value."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE207",
    name="value-not-wrapped",
    severity=Severity.ERROR,
    title="a setting holds a bare value instead of an operator with the value",
    rationale=(
        "In a policy every value stands under an operator that says how it meets what is inherited. A bare "
        "value is refused."
    ),
    bad={"policy.json": '{"plans": {"daily": {"regions": ["eu-west-1"]}}}'},
    good={"policy.json": '{"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}}}}'},
    reference="semantics.md 9, 10.1",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)

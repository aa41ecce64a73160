"""PE205: a key begins with @@ and is none of the operators."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE205",
    name="unknown-operator",
    severity=Severity.ERROR,
    title="a key begins with @@ and is none of the operators",
    rationale=(
        "A setting holds `@@assign`, `@@append` and `@@remove`, and any node "
        "`@@operators_allowed_for_child_policies`. There are no others."
    ),
    bad={"policy.json": '{"plans": {"daily": {"regions": {"@@set": ["eu-west-1"]}}}}'},
    good={"policy.json": '{"plans": {"daily": {"regions": {"@@assign": ["eu-west-1"]}}}}'},
    reference="semantics.md 2, 3.1",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)

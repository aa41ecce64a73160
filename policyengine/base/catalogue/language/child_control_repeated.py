"""PE137: two `children may` of a policy are about the same node."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE137",
    name="child-control-repeated",
    severity=Severity.ERROR,
    title="two `children may` of a policy are about the same node",
    rationale=(
        "A node has one list of operators that child policies may use. Two lists would contradict each other or "
        "repeat themselves."
    ),
    bad="""\
policy baseline {
  plan daily {
    children may append in regions
    children may remove in regions
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    children may append, remove in regions
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    reference="language.md 3.3",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)

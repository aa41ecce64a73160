"""PE138: `children may` stands in something that is locked."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE138",
    name="child-control-inside-locked",
    severity=Severity.ERROR,
    title="`children may` stands in something that is locked",
    rationale=(
        "`locked` closes a node and everything beneath it. A `children may` inside would open what the reader has"
        " just been told is closed."
    ),
    bad="""\
policy baseline {
  locked plan daily {
    children may append in regions
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    children may append in regions
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

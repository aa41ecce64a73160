"""PE136: the path of `children may` leads nowhere."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE136",
    name="unknown-child-path",
    severity=Severity.ERROR,
    title="the path of `children may` leads nowhere",
    rationale=(
        "The path starts at the block that `children may` stands in, for a policy at the names of its plans. Each"
        " step is a setting of the language or a key of AWS. A control on a node that AWS does not know makes a "
        "document that it refuses."
    ),
    bad="""\
policy baseline {
  plan daily {
    children may append in regoins
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
)

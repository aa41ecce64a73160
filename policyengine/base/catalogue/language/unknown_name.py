"""PE130: a bare name stands for nothing."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE130",
    name="unknown-name",
    severity=Severity.ERROR,
    title="a bare name stands for nothing",
    rationale=(
        "A bare name is a `let`, a Region, a resource type or a word of the setting. Anything else is a slip of "
        "the pen, or a text that lacks its quotes."
    ),
    bad="""\
let home = eu-west-1

policy baseline {
  plan daily {
    regions = [hoem]
  }
}

attach baseline to root
""",
    good="""\
let home = eu-west-1

policy baseline {
  plan daily {
    regions = [home]
  }
}

attach baseline to root
""",
    reference="language.md 3.6",
)

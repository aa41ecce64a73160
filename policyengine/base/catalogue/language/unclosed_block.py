"""PE102: a block has no closing brace."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE102",
    name="unclosed-block",
    severity=Severity.ERROR,
    title="a block has no closing brace",
    rationale=(
        "Everything that follows would belong to the block. Where the layout shows which brace is missing, the "
        "message points to the block that lacks it and not to the place where the parser noticed."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      retain = 35 days
    }
  }

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 3",
)

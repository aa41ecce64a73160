"""PE108: a number has a unit that the language does not know, or is too large for any use."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE108",
    name="malformed-duration",
    severity=Severity.ERROR,
    title="a number has a unit that the language does not know, or is too large for any use",
    rationale=(
        "A duration is a whole number and a unit: minutes, hours, days, weeks or years. Months are no unit, since "
        "they differ in length and AWS counts days."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      retain = 6 months
    }
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
      retain = 180 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2",
)

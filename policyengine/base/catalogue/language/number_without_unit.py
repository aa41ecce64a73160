"""PE125: a duration is written as a bare number."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE125",
    name="number-without-unit",
    severity=Severity.ERROR,
    title="a duration is written as a bare number",
    rationale=(
        "AWS counts windows in minutes and retention in days, and mixing them up is a classic mistake. The "
        "language therefore asks for the unit, always."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retain = 35
    }
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2",
)

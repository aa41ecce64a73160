"""PE116: parts of one statement contradict or repeat each other."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE116",
    name="conflicting-parts",
    severity=Severity.ERROR,
    title="parts of one statement contradict or repeat each other",
    rationale=(
        "`children may nothing` with another word says two things at once, and a requirement has one level. Neither "
        "is resolved by a guess."
    ),
    bad="""\
policy baseline {
  children may nothing, append

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
    good="""\
policy baseline {
  children may append

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
    reference="language.md 3.3, 5",
)

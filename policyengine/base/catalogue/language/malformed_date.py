"""PE111: a date does not exist or is not written as year, month and day."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE111",
    name="malformed-date",
    severity=Severity.ERROR,
    title="a date does not exist or is not written as year, month and day",
    rationale=(
        "The end of a waiver is a day of the calendar, written with four, two and two digits. Another order of the "
        "parts could be read as another day."
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
}

attach baseline to root

require long-retention {
  assert every rule satisfies rule.retention >= 35 days
}

waive long-retention for root until 2027-02-30 because "migration"
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

require long-retention {
  assert every rule satisfies rule.retention >= 35 days
}

waive long-retention for root until 2027-02-28 because "migration"
""",
    reference="language.md 2, 6",
)

"""PE143: the step of `every N hours` is no even part of a day."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE143",
    name="uneven-hours",
    severity=Severity.ERROR,
    title="the step of `every N hours` is no even part of a day",
    rationale=(
        "AWS counts the steps of a schedule within one day and starts again at midnight. Only 1, 2, 3, 4, 6, 8 "
        "and 12 hours give the same distance between all runs; once a day is `daily at 05:00`."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      schedule = every 5 hours
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
      schedule = every 6 hours
    }
  }
}

attach baseline to root
""",
    reference="language.md 3.4",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",),
)

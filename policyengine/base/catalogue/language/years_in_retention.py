"""PE129: a retention is written in years, which the calendar may outlast."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE129",
    name="years-in-retention",
    severity=Severity.INFO,
    title="a retention is written in years, which the calendar may outlast",
    rationale=(
        "A year counts 365 days here, as AWS only knows days. Seven calendar years can hold two leap days: "
        "whoever must keep records for seven years needs 2557 days, not 2555."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retain = 7 years
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
      retain = 2557 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2; facts 1.3.1",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",),
)

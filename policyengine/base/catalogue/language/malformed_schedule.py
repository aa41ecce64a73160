"""PE110: a schedule names a day, month or interval that does not exist."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE110",
    name="malformed-schedule",
    severity=Severity.ERROR,
    title="a schedule names a day, month or interval that does not exist",
    rationale=(
        "Schedules are written in words or as AWS's own `cron(...)`. AWS backup policies know no `rate(...)`, and a "
        "day that no month has would never run."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = monthly on day 32 at 05:00
      vault = "Main"
      retain = 35 days
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
      schedule = monthly on last day at 05:00
      vault = "Main"
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 3.4; facts 1.1.1",
    aws_pages=("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",),
)

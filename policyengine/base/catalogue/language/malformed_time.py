"""PE109: a time is not written as four digits in UTC."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE109",
    name="malformed-time",
    severity=Severity.ERROR,
    title="a time is not written as four digits in UTC",
    rationale=(
        "Times have two digits for the hour, two for the minute, no seconds and no time zone: AWS backup policies "
        "know UTC only, and a schedule that looks local would move by an hour twice a year."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 5:00
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
      schedule = daily at 05:00
      vault = "Main"
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2, 3.4; facts 1.1.17",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

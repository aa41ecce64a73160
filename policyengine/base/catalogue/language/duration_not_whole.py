"""PE126: a duration is not a whole number of the unit that AWS counts in."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE126",
    name="duration-not-whole",
    severity=Severity.ERROR,
    title="a duration is not a whole number of the unit that AWS counts in",
    rationale=(
        "AWS keeps backups for whole days. Thirty-six hours would have to be rounded, up or down, and the "
        "language does not guess."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retain = 36 hours
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
      retain = 2 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2; facts 1.2.6",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

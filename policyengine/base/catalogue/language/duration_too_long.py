"""PE127: a duration has more digits than AWS takes."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE127",
    name="duration-too-long",
    severity=Severity.ERROR,
    title="a duration has more digits than AWS takes",
    rationale=("AWS refuses numbers of more than 16 digits in a backup policy."),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retain = 99999999999999999 days
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
      retain = 36500 days
    }
  }
}

attach baseline to root
""",
    reference="semantics.md 7",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

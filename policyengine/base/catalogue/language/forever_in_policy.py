"""PE128: a policy says `forever`."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE128",
    name="forever-in-policy",
    severity=Severity.ERROR,
    title="a policy says `forever`",
    rationale=(
        "A backup policy has no word for keeping backups without end: AWS keeps them when the setting is not "
        "there. A rule without `retain` keeps its backups forever."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retain = forever
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
    }
  }
}

attach baseline to root
""",
    reference="language.md 3.1; facts 1.3.4",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html",
    ),
)

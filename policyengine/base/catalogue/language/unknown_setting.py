"""PE120: a block sets something that blocks of its kind do not have."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE120",
    name="unknown-setting",
    severity=Severity.ERROR,
    title="a block sets something that blocks of its kind do not have",
    rationale=(
        "Each kind of block has its own settings, and AWS refuses keys that it does not know. A misspelt setting "
        "would otherwise be a setting that is never made. AWS's own keys have shorter names in the language."
    ),
    bad="""\
policy baseline {
  plan daily {
    rule nightly {
      vault = "Main"
      retian = 35 days
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
    reference="language.md 3.1",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

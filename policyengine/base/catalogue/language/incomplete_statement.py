"""PE117: a requirement asserts nothing, a test expects nothing, or a waiver gives no reason."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE117",
    name="incomplete-statement",
    severity=Severity.ERROR,
    title="a requirement asserts nothing, a test expects nothing, or a waiver gives no reason",
    rationale=(
        "Such a requirement or test would hold whatever the policies say, and look like a guarantee. A waiver without "
        "a reason tells nobody who accepted what it covers, or when it can go."
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
  reference = "internal rule 7"
}
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
""",
    reference="language.md 5, 6, 7",
)

"""PE114: comparisons are chained."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE114",
    name="chained-comparison",
    severity=Severity.ERROR,
    title="comparisons are chained",
    rationale=(
        "`a < b < c` means different things in different languages. Each comparison stands by itself here, joined by "
        "`and`."
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
  assert every rule satisfies 35 days <= rule.retention <= 400 days
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
  assert every rule satisfies rule.retention >= 35 days and rule.retention <= 400 days
}
""",
    reference="language.md 5.1",
)

"""PE115: a quantifier is an operand and has no parentheses."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE115",
    name="bare-quantifier",
    severity=Severity.ERROR,
    title="a quantifier is an operand and has no parentheses",
    rationale=(
        "A quantifier reaches as far to the right as it can. As an operand of `and`, `or`, `not`, or inside `where`, "
        "a reader could take the end of it for the end of the whole, so it stands in parentheses there."
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
  assert account.management or every rule satisfies rule.retention >= 35 days
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
  assert account.management or (every rule satisfies rule.retention >= 35 days)
}
""",
    reference="language.md 5.1",
)

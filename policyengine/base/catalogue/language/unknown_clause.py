"""PE118: a requirement has a level or a setting that does not exist."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE118",
    name="unknown-clause",
    severity=Severity.ERROR,
    title="a requirement has a level or a setting that does not exist",
    rationale=(
        "A requirement is `advisory` or `mandatory`, and has a level, a reference, a scope and assertions, nothing "
        "else."
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
  level = optional
  assert every rule satisfies rule.retention >= 35 days
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
  level = advisory
  assert every rule satisfies rule.retention >= 35 days
}
""",
    reference="language.md 5",
)

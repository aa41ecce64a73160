"""PE105: a character stands where the language has no use for it."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE105",
    name="forbidden-character",
    severity=Severity.ERROR,
    title="a character stands where the language has no use for it",
    rationale=(
        "Outside of strings and comments there are ASCII letters, digits and a few signs. Control characters and "
        "characters that turn the direction of text around may stand nowhere, since a reviewer would not see what the "
        "program reads."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = 'Main'
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
      schedule = daily at 03:00
      vault = "Main"
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2",
)

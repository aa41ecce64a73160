"""PE103: a string has no closing quote on its line."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE103",
    name="unterminated-string",
    severity=Severity.ERROR,
    title="a string has no closing quote on its line",
    rationale=(
        "Strings end on the line on which they begin, so that one forgotten quote cannot swallow the rest of a file."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main
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

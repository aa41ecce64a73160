"""PE104: a backslash in a string is followed by something that is no escape."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE104",
    name="unknown-escape",
    severity=Severity.ERROR,
    title="a backslash in a string is followed by something that is no escape",
    rationale=(
        "A string knows five escapes: a quote, a backslash, a line break, a tab, and a character by its number in "
        "four hexadecimal digits. Anything else is refused and not guessed, since it would change a name in silence."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main\\vault"
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

"""PE107: a word of the language is the key of a tag, without quotes."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE107",
    name="reserved-word",
    severity=Severity.ERROR,
    title="a word of the language is the key of a tag, without quotes",
    rationale=(
        "Tags may have any key. The words that the language uses itself need quotes as keys, so that a later version "
        "can read them in more places without changing what today's files mean. `fmt` and `import` write the quotes."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      recovery_point_tags { account = "payments" }
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
      recovery_point_tags { "account" = "payments" }
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 2",
)

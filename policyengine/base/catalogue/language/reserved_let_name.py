"""PE132: a `let` takes a name that already has a meaning."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE132",
    name="reserved-let-name",
    severity=Severity.ERROR,
    title="a `let` takes a name that already has a meaning",
    rationale=(
        "Regions, resource types, the words of schedules and of settings can stand where a let can. If a let took"
        " such a word, the same text would mean two things."
    ),
    bad="""\
let daily = eu-west-1

policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    good="""\
let home = eu-west-1

policy baseline {
  plan daily {
    regions = [home]
  }
}

attach baseline to root
""",
    reference="language.md 3.6",
)

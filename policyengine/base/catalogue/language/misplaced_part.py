"""PE106: a part of a policy stands in a block that it does not belong to."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE106",
    name="misplaced-part",
    severity=Severity.ERROR,
    title="a part of a policy stands in a block that it does not belong to",
    rationale=(
        "Plans stand in policies, rules and selections in plans, copies in rules, conditions in selections. A part in "
        "the wrong place is left out, the others are read."
    ),
    bad="""\
policy baseline {
  rule nightly {
    schedule = daily at 03:00
    vault = "Main"
    retain = 35 days
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
    reference="language.md 3",
)

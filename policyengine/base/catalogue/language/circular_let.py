"""PE133: a `let` is defined by itself, perhaps by way of others."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE133",
    name="circular-let",
    severity=Severity.ERROR,
    title="a `let` is defined by itself, perhaps by way of others",
    rationale=("A let stands for the value that it is given. In a circle of lets there is no value to be found."),
    bad="""\
let here = there
let there = here

policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    good="""\
let here = there
let there = eu-west-1

policy baseline {
  plan daily {
    regions = [here]
  }
}

attach baseline to root
""",
    reference="language.md 3.6",
)

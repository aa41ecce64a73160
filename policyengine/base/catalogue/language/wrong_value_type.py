"""PE124: a value is not of the kind that its setting takes."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE124",
    name="wrong-value-type",
    severity=Severity.ERROR,
    title="a value is not of the kind that its setting takes",
    rationale=(
        "Every setting takes one kind of value: a duration, a schedule, a list of Regions, a string. A value of "
        "another kind would make a document that AWS refuses, without saying where."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = "eu-west-1"
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    regions = ["eu-west-1"]
  }
}

attach baseline to root
""",
    reference="language.md 3.1",
)

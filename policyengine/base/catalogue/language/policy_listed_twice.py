"""PE140: one `attach` names a policy twice."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE140",
    name="policy-listed-twice",
    severity=Severity.ERROR,
    title="one `attach` names a policy twice",
    rationale=("A policy is attached to a target or it is not; AWS refuses to attach it a second time."),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline, baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    reference="language.md 4",
)

"""PE135: a template is `like` itself, perhaps by way of others."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE135",
    name="circular-template",
    severity=Severity.ERROR,
    title="a template is `like` itself, perhaps by way of others",
    rationale=("A template may be like another and change some of its settings. In a circle none of them comes first."),
    bad="""\
template rule a like b {
  retain = 35 days
}

template rule b like a {
  vault = "Main"
}

policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    good="""\
template rule a like b {
  retain = 35 days
}

template rule b {
  vault = "Main"
}

policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
    reference="language.md 3.6",
)

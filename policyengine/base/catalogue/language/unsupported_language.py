"""PE112: a file asks for another version of the language, or asks in the wrong place."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE112",
    name="unsupported-language",
    severity=Severity.ERROR,
    title="a file asks for another version of the language, or asks in the wrong place",
    rationale=(
        "A file may begin with `language 1`. A file for a later version is refused as a whole rather than misread."
    ),
    bad="""\
language 2

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
    good="""\
language 1

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

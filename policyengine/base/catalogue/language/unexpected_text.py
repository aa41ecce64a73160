"""PE101: something stands where the grammar has no place for it."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE101",
    name="unexpected-text",
    severity=Severity.ERROR,
    title="something stands where the grammar has no place for it",
    rationale=(
        "The parser met a word, a sign or a value that cannot follow what stands before it. The message says what "
        "could have followed. The statement or setting is left out, the rest of the file is still read."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 03:00
      vault = "Main"
      retain 35 days
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
    reference="language.md 2, 3",
)

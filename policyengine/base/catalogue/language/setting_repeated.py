"""PE121: a block writes the same setting twice with the same operator."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE121",
    name="setting-repeated",
    severity=Severity.ERROR,
    title="a block writes the same setting twice with the same operator",
    rationale=(
        "A block says each thing once. Of two values one would have to win, and a reader could not tell which. A "
        "list may have `=`, `+=` and `-=` side by side, each of them once."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    regions = [eu-central-1]
  }
}

attach baseline to root
""",
    good="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    regions += [eu-central-1]
  }
}

attach baseline to root
""",
    reference="language.md 3.1",
)

"""PE139: two `attach` statements name the same target."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE139",
    name="target-attached-twice",
    severity=Severity.ERROR,
    title="two `attach` statements name the same root, unit or account",
    rationale=(
        "The order in which policies are attached decides between them where both set the same value. With two "
        "statements nobody could tell which comes first, as neither files nor declarations have an order. An account "
        "that is named once by its name and once by its id is the same target too."
    ),
    bad="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

policy finance {
  plan ledger {
    regions = [eu-west-1]
  }
}

attach baseline to root
attach finance to root
""",
    good="""\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

policy finance {
  plan ledger {
    regions = [eu-west-1]
  }
}

attach baseline, finance to root
""",
    reference="language.md 4",
)

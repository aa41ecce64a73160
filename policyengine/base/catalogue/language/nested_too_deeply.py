"""PE113: brackets, parentheses, `not` or quantifiers are nested more than a hundred levels deep."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

_DEEP = "not " * 101

RULE = Rule(
    code="PE113",
    name="nested-too-deeply",
    severity=Severity.ERROR,
    title="brackets, parentheses, `not` or quantifiers are nested more than a hundred levels deep",
    rationale=("No policy needs such depth, and reading it could exhaust the program. The statement is left out."),
    bad=f"""\
policy baseline {{
  plan daily {{
    regions = [eu-west-1]

    rule nightly {{
      schedule = daily at 03:00
      vault = "Main"
      retain = 35 days
    }}
  }}
}}

attach baseline to root

require long-retention {{
  assert {_DEEP}account.management
}}
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

require long-retention {
  assert every rule satisfies rule.retention >= 35 days
}
""",
    reference="language.md 2, 5.1",
)

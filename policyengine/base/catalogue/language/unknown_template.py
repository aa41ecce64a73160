"""PE134: a block is `like` a template that does not exist."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE134",
    name="unknown-template",
    severity=Severity.ERROR,
    title="a block is `like` a template that does not exist",
    rationale=(
        "A rule can be like a rule template and a plan like a plan template, from any file of the project. "
        "Without its template the block would lack most of its settings."
    ),
    bad="""\
template rule nightly {
  vault = "Main"
}

policy baseline {
  plan daily {
    rule weekly like nigthly {
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    good="""\
template rule nightly {
  vault = "Main"
}

policy baseline {
  plan daily {
    rule weekly like nightly {
      retain = 35 days
    }
  }
}

attach baseline to root
""",
    reference="language.md 3.6",
)

"""PE131: two policies, templates, requirements or lets have the same name."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE131",
    name="name-repeated",
    severity=Severity.ERROR,
    title="two policies, templates, requirements or lets have the same name",
    rationale=(
        "These names are known in every file of the project. Policies, templates and requirements are the same "
        "when only the case differs, as AWS has it for the names in a policy."
    ),
    bad={
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
        "more.bpol": """\
policy Baseline {
  plan weekly {
    regions = [eu-west-1]
  }
}
""",
    },
    good={
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
  }
}

attach baseline to root
""",
        "more.bpol": """\
policy weekly {
  plan weekly {
    regions = [eu-west-1]
  }
}

attach weekly to ou "Prod"
""",
    },
    reference="language.md 2, 3.6",
)

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE301",
    name="operator-blocked",
    severity=Severity.WARNING,
    title="a policy uses an operator that a policy above it forbids",
    rationale=(
        "A child control above this policy does not allow the operator on this setting. AWS drops it "
        "without a word and applies the rest of the policy, so its author believes in a value that no "
        "account has."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    locked regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { regions = [eu-central-1] } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    children may append in regions
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { regions += [eu-central-1] } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    reference="semantics.md R12, R13 (observed on tag policies)",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per policy, entity, setting and operator."""
    yield from from_notes(
        facts, RULE, "leave the setting out, or allow the operator with `children may` in the policy above"
    )

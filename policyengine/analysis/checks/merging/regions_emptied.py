from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import Case, Cause, findings
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE307",
    name="regions-emptied",
    severity=Severity.WARNING,
    title="a plan is left without a Region",
    rationale=(
        "Nothing can delete an inherited plan, so people empty its list of Regions. That does not switch "
        "the plan off: it makes the whole effective policy of the account invalid, and AWS keeps the "
        "last valid one with every plan in it."
    ),
    bad={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { regions -= [eu-west-1] } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    good={
        "organization.yaml": ONE_UNIT,
        "policy.bpol": """\
policy baseline {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly { schedule = daily at 05:00  vault = "Main"  retain = 35 days }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { regions -= [eu-west-1] } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    reference="semantics.md R9, R26",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/invalid-policy-alerts.html",),
    harm=Harm.BACKUP,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan and policy that took the last Region away from an account."""
    advice = "an inherited plan cannot be switched off: attach its policy further down, where it is wanted"
    return findings(RULE, _emptied(facts), advice)


def _emptied(facts: Facts) -> Iterator[Case]:
    for result, accounts in facts.accounts_of.items():
        plans = result.root.children.get("plans")
        for name, plan in plans.children.items() if plans and accounts else ():
            regions = plan.children.get("regions")
            if regions and regions.setting.value == ():
                last = regions.in_force[-1]
                text = f"plan `{name}` is left without a Region"
                yield Cause(last.policy, regions.path, last.operator, text), last.entity, accounts

from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.checks.facts import Facts, place, written_at
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.effective import Step

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
    rule nightly { vault = "Main" }
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
    rule nightly { vault = "Main" }
    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
policy prod { plan daily { regions -= [eu-west-1] } }
attach baseline to root
attach prod to ou "Prod"
""",
    },
    reference="semantics.md R9, R26",
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan and policy that took the last Region away."""
    for (plan, step), accounts in _emptied(facts).items():
        keys = plan.removesuffix("/regions").removeprefix("plans/")
        yield RULE.at(
            written_at(step.policy, plan, step.operator),
            f"`{step.policy.name}` at {place(step.entity)} leaves plan `{keys}` without a Region",
            help="an inherited plan cannot be switched off: attach its policy further down, where it is wanted",
            path=plan,
            accounts=tuple(sorted(accounts)),
            policies=(step.policy.name,),
        )


def _emptied(facts: Facts) -> dict[tuple[str, Step], list[str]]:
    found: dict[tuple[str, Step], list[str]] = {}
    for result in facts.effective.distinct:
        plans = result.root.children.get("plans")
        for plan in plans.children.values() if plans else ():
            regions = plan.children.get("regions")
            if regions and regions.setting.value == ():
                last = [step for step in regions.setting.trail if step.outcome == "applied"][-1]
                found.setdefault((regions.path, last), []).extend(facts.accounts_of[result])
    return found

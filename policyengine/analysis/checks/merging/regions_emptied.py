from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import Case, PolicyEffect, findings
from policyengine.aws.settings import PLANS, REGIONS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE307", "regions-emptied", Severity.WARNING, harm=Harm.BACKUP)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan and policy that took the last Region away from an account."""
    advice = "an inherited plan cannot be switched off: attach its policy further down, where it is wanted"
    return findings(RULE, _emptied(facts), advice)


def _emptied(facts: Facts) -> Iterator[Case]:
    for result, accounts in facts.accounts_of.items():
        plans = result.root.children.get(PLANS)
        for name, plan in plans.children.items() if plans and accounts else ():
            regions = plan.children.get(REGIONS.place)
            if regions and regions.setting.value == ():
                last = regions.in_force[-1]
                text = f"plan `{name}` is left without a Region"
                yield PolicyEffect(last.policy, regions.path, last.operator, text), last.entity, accounts

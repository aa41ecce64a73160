from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import OWN, UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule
from policyengine.aws.settings import COPY_TARGET, VAULT
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE513", "copy-to-same-vault", Severity.WARNING, harm=Harm.COPY)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; it names its Region where the plan has others, from which the copy goes elsewhere.

    An account that a copy names by id counts as one that gathers the copies of others.
    """
    for plan in facts.deployed_plans:
        for rule in plan.rules:
            for copy in rule.copies:
                if _stays(rule, copy):
                    yield _finding(facts, plan, rule, copy)


def _stays(rule: DeployedRule, copy: DeployedCopy) -> bool:
    target = copy.copy.target
    own = copy.cross_account is False and copy.cross_region is False
    return own and target is not None and target.name in _vaults(rule)


def _vaults(rule: DeployedRule) -> tuple[str, ...]:
    """The vaults that the backups are in; `copy-between-air-gapped-vaults` reports those between air-gapped ones."""
    air_gapped = rule.air_gapped
    return (rule.rule.vault, air_gapped.name) if air_gapped and air_gapped.type is UNKNOWN else (rule.rule.vault,)


def _finding(facts: Facts, plan: DeployedPlan, rule: DeployedRule, copy: DeployedCopy) -> Diagnostic:
    name = copy.copy.target.name if copy.copy.target else rule.rule.vault
    vault, alone = f"{quoted(name)} in {quoted(rule.region)}", len(plan.in_regions[rule.rule.name]) == 1
    gathers = not alone or copy.account != OWN
    advice = "copy to another Region or account, or leave the copy out"
    if gathers:
        here = "account" if alone else "Region"
        advice = f"only a plan of its own can copy the backups of this {here} elsewhere"
    return finding(
        RULE,
        facts,
        plan,
        f"{copy.copy.path}/{COPY_TARGET.place}",
        message=f"the copy goes to vault {vault}, where the backup is already",
        advice=advice,
        region="" if alone else rule.region,
        other_paths=(f"{rule.rule.path}/{VAULT.place}",),
        severity=Severity.INFO if gathers else Severity.WARNING,
    )

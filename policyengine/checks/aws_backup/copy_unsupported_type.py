from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.facts import Facts
from policyengine.checks.places import finding, naming
from policyengine.diagnostics import Diagnostic, Rule, Severity
from policyengine.facts import available, copy_between, features
from policyengine.plan import Copy, DeployedPlan, Plan
from policyengine.wording import listed, quoted

_RULE = """\
schedule = daily at 05:00
vault = "Main"
retain = 35 days
copy to vault "Copies" in eu-central-1
"""

RULE = Rule(
    code="PE512",
    name="copy-unsupported-type",
    severity=Severity.ERROR,
    title="a rule copies backups of a resource type that cannot be copied there",
    rationale=(
        "Not every resource type can be copied: some not at all, not even to another vault beside the first, some not"
        " to another account or out of certain Regions. The backup succeeds all the same, and only its copy is missing."
        " The check looks at types that a resource selection names, and only where none of their resources can be"
        " copied."
    ),
    bad=one_rule(_RULE, selection='resource selection all { role = "Backup"  types = [RedshiftServerless, RDS] }'),
    good=one_rule(_RULE, selection='resource selection all { role = "Backup"  types = [RDS, Aurora] }'),
    reference="facts 2.1, 2.1.1, 2.4",
)


class _Gap(NamedTuple):
    """A copy that does not happen for some types."""

    copy: Copy
    types: list[str]
    way: str
    region: str = ""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy and reason; with its Region where the reason is the Region."""
    for plan in facts.plans:
        for gap in _whatever_the_account(plan) if plan.named_types else ():
            yield _found(facts, plan, gap)
    for deployed in facts.deployed_plans:
        for gap in _between_accounts(deployed) if deployed.plan.named_types else ():
            yield _found(facts, deployed, gap)


def _whatever_the_account(plan: Plan) -> Iterator[_Gap]:
    """What no type can reach is left to the check `copy-region-unreachable`."""
    for copy in (copy for rule in plan.rules for copy in rule.copies):
        if types := [name for name in plan.named_types if features(name).copy == "no"]:
            yield _Gap(copy, types, "cannot be copied")
        target = copy.target.region if copy.target else ""
        for region in dict.fromkeys(plan.regions):
            if copy_between(region, target) != "no":
                way = f"cannot be copied from {quoted(region)} to {quoted(target)}"
                if types := [name for name in _copied(plan) if copy_between(region, target, name) == "no"]:
                    yield _Gap(copy, types, way, region)


def _between_accounts(deployed: DeployedPlan) -> Iterator[_Gap]:
    for rule in deployed.rules:
        types = [name for name in _copied(deployed.plan) if _stays_in_account(name, rule.region)]
        for copy in rule.copies if types else ():
            if copy.cross_account is True:
                way = f"cannot be copied from {quoted(rule.region)} to another account"
                yield _Gap(copy.copy, types, way, rule.region)


def _stays_in_account(name: str, region: str) -> bool:
    return "no" in (features(name).copy_account, available("cross_account_copy", region, name))


def _copied(plan: Plan) -> list[str]:
    return [name for name in plan.named_types if features(name).copy != "no"]


def _found(facts: Facts, plan: Plan | DeployedPlan, gap: _Gap) -> Diagnostic:
    return finding(
        RULE,
        facts,
        plan,
        f"{gap.copy.path}/target_backup_vault_arn",
        message=f"backups of {listed(gap.types, 'and')} {gap.way}",
        advice="give these types a plan of their own, without this copy",
        region=gap.region,
        beside=naming(plan.plan if isinstance(plan, DeployedPlan) else plan, gap.types),
    )

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import DeployedPlan, Destination, PlacedRule
from policyengine.aws.facts import DEFAULT_VAULT
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule("PE603", "default-vault-assumed", Severity.ERROR, harm=Harm.BACKUP, needs=(Fact.VAULTS,))


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting and Region that lacks the vault, and a note per setting where that is unknown."""
    unknown: dict[tuple[DeployedPlan, str], Destination] = {}
    for plan, place in facts.each_rule(_doubtful):
        if place.vault.exists is False:
            message = f"there is no {place.name}: AWS does not create it by itself"
            yield _finding(facts, plan, place, message, region=place.vault.region)
        else:
            unknown.setdefault((plan, place.path), place)
    for (plan, _), place in unknown.items():
        message = "vault `Default` exists only where somebody has opened the console of AWS Backup"
        yield _finding(facts, plan, place, message).with_severity(Severity.INFO)


def _doubtful(rule: PlacedRule) -> Iterator[Destination]:
    """Every `Default` of the account itself that is surely or perhaps not there."""
    own = (place for place in rule.destinations if place.vault.name == DEFAULT_VAULT and not place.crosses)
    return (place for place in own if place.vault.exists is not True and not place.vault.namesakes)


def _finding(facts: Facts, plan: DeployedPlan, place: Destination, message: str, region: str = "") -> Diagnostic:
    advice = "create a vault of your own in every account and Region of the plan, and name that"
    return finding(RULE, facts, plan, place.path, message=message, advice=advice, region=region)

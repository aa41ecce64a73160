from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import DeployedPlan, Destination, PlacedRule
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity

RULE = Rule(
    code="PE603",
    name="default-vault-assumed",
    severity=Severity.ERROR,
    title="a plan relies on the vault `Default`, which AWS does not create by itself",
    rationale=(
        "The vault `Default` comes into being when somebody opens the console of AWS Backup in an account and Region "
        "for the first time. New accounts and rarely used Regions do not have it, and every job of the plan fails "
        "there. It cannot take copies from other accounts either. Where the snapshot does not know the vaults this is "
        "only a note."
    ),
    bad=one_rule('schedule = daily at 05:00\nvault = "Default"\nretain = 35 days', tree=ONE_UNIT + "vaults: []\n"),
    good=one_rule(
        'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days',
        tree=ONE_UNIT + 'vaults:\n  - {name: Main, accounts: "*", regions: [eu-west-1]}\n',
    ),
    reference="facts 4.1, 8.3",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html",),
    harm=Harm.BACKUP,
    needs=(Fact.VAULTS,),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting and Region that lacks the vault, and a note per setting where nobody looked."""
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
    own = (place for place in rule.destinations if place.vault.name == "Default" and not place.crosses)
    return (place for place in own if place.vault.exists is not True and not place.vault.namesakes)


def _finding(facts: Facts, plan: DeployedPlan, place: Destination, message: str, region: str = "") -> Diagnostic:
    advice = "create a vault of your own in every account and Region of the plan, and name that"
    return finding(RULE, facts, plan, place.path, message=message, advice=advice, region=region)

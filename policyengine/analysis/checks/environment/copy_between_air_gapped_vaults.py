from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.aws.settings import AIR_GAPPED_VAULT
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity
from policyengine.base.text import quoted

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\ncopy to vault "Safe" in eu-central-1\n'
_SELECTION = 'resource selection files { role = "Backup"  types = [EFS] }'
_TREE = ONE_UNIT + (
    "vaults:\n"
    '  - {name: Main, accounts: "*", regions: [eu-west-1], type: standard}\n'
    '  - {name: Safe, accounts: "*", regions: [eu-west-1, eu-central-1], type: logically_air_gapped}\n'
)

RULE = Rule(
    code="PE616",
    name="copy-between-air-gapped-vaults",
    severity=Severity.ERROR,
    title="a rule copies from its air-gapped vault to an air-gapped vault",
    rationale=(
        "A rule with an air-gapped vault stores its backups there, and its copies start from there. AWS Backup copies"
        " from one air-gapped vault to another on demand only, never by a schedule, so that every such copy job is"
        " refused. Copies go to an ordinary vault with a customer managed key, or start from a rule of their own that"
        " stores into an ordinary vault."
    ),
    bad=one_rule(_RULE + 'air_gapped_vault = "Safe"', selection=_SELECTION, tree=_TREE),
    good=one_rule(_RULE, selection=_SELECTION, tree=_TREE),
    reference="facts 4.4.16",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html",),
    harm=Harm.COPY,
    needs=(Fact.VAULTS, Fact.VAULT_TYPES),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; only of a vault that the snapshot knows to be air-gapped."""
    for plan, place in facts.each_rule(_between):
        own = quoted(place.rule.air_gapped.name) if place.rule.air_gapped else ""
        text = f"backups in the air-gapped vault {own} cannot be copied to the air-gapped {place.name} by a schedule"
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=text,
            advice="copy to an ordinary vault with a customer managed key, or from a rule without an air-gapped vault",
            region=place.vault.region,
            beside=(f"{place.rule.path}/{AIR_GAPPED_VAULT.place}",),
        )


def _between(rule: PlacedRule) -> Iterator[Destination]:
    for place in rule.destinations if rule.rule.air_gapped else ():
        if place.copy and place.vault.type == "air_gapped":
            yield place

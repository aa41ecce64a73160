from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import FOREVER, Destination, PlacedRule
from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Fact, Harm, Rule, Severity

_TREE = ONE_UNIT + 'vaults:\n  - {name: Ledger, accounts: "*", regions: [eu-west-1], lock: {mode: compliance}}\n'
_RULE = 'schedule = monthly on day 1 at 05:00\nvault = "Ledger"\n'

RULE = Rule(
    code="PE609",
    name="lock-irreversible",
    severity=Severity.WARNING,
    title="backups that never expire go into a vault with a compliance lock",
    rationale=(
        "Once the grace time of a compliance lock is over nobody can delete what is in the vault or change how long "
        "it is kept, AWS included. Backups without an end stay, and are paid for, for as long as the account exists. "
        "A lock with a longest retention refuses them; this one has none."
    ),
    bad=one_rule(_RULE, tree=_TREE),
    good=one_rule(_RULE + "retain = 2557 days", tree=_TREE),
    reference="facts 4.2.7",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",),
    harm=Harm.NOTHING,
    needs=(Fact.VAULTS, Fact.VAULT_LOCKS),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule or copy and vault, Region by Region."""
    for plan, place in facts.each_rule(_irreversible):
        until = place.vault.changeable_until
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"{'copies' if place.copy else 'backups'} are kept forever, and the compliance lock of"
            f" {place.name} lets nobody delete them{f' from {until} on' if until else ''}",
            advice="say how long to keep them",
            region=place.vault.region,
        )


def _irreversible(rule: PlacedRule) -> Iterator[Destination]:
    return (place for place in rule.destinations if place.retention == FOREVER and _is_unbounded(place))


def _is_unbounded(place: Destination) -> bool:
    """An air-gapped vault always has a longest retention, whether the snapshot tells it or not (facts 4.1)."""
    vault = place.vault
    is_compliance = vault.lock == "compliance" or vault.changeable_until is not None
    return is_compliance and vault.max_retention == FOREVER and not place.air_gapped

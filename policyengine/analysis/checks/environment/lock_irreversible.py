from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import RETENTION, TARGETS, in_rule
from policyengine.aws.deployment import FOREVER, Destination, PlacedRule
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule

RULE = Rule("PE609", "lock-irreversible", Severity.WARNING, harm=Harm.NOTHING, needs=(Fact.VAULTS, Fact.VAULT_LOCKS))
WEIGHS = in_rule(RETENTION, TARGETS)


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
    """An air-gapped vault always has a longest retention, whether the snapshot has it or not (facts 4.1)."""
    vault = place.vault
    is_compliance = vault.lock == "compliance" or vault.changeable_until is not None
    return is_compliance and vault.max_retention == FOREVER and not place.air_gapped

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import TARGETS, in_rule
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.aws.settings import AIR_GAPPED_VAULT
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import quoted

RULE = Rule(
    "PE616", "copy-between-air-gapped-vaults", Severity.ERROR, harm=Harm.COPY, needs=(Fact.VAULTS, Fact.VAULT_TYPES)
)
WEIGHS = in_rule(TARGETS)


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
            other_paths=(f"{place.rule.path}/{AIR_GAPPED_VAULT.place}",),
        )


def _between(rule: PlacedRule) -> Iterator[Destination]:
    for place in rule.destinations if rule.rule.air_gapped else ():
        if place.copy and place.vault.type == "air_gapped":
            yield place

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, fits
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import Suggestion, listed

RULE = Rule("PE602", "vault-name-case", Severity.ERROR, harm=Harm.BACKUP, needs=(Fact.VAULTS,))


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting that names the vault, and Region."""
    for plan, place in facts.each_rule(_misspelled):
        vault = place.vault
        types = [(each.name, each.type) for each in facts.organization.vaults or ()]
        meant = [name for name in vault.namesakes if any(name == each and fits(kind, place) for each, kind in types)]
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message=f"there is no {place.name}, but {listed(vault.namesakes, 'and')}: upper and lower case count",
            advice=_advice(vault.name, meant, {name for name, _ in types}),
            region=vault.region,
        )


def _advice(name: str, meant: Sequence[str], existing: Collection[str]) -> str:
    if not meant:
        return "name a vault that exists, of the type that is asked for"
    # The setting is that of other Regions and accounts, too: a vault there may be called as it says.
    sure = len(meant) == 1 and sum(each.lower() == name.lower() for each in existing) == 1
    return Suggestion.of(f"write {listed(meant, 'or')}", name, meant[0], sure=sure)


def _misspelled(rule: PlacedRule) -> Iterator[Destination]:
    return (place for place in rule.destinations if place.vault.exists is False and place.vault.namesakes)

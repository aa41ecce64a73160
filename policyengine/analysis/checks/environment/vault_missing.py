from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from policyengine.analysis.checks.evidence import Facts, rules
from policyengine.analysis.checks.reporting import about_each, finding, fits
from policyengine.aws.deployment import OWN, Destination, PlacedRule
from policyengine.aws.facts import DEFAULT_VAULT, available, copy_between, limits
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, nearest, quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Vault as VaultShape

_SHOWN = 3  # accounts that have a vault of the name

RULE = Rule("PE601", "vault-missing", Severity.ERROR, harm=Harm.BACKUP, needs=(Fact.VAULTS,))


class _Fault(NamedTuple):
    message: str
    region: str = ""
    advice: str = "name a vault that exists"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per vault and Region, for all settings of an account that name it."""
    for fault, places, view in facts.together(rules, _missing):
        at = [(plan.plan, place.path) for plan, place in places]
        advice = _advice(facts.organization.vaults or (), places[0][1]) if fault.region else fault.advice
        diagnostic = finding(RULE, facts, *at[0], message=fault.message, advice=advice, region=fault.region)
        yield about_each(diagnostic, at, (account.id or "" for account in view.accounts))


def _missing(rule: PlacedRule) -> Iterator[tuple[_Fault, Destination]]:
    """Without a Region where no vault can have the name."""
    for place in rule.destinations:
        if place.setting != "copy" and _is_too_short(place):
            least = limits()["vault_name_least_characters"]
            text = f"there is no vault {quoted(place.vault.name)}: names of vaults have at least {least} characters"
            yield _Fault(text), place
        elif place.vault.exists is False and not place.vault.namesakes and not _reported_elsewhere(rule, place):
            yield _Fault(f"there is no {place.name}", place.vault.region), place


def _advice(vaults: Iterable[VaultShape], place: Destination) -> str:
    """Advice: the vault of the snapshot, of a fitting type, that was meant, or where one of its name is."""
    name, region = place.vault.name, place.vault.region
    vaults = [vault for vault in vaults if fits(vault.type, place)]
    there = [vault for vault in vaults if vault.regions is None or region in vault.regions]
    elsewhere = [each for vault in vaults if vault.name == name for each in vault.regions or () if each != region]
    owners = [
        number for vault in there if vault.name == name for number in _ids(vault) if number != place.vault.account
    ]
    if owners:
        return (
            f"one of this name is in account {listed(owners[:_SHOWN], 'and')}; create it here, too, or copy to that one"
        )
    create = "create it there before the policy is attached, or name a vault that exists"
    own = [vault for vault in there if place.vault.account in {OWN, *(_ids(vault) or [place.vault.account])}]
    if near := nearest(name, (vault.name for vault in own if vault.name != name)):
        return f"did you mean {quoted(near)}? If not, {create}"
    return f"{create}; one of this name is in {listed(dict.fromkeys(elsewhere), 'and')}" if elsewhere else create


def _ids(vault: VaultShape) -> tuple[str, ...]:
    return vault.accounts if isinstance(vault.accounts, tuple) else ()


def _reported_elsewhere(rule: PlacedRule, place: Destination) -> bool:
    """Whether `default-vault-assumed`, `air-gapped-unsupported` or a check of copies says more about it."""
    region, asked = place.vault.region, place.setting == "air_gapped"
    impossible = asked and available("air_gapped_vault", region) == "no"
    lost = place.setting == "copy" and (_is_too_short(place) or _is_cut_off(rule, place))
    return impossible or lost or place.vault.name == DEFAULT_VAULT


def _is_too_short(place: Destination) -> bool:
    """Whether Organizations takes the name and AWS Backup cannot have such a vault (facts 1.5.3)."""
    return len(place.vault.name) < limits()["vault_name_least_characters"]


def _is_cut_off(rule: PlacedRule, place: Destination) -> bool:
    """Whether no backup of the plan can be copied to the Region."""
    return all(copy_between(source, place.vault.region) == "no" for source in rule.placement.regions)

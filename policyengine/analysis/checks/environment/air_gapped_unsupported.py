from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.aws.facts import available, features, regions
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE614", "air-gapped-unsupported", Severity.ERROR, harm=Harm.COPY, needs=(Fact.VAULTS, Fact.VAULT_TYPES))

_ELSEWHERE = "keep these backups in an ordinary vault, in a plan of their own"


class _Fault(NamedTuple):
    """A fault of a destination: in words, the advice, where, and the types that it is wrong for."""

    place: Destination
    message: str
    advice: str
    region: str
    types: tuple[str, ...] = ()
    severity: Severity | None = None


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting and reason; what holds in all Regions is reported once."""
    for deployed, fault in facts.each_rule(_faults):
        yield finding(
            RULE,
            facts,
            deployed,
            fault.place.path,
            message=fault.message,
            advice=fault.advice,
            region=fault.region,
            other_paths=naming(deployed.plan, fault.types),
            severity=fault.severity,
        )


def _faults(rule: PlacedRule) -> Iterator[_Fault]:
    for place in rule.destinations:
        if reason := _wrong_vault(place):
            yield _Fault(place, *reason, place.vault.region)
        elif place.air_gapped:
            yield from _wrong_types(place, rule.placement.reach.named_types)
            yield from _only_snapshots(place, rule)


def _wrong_vault(place: Destination) -> tuple[str, str] | None:
    """The reason why the vault itself does not do, and what to do about it."""
    vault, asked = place.vault, place.setting == "air_gapped"
    if asked and available("air_gapped_vault", vault.region) == "no":
        return f"there are no air-gapped vaults in {vault.region}", "leave the air-gapped vault or the Region out"
    if asked and (partition := _other_partition(place)):
        own = quoted(regions()[vault.region])
        return (
            f"the ARN of {place.name} is of partition {quoted(partition)}",
            f"write it with {own}: there is the Region",
        )
    if asked and vault.type == "standard":
        return f"{place.name} is not air-gapped", "name an air-gapped vault of the account"
    if place.setting == "vault" and vault.type == "air_gapped":
        advice = "name an ordinary vault here, and this one as the rule's air-gapped vault"
        return f"{place.name} is air-gapped, but a rule needs an ordinary vault", advice
    return None


def _other_partition(place: Destination) -> str:
    """The partition of the air-gapped vault's ARN where that of its Region is another one."""
    arn = place.rule.air_gapped
    own = regions().get(place.vault.region)
    return arn.partition if arn and own and arn.partition != own else ""


def _wrong_types(place: Destination, types: Sequence[str]) -> Iterator[_Fault]:
    """`copy-unsupported-type` reports copies of a type that is never copied."""
    region = place.vault.region
    copied = [name for name in types if features(name).copy != "no"] if place.copy else types
    never = tuple(name for name in copied if features(name).air_gapped == "no")
    others = (name for name in copied if name not in never)
    here = tuple(name for name in others if available("air_gapped_vault", region, name) == "no")
    if never:
        message = f"{listed(never, 'and')} cannot go into an air-gapped vault"
        yield _Fault(place, message, _ELSEWHERE, region if place.copy else "", never)
    if here:
        message = f"{listed(here, 'and')} cannot go into an air-gapped vault in {region}"
        yield _Fault(place, message, _ELSEWHERE, region, here)


def _only_snapshots(place: Destination, rule: PlacedRule) -> Iterator[_Fault]:
    """Continuous backups of Aurora cannot be in an air-gapped vault (facts 1.4.13)."""
    if place.setting == "air_gapped" and rule.rule.continuous and "Aurora" in rule.placement.reach.named_types:
        message = "continuous backups of `Aurora` stay in the ordinary vault: only snapshots go into the air-gapped one"
        advice = "look whether snapshots are enough there"
        yield _Fault(place, message, advice, "", ("Aurora",), Severity.INFO)

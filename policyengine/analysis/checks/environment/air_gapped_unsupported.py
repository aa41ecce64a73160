from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.taken_types import TakenTypes, arriving, basic_cases, types_taken
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, in_plan
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.aws.facts import available, features, regions
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Fact, Rule
from policyengine.base.text import listed, quoted

RULE = Rule(
    "PE614",
    "air-gapped-unsupported",
    Severity.ERROR,
    harm=Harm.COPY,
    needs=(Fact.VAULTS, Fact.VAULT_TYPES, Fact.OPT_IN, Fact.DYNAMODB_ADVANCED),
)
WEIGHS = in_plan(SELECTED_TYPES)

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
    """One finding per setting and reason; what holds in all Regions is reported once.

    Of what selections by tag or `*` take it reports each Region from which nothing goes there.
    """
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
    for deployed, (place, case) in basic_cases(facts, air_gaps_of_nothing):
        verb = "be copied" if place.copy else "go"
        yield finding(
            RULE,
            facts,
            deployed,
            place.path,
            message=f"{case.words}, which cannot {verb} into an air-gapped vault{case.why}",
            advice=f"opt in to types that can, in {case.region} of the management account, or use an ordinary vault",
            region=case.region,
            other_paths=(case.selection.path,),
            severity=Severity.WARNING,
        )


def air_gaps_of_nothing(rule: PlacedRule) -> Iterator[tuple[Destination, TakenTypes]]:
    """The air-gapped vaults into which nothing goes that a selection takes, with basic features of DynamoDB.

    `copy-of-nothing` reports what has no copies at all.
    """
    if not any(place.air_gapped for place in rule.destinations):
        return
    for case in types_taken(rule):
        for place in case.rule.destinations:
            types = arriving(place, case) if place.air_gapped and not _wrong_vault(place) else ()
            has_vaults = available("air_gapped_vault", place.vault.region) != "no"
            if types and has_vaults and all(_stays_out(place, name) for name in types):
                yield place, case


def _stays_out(place: Destination, name: str) -> bool:
    """Whether no backup of a type, with basic features, goes into air-gapped vaults of the Region."""
    return (
        features(name).air_gapped in {"no", "advanced"}
        or available("air_gapped_vault", place.vault.region, name) == "no"
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

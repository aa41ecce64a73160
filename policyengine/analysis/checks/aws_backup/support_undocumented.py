from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, TARGETS, in_plan
from policyengine.aws.deployment import FOREVER, BackupRule, Copy, PlacedRule
from policyengine.aws.facts import available, features
from policyengine.aws.settings import COLD_AFTER
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

_COLD = COLD_AFTER.place

RULE = Rule("PE536", "support-undocumented", Severity.INFO, harm=Harm.NOTHING)
WEIGHS = in_plan(SELECTED_TYPES, TARGETS, COLD_AFTER)


class _Doubt(NamedTuple):
    """A combination that AWS does not document, in words, the types or Region, and the setting that asks for it."""

    text: str
    path: str
    types: tuple[str, ...]
    region: str = ""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and feature, for all types together."""
    for deployed, doubt in facts.each_rule(_doubts):
        yield finding(
            RULE,
            facts,
            deployed,
            doubt.path,
            message=f"AWS's documents do not say whether {doubt.text}",
            advice="look at one run of it before relying on it",
            region=doubt.region,
            other_paths=naming(deployed.plan, doubt.types),
        )


def _doubts(placed: PlacedRule) -> Iterator[_Doubt]:
    """Each feature that the rule uses once, at the first setting that asks for it."""
    rule, rows = placed.rule, {name: features(name) for name in placed.placement.reach.named_types}
    lifecycles: tuple[BackupRule | Copy, ...] = (rule, *rule.copies)
    cold = [f"{each.path}/{_COLD}" for each in lifecycles if each.cold_after != FOREVER]
    air_gapped = [place.path for place in placed.destinations if place.air_gapped]
    yield from _doubt(
        "backups of {} move to cold storage", cold, [n for n, can in rows.items() if can.cold == "unknown"]
    )
    in_vaults = [name for name, can in rows.items() if can.air_gapped == "unknown"]
    yield from _doubt("backups of {} can go into an air-gapped vault", air_gapped, in_vaults)
    yield from _regions(placed)


def _doubt(text: str, paths: list[str], types: Iterable[str]) -> Iterator[_Doubt]:
    names = tuple(types)
    if paths and names:
        yield _Doubt(text.format(listed(names, "and")), paths[0], names)


def _regions(placed: PlacedRule) -> Iterator[_Doubt]:
    """Regions that may have no air-gapped vaults; where the snapshot has such a vault, they have."""
    for place in placed.destinations:
        region, is_there = place.vault.region, place.vault.type == "air_gapped"
        if place.setting == "air_gapped" and not is_there and available("air_gapped_vault", region) == "unknown":
            yield _Doubt(f"{quoted(region)} has air-gapped vaults", place.path, (), region)

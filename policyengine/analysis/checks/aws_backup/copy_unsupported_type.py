from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.analysis.checks.taken_types import stays_in_account, stays_in_region
from policyengine.analysis.checks.weighed_settings import SELECTED_TYPES, TARGETS, in_plan
from policyengine.aws.deployment import Copy, DeployedPlan, PlacedRule, Plan
from policyengine.aws.facts import features
from policyengine.aws.settings import COPY_TARGET
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE512", "copy-unsupported-type", Severity.ERROR, harm=Harm.COPY)
WEIGHS = in_plan(SELECTED_TYPES, TARGETS)

_TO_ANOTHER_ACCOUNT = "to another account"


class _Way(NamedTuple):
    """The copies that most plans have in common: the types that are copied, from where, and to which Region."""

    types: tuple[str, ...]
    sources: tuple[str, ...]
    target: str


class _Gap(NamedTuple):
    """Types for which a copy does not happen: at all, or from some Regions on a way."""

    types: tuple[str, ...]
    regions: tuple[str, ...] = ()
    way: str = ""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy and reason, with the plan's Regions where the reason lies in them."""
    for plan in facts.plans:
        for copy in (copy for rule in plan.rules for copy in rule.copies) if plan.named_types else ():
            way = _Way(tuple(plan.named_types), tuple(plan.regions), copy.target.region if copy.target else "")
            for _, gap in facts.each((way,), _whatever_the_account):
                yield _finding(facts, plan, copy, gap)
    for deployed, (copy, gap) in facts.each_rule(_between_accounts):
        yield _finding(facts, deployed, copy, gap)


def _whatever_the_account(way: _Way) -> Iterator[_Gap]:
    if never := tuple(name for name in way.types if features(name).copy == "no"):
        yield _Gap(never)
    yield from _gaps(way.types, way.sources, f"to {quoted(way.target)}", partial(stays_in_region, way.target))


def _between_accounts(rule: PlacedRule) -> Iterator[tuple[Copy, _Gap]]:
    types, regions = rule.placement.reach.named_types, rule.placement.regions
    copies = (copied.copy for copied in rule.copies if copied.cross_account is True)
    nowhere = tuple(name for name in types if features(name).copy != "no" and features(name).copy_account == "no")
    for copy in dict.fromkeys(copies) if types else ():
        if nowhere:
            yield copy, _Gap(nowhere, (), _TO_ANOTHER_ACCOUNT)
        others = [name for name in types if name not in nowhere]
        for gap in _gaps(others, regions, _TO_ANOTHER_ACCOUNT, stays_in_account):
            yield copy, gap


def _gaps(types: Sequence[str], sources: Sequence[str], way: str, stays: Callable[[str, str], bool]) -> Iterator[_Gap]:
    """The Regions from which the same types are lost, together; a type that is never copied is reported already."""
    copied = [name for name in types if features(name).copy != "no"]
    regions: dict[tuple[str, ...], list[str]] = {}
    for region in dict.fromkeys(sources):
        regions.setdefault(tuple(name for name in copied if stays(region, name)), []).append(region)
    return (_Gap(lost, tuple(here), way) for lost, here in regions.items() if lost)


def _finding(facts: Facts, plan: Plan | DeployedPlan, copy: Copy, gap: _Gap) -> Diagnostic:
    way = (f" from {listed(gap.regions, 'and')}" if gap.regions else "") + (f" {gap.way}" if gap.way else "")
    return finding(
        RULE,
        facts,
        plan,
        f"{copy.path}/{COPY_TARGET.place}",
        message=f"backups of {listed(gap.types, 'and')} cannot be copied{way}",
        advice="give these types a plan of their own, without this copy",
        region=gap.regions[0] if len(gap.regions) == 1 else "",
        other_paths=naming(plan.plan if isinstance(plan, DeployedPlan) else plan, gap.types),
    )

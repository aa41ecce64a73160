from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding, naming
from policyengine.aws.deployment import Copy, DeployedPlan, PlacedRule, Plan
from policyengine.aws.facts import available, copy_between, features
from policyengine.aws.settings import COPY_TARGET
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import listed, quoted

RULE = Rule("PE512", "copy-unsupported-type", Severity.ERROR, harm=Harm.COPY)

_TO_ANOTHER_ACCOUNT = "to another account"


class _Gap(NamedTuple):
    """A copy that does not happen for some types: at all, or from some Regions on a way."""

    copy: Copy
    types: tuple[str, ...]
    regions: tuple[str, ...] = ()
    way: str = ""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy and reason, with the plan's Regions where the reason lies in them."""
    for plan, gap in facts.each(facts.plans, _whatever_the_account):
        yield _found(facts, plan, gap)
    for deployed, gap in facts.each_rule(_between_accounts):
        yield _found(facts, deployed, gap)


def _whatever_the_account(plan: Plan) -> Iterator[_Gap]:
    never = tuple(name for name in plan.named_types if features(name).copy == "no")
    for copy in (copy for rule in plan.rules for copy in rule.copies) if plan.named_types else ():
        if never:
            yield _Gap(copy, never)
        target = copy.target.region if copy.target else ""
        yield from _gaps(
            plan.named_types, plan.regions, copy, f"to {quoted(target)}", partial(_stays_in_region, target)
        )


def _between_accounts(rule: PlacedRule) -> Iterator[_Gap]:
    types, regions = rule.placement.reach.named_types, rule.placement.regions
    copies = (copied.copy for copied in rule.copies if copied.cross_account is True)
    nowhere = tuple(name for name in types if features(name).copy != "no" and features(name).copy_account == "no")
    for copy in dict.fromkeys(copies) if types else ():
        if nowhere:
            yield _Gap(copy, nowhere, (), _TO_ANOTHER_ACCOUNT)
        others = [name for name in types if name not in nowhere]
        yield from _gaps(others, regions, copy, _TO_ANOTHER_ACCOUNT, _stays_in_account)


def _gaps(
    types: Sequence[str], sources: Sequence[str], copy: Copy, way: str, stays: Callable[[str, str], bool]
) -> Iterator[_Gap]:
    """The Regions from which the same types are lost, together; a type that is never copied is reported already."""
    copied = [name for name in types if features(name).copy != "no"]
    regions: dict[tuple[str, ...], list[str]] = {}
    for region in dict.fromkeys(sources):
        regions.setdefault(tuple(name for name in copied if stays(region, name)), []).append(region)
    return (_Gap(copy, lost, tuple(sources_of_loss), way) for lost, sources_of_loss in regions.items() if lost)


def _stays_in_region(target: str, source: str, name: str) -> bool:
    """What no type can reach is left to the check `copy-region-unreachable`."""
    return copy_between(source, target) != "no" and copy_between(source, target, name) == "no"


def _stays_in_account(source: str, name: str) -> bool:
    return available("cross_account_copy", source, name) == "no"


def _found(facts: Facts, plan: Plan | DeployedPlan, gap: _Gap) -> Diagnostic:
    way = (f" from {listed(gap.regions, 'and')}" if gap.regions else "") + (f" {gap.way}" if gap.way else "")
    return finding(
        RULE,
        facts,
        plan,
        f"{gap.copy.path}/{COPY_TARGET.place}",
        message=f"backups of {listed(gap.types, 'and')} cannot be copied{way}",
        advice="give these types a plan of their own, without this copy",
        region=gap.regions[0] if len(gap.regions) == 1 else "",
        beside=naming(plan.plan if isinstance(plan, DeployedPlan) else plan, gap.types),
    )

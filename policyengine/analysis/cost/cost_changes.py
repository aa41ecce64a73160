"""The effect of a change of policies on the cost of backups: by unit and type, with the changed settings behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policyengine.analysis.cost.cost_results import CostLine, CostResult, CostSum, EarlyDeletion, sum_of
from policyengine.analysis.cost.estimate import CostEstimator, advanced_in
from policyengine.analysis.cost.placed_chains import KeepingRule, PlacedChain, UndecidedError, placed_chains
from policyengine.analysis.cost.price_table import CostItem
from policyengine.analysis.cost.retained_points import MONTH
from policyengine.analysis.cost.stored_versions import early_deleted
from policyengine.analysis.cost.workloads import Workload
from policyengine.analysis.diff import Change
from policyengine.aws.deployment import Deployment, Minutes, View
from policyengine.aws.merge import keys
from policyengine.aws.organization import Organization
from policyengine.aws.settings import INDEX, MALWARE_SCAN, PLAN_TAGS, RECOVERY_POINT_TAGS, RESOURCE_ROLE, SCAN
from policyengine.base.records import Record

_IRRELEVANT = frozenset(
    row.path[0] for row in (INDEX, MALWARE_SCAN, PLAN_TAGS, RECOVERY_POINT_TAGS, RESOURCE_ROLE, SCAN)
)
"""The blocks and settings of a plan that nothing here costs more or less for."""


class CostGroup(NamedTuple):
    """The group of lines that is compared, by unit and type; `unit` is None outside the organization."""

    unit: str | None
    type: str


class CostChange(Record):
    """The cost of a group before and after, with the GB that are kept, and the changes of its plans behind it."""

    group: CostGroup
    plans: tuple[str, ...]
    before: CostSum
    after: CostSum
    gb_before: float | None
    gb_after: float | None
    causes: tuple[Change, ...] = ()

    @property
    def increase(self) -> float | None:
        """The money of a month that it costs more; None where either side is unknown or incomplete."""
        return increase_of(self.before, self.after)


class CostComparison(Record):
    """The cost of both sides, the groups that differ, the largest increase first, and what early deletion costs."""

    before: CostResult
    after: CostResult
    changes: tuple[CostChange, ...]
    early: tuple[EarlyDeletion, ...] = ()

    @property
    def increase(self) -> float | None:
        """The money of a month that the head costs more; None where a part of what differs is unknown."""
        increases = [change.increase for change in self.changes]
        return None if None in increases else sum(each or 0.0 for each in increases)


def increase_of(before: CostSum, after: CostSum) -> float | None:
    """The second sum less the first; None where a part of either is unknown."""
    if before.incomplete or after.incomplete:
        return None
    return (after.amount or 0.0) - (before.amount or 0.0)


def compare_costs(
    before: CostResult, after: CostResult, changes: Iterable[Change], early: Iterable[EarlyDeletion] = ()
) -> CostComparison:
    """The groups that differ; `changes` are those of the policies, the worst first.

    Lines that are unknown on both sides are equal whatever changes: their group differs if a change concerns them.
    """
    given = tuple(changes)
    old, new = _groups(before), _groups(after)
    compared = (_change(group, old.get(group, []), new.get(group, []), given) for group in {**old, **new})
    differing = [change for change in compared if change is not None]
    differing.sort(key=lambda change: (-(change.increase or 0.0), change.group.unit or "", change.group.type))
    return CostComparison(before, after, tuple(differing), tuple(early))


def _groups(result: CostResult) -> dict[CostGroup, list[CostLine]]:
    groups: dict[CostGroup, list[CostLine]] = {}
    for line in result.lines:
        groups.setdefault(CostGroup(line.key.unit, line.key.type), []).append(line)
    return groups


def _change(
    group: CostGroup, before: list[CostLine], after: list[CostLine], changes: tuple[Change, ...]
) -> CostChange | None:
    lines = (*before, *after)
    if _facts(before) == _facts(after) and not any(map(_reasons(lines, unknown=True).has, changes)):
        return None
    reasons = _reasons(lines)
    causes = tuple(filter(reasons.has, changes))
    return CostChange(
        group, tuple(sorted(reasons.plans)), sum_of(before), sum_of(after), _stored(before), _stored(after), causes
    )


def _facts(lines: Iterable[CostLine]) -> set[tuple[object, ...]]:
    return {(line.key, None if line.quantity is None else round(line.quantity, 6), line.missing) for line in lines}


class _Reasons(NamedTuple):
    """Possible reasons of a changed cost: plans by their names, and accounts, None for any, whose plans all count."""

    plans: frozenset[str]
    accounts: frozenset[str | None]

    def has(self, change: Change) -> bool:
        """Whether a change is of these, and of a setting that costs depend on."""
        below = keys(change.path)[1:]
        if not below or _IRRELEVANT.intersection(below):
            return False
        return below[0] in self.plans or (
            bool(self.accounts) and not self.accounts.isdisjoint({None, *change.accounts})
        )


def _reasons(lines: Iterable[CostLine], *, unknown: bool = False) -> _Reasons:
    """The possible reasons of lines, or of those of unknown quantity: their plans, or all plans of their account."""
    line_keys = [line.key for line in lines if line.quantity is None or not unknown]
    open_ = [line.key.account for line in lines if line.quantity is None and not line.key.plans]
    return _Reasons(frozenset(name for key in line_keys for name in key.plans), frozenset(open_))


def _stored(lines: Iterable[CostLine]) -> float | None:
    """The GB that are kept, warm and cold; None where a part is unknown."""
    kept = [line.quantity for line in lines if line.key.item.unit == CostItem.WARM.unit]
    return None if None in kept else sum(each or 0.0 for each in kept)


def early_deletions(
    estimator: CostEstimator, workloads: Iterable[Workload], organization: Organization, after: Deployment
) -> tuple[EarlyDeletion, ...]:
    """The charges for the early deletion of cold points of the base, if a shorter retention deletes them.

    A change of retention leaves points alone that exist: this is the bill of whoever deletes them too. Taken at the
    steady state of the base.
    """
    views = {account.id or "": view for view in after.published for account in view.accounts}
    deletions: dict[tuple[str, str, str, str], EarlyDeletion] = {}
    for workload in workloads:
        for each in _of_workload(estimator, workload, organization, views.get(workload.example)):
            key = (each.plan, each.rule, each.type, each.region)
            earlier = deletions.get(key)
            deletions[key] = EarlyDeletion(*key, each.quantity + (earlier.quantity if earlier else 0), each.price)
    return tuple(deletions.values())


def _of_workload(
    estimator: CostEstimator, workload: Workload, organization: Organization, after: View | None
) -> Iterator[EarlyDeletion]:
    if workload.why or after is None:
        return
    try:
        chains = placed_chains(workload, advanced_in(organization))
    except UndecidedError:
        return
    for chain in chains:
        for keeper in chain.keepers:
            keep = _kept_after(keeper, after)
            if keep is not None and keep < keeper.keeping.retention:
                yield from _exposure(estimator, workload, chain, keeper, keep)


def _exposure(
    estimator: CostEstimator, workload: Workload, chain: PlacedChain, keeper: KeepingRule, keep: Minutes
) -> Iterator[EarlyDeletion]:
    points, at = estimator.calendar.filled((keeper.keeping,))
    left = early_deleted(points, chain.form, at, keep)
    if left:
        size = (workload.size_gb or 0) * (1 if workload.rate.compression is None else workload.rate.compression)
        region = chain.place.region
        price = estimator.prices.price(CostItem.COLD, workload.type, region)
        yield EarlyDeletion(keeper.plan.plan.name, keeper.rule.name, workload.type, region, size * left / MONTH, price)


def _kept_after(keeper: KeepingRule, after: View) -> Minutes | None:
    """How long the same rule, or its copy, keeps points after a change; None where there is none."""
    for deployed in after.plans:
        for rule in deployed.plan.rules:
            if (deployed.plan.name, rule.name) == (keeper.plan.plan.name, keeper.rule.name):
                if keeper.copy is None:
                    return rule.retention
                return next((copy.retention for copy in rule.copies if copy.arn == keeper.copy.arn), None)
    return None

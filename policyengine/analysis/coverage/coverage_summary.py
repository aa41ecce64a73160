"""Coverage of an inventory: the rows of all resources, and the groups of those that are not protected, worst first."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from policyengine.analysis.coverage.account_plans import plans_by_account
from policyengine.analysis.coverage.coverage_results import (
    CoverageGroup,
    CoverageReason,
    CoverageResult,
    JudgedResource,
)
from policyengine.analysis.coverage.matching import ClauseMatch, SelectingPlan, SelectionMatch
from policyengine.analysis.coverage.resource_judge import ResourceJudge
from policyengine.aws.deployment import Deployment, origin, policies
from policyengine.aws.resources import Resource, ResourceInventory

SAMPLE = 3
"""How many ARNs a group shows: the first by their letters."""


class Grouping(NamedTuple):
    """What the resources of a group share; `plan` and `path` are where the selection that nearly takes them stands."""

    account: str | None
    region: str | None
    type: str | None
    reason: CoverageReason
    observed: str = ""
    wanted: str = ""
    plan: SelectingPlan | None = None
    path: str = ""


class GroupMembers(NamedTuple):
    """How many resources a group has, and a few of their ARNs."""

    number: int
    sample: tuple[str, ...]


class InventoryCoverage:
    """The coverage of an inventory by the plans that AWS serves.

    `local_plans` are the plans that accounts have of their own, by account; `dynamodb_advanced` says by Region whether
    DynamoDB has advanced features.
    """

    def __init__(
        self,
        inventory: ResourceInventory,
        deployment: Deployment,
        *,
        local_plans: Mapping[str, Sequence[SelectingPlan]] | None = None,
        dynamodb_advanced: Mapping[str, bool] | None = None,
    ) -> None:
        self.inventory = inventory
        accounts = plans_by_account(deployment, local_plans)
        self.judge = ResourceJudge(accounts, inventory.resources, dynamodb_advanced)

    def resources(self) -> Iterator[JudgedResource]:
        """The row of every resource, in the inventory's order."""
        return map(self.judge.judged, self.inventory.resources)

    def result(self) -> CoverageResult:
        """The sums and groups."""
        counts: Counter[bool | None] = Counter()
        groups: dict[Grouping, tuple[list[int], list[str]]] = {}
        for resource in self.inventory.resources:
            full = self.judge.full(resource)
            counts[full.verdict.protected] += 1
            if full.verdict.reason is not None:
                key = grouping(resource, full.verdict.reason, self.judge.nearest(full))
                _add(groups, key, resource.arn)
        members = {key: GroupMembers(count[0], tuple(sample)) for key, (count, sample) in groups.items()}
        return coverage_result(counts, members, self.inventory)


def grouping(
    resource: Resource, reason: CoverageReason, nearest: tuple[SelectionMatch, ClauseMatch] | None
) -> Grouping:
    """The group of a resource that is not protected for a reason that a clause gives."""
    place = resource.account, resource.region, resource.type, reason
    if nearest is None:
        return Grouping(*place)
    match, clause = nearest
    return Grouping(*place, clause.observed, clause.wanted, match.plan, clause.path)


def coverage_result(
    counts: Mapping[bool | None, int], groups: Mapping[Grouping, GroupMembers], inventory: ResourceInventory
) -> CoverageResult:
    """The sums by whether resources are protected, with the groups of the others, largest first."""
    reasons: Counter[CoverageReason] = Counter()
    for key, members in groups.items():
        reasons[key.reason] += members.number
    ordered = sorted(groups.items(), key=_worst_first)
    return CoverageResult(
        protected=counts.get(True, 0),
        unprotected=counts.get(False, 0),
        undecided=counts.get(None, 0),
        reasons={reason: reasons[reason] for reason in CoverageReason if reasons[reason]},
        groups=tuple(_group(key, members) for key, members in ordered),
        not_visible=inventory.not_visible,
    )


def _worst_first(item: tuple[Grouping, GroupMembers]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    key, members = item
    words = (key.account, key.region, key.type, key.reason.value, key.observed, key.wanted, key.path)
    return -members.number, tuple(word or "" for word in words), members.sample


def _add(groups: dict[Grouping, tuple[list[int], list[str]]], key: Grouping, arn: str) -> None:
    count, sample = groups.setdefault(key, ([0], []))
    count[0] += 1
    if len(sample) < SAMPLE or arn < sample[-1]:
        insort(sample, arn)
        del sample[SAMPLE:]


def _group(key: Grouping, members: GroupMembers) -> CoverageGroup:
    plan = key.plan.plan if key.plan else None
    written = origin(plan, key.path) if plan and key.path else None
    return CoverageGroup(
        key.account,
        key.region,
        key.type,
        key.reason,
        members.number,
        key.observed,
        key.wanted,
        policies(plan, [key.path]) if plan and key.path else (),
        written.span if written else None,
        members.sample,
    )

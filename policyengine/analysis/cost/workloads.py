"""Workloads that are backed up: sizes and change rates as given, and the resources of an account with equal ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from msgspec import field
from msgspec.structs import replace

from policyengine.analysis.cost.price_table import MOST
from policyengine.analysis.coverage import CLUSTER, CoverageReason, JudgedResource
from policyengine.aws.deployment import DeployedPlan, Deployment, Plan, View
from policyengine.aws.organization import Entity, Organization
from policyengine.aws.resources import Resource
from policyengine.base.records import Record

BackupForm: TypeAlias = Literal["incremental", "full"]
RATE_FIELDS = ("daily_change", "compression", "backups", "copies", "advanced")

WITHHELD = "AWS keeps an earlier policy of the account, which the snapshot does not have (`last_valid`)"
"""The reason why nobody knows the plans of an account."""


class UsageRate(Record):
    """How much the data of resources changes and shrinks, as people give it; None where they do not.

    `daily_change` is the share that changes in a day, `compression` how much of its size a backup takes. `backups` and
    `copies` stand in for what AWS documents of the type; `advanced` says that DynamoDB has the advanced features.
    """

    daily_change: float | None = None
    compression: float | None = None
    backups: BackupForm | None = None
    copies: BackupForm | None = None
    advanced: bool | None = None

    def over(self, other: UsageRate) -> UsageRate:
        """This rate, with what it leaves open from another one."""
        return UsageRate(
            *(getattr(self, name) if getattr(self, name) is not None else getattr(other, name) for name in RATE_FIELDS)
        )


class UsageOverride(Record):
    """A rate for the resources of an ARN, or with a tag."""

    rate: UsageRate
    arn: str = ""
    tag: tuple[str, str] | None = None

    def holds_for(self, resource: Resource) -> bool:
        """Whether it is for a resource; never for one of unknown tags by a tag."""
        if self.arn:
            return resource.arn == self.arn
        return self.tag is not None and (resource.tags or {}).get(self.tag[0]) == self.tag[1]


class UsageTotal(Record):
    """The size of all resources of a type in an account, or in the accounts of a unit; `path` is where it is written.

    `plans` are the names of those that back them up, empty for all that can reach the type.
    """

    path: str
    type: str
    size_gb: float
    account: str = ""
    unit: str | None = None
    region: str = ""
    resources: int | None = None
    plans: tuple[str, ...] = ()


class Usage(Record):
    """The contents of a usage file.

    Rates are by type, restore tests those of a resource in a month, by type; `evaluations` are all in a month.
    """

    file: str
    types: Mapping[str, UsageRate] = field(default_factory=dict)
    overrides: tuple[UsageOverride, ...] = ()
    totals: tuple[UsageTotal, ...] = ()
    restore_tests: Mapping[str, float] = field(default_factory=dict)
    evaluations: float | None = None

    def rate(self, resource: Resource) -> UsageRate:
        """The rate of a resource: by its ARN first, then by its tags in written order, then by its type."""
        by_arn = [override for override in self.overrides if override.arn]
        by_tag = [override for override in self.overrides if not override.arn]
        rate = UsageRate()
        for override in (*by_arn, *by_tag):
            if override.holds_for(resource):
                rate = rate.over(override.rate)
        return rate.over(self.types.get(resource.type or "", UsageRate()))


class Workload(Record):
    """Resources of an account, or of equal accounts, backed up the same way: their size together and their number.

    `account` is None for accounts of a unit. `region` is None where it is unknown, `size_gb` where no size is; `why`
    then says what is missing, and what to do. `example` is the id of the account, or of one of the equal ones.
    """

    view: View
    unit: str
    account: str | None
    region: str | None
    type: str
    plans: tuple[str, ...]
    rate: UsageRate
    size_gb: float | None
    resources: int | None = None
    why: str = ""
    example: str = ""


class WorkloadList(NamedTuple):
    """Workloads, and what had to be left out of them and why."""

    workloads: tuple[Workload, ...]
    notes: tuple[str, ...] = ()


def unit_of(account: Entity) -> str:
    """The path of the unit that an account stands in, empty for the root."""
    return account.parent.path if account.parent else ""


def workloads_of_totals(usage: Usage, organization: Organization, deployment: Deployment) -> WorkloadList:
    """The workloads that the totals of a usage file are, but for accounts and units that the organization lacks.

    The notes name the totals that no plan backs up.
    """
    views = {account.id or "": view for view in deployment.published for account in view.accounts}
    workloads = [
        (total, _of_total(total, accounts, usage, views))
        for total in usage.totals
        if (accounts := _accounts(total, organization))
    ]
    notes = [_idle(total, workload) for total, workload in workloads if not workload.plans and not workload.why]
    return WorkloadList(tuple(workload for _, workload in workloads), tuple(notes))


def _accounts(total: UsageTotal, organization: Organization) -> list[Entity]:
    if total.account:
        return [account for account in organization.accounts if account.id == total.account]
    units = {each for each in organization.entities if each.kind != "account" and each.path == total.unit}
    return [account for account in organization.accounts if not units.isdisjoint(account.chain)]


def _of_total(total: UsageTotal, accounts: Sequence[Entity], usage: Usage, views: Mapping[str, View]) -> Workload:
    first, alone = accounts[0], len(accounts) == 1
    view, rate = views[first.id or ""], usage.types.get(total.type, UsageRate())
    region = total.region or _only_region(plan.plan for plan in view.plans)
    return Workload(
        view=view,
        unit=total.unit if total.unit is not None else unit_of(first),
        account=(first.id or "") if alone else None,
        region=region,
        type=total.type,
        plans=tuple(plan.plan.name for plan in view.plans if _backs_up(plan, total, region)),
        rate=rate,
        size_gb=total.size_gb,
        resources=total.resources,
        why=_unclear(total, accounts, views)
        or ("" if region or not view.plans else f"{total.path} does not say the Region"),
        example=first.id or "",
    )


def _backs_up(plan: DeployedPlan, total: UsageTotal, region: str | None) -> bool:
    if total.plans:
        return plan.plan.name in total.plans
    return region is None or (region in plan.plan.regions and total.type in plan.placement.types_in(region))


def _unclear(total: UsageTotal, accounts: Iterable[Entity], views: Mapping[str, View]) -> str:
    """The reason why nobody can say what backs up a total."""
    those = [views[account.id or ""] for account in accounts]
    if any(view.withheld for view in those):
        return WITHHELD
    if len({_plans_of(view) for view in those}) > 1:
        return (
            f"{total.path}: the accounts of the unit have different plans; give totals for accounts, or for units below"
        )
    return ""


def _idle(total: UsageTotal, workload: Workload) -> str:
    where = f" in {workload.region}" if workload.region else ""
    return f"{total.path}: no plan backs up {total.type}{where}"


def _plans_of(view: View) -> str:
    return repr([(plan.plan.name, plan.plan.document) for plan in view.plans])


def workloads_of_inventory(
    resources: Iterable[Resource],
    judged: Iterable[JudgedResource],
    usage: Usage,
    organization: Organization,
    deployment: Deployment,
) -> WorkloadList:
    """The resources that plans protect, those with the same account, Region, type, plans and rate together.

    Resources without a size, and those of which nobody can say whether they are protected, are workloads without one;
    so are those of accounts of which nobody knows the policy that AWS keeps. A resource without a size that others are
    known to be covered through has theirs: an instance that of its volumes. Members of a cluster share its data.
    """
    entities = {account.id or "": account for account in organization.accounts}
    views = {account.id or "": view for view in deployment.published for account in view.accounts}
    by_arn = {resource.arn: resource for resource in resources}
    withheld = {number for number, view in views.items() if view.withheld}
    backed_up = [each for each in judged if _may_cost(each, withheld)]
    protected = [(by_arn[each.arn], each) for each in backed_up if each.arn in by_arn]
    whole = {each.arn for each, _ in protected if each.size_gb is not None or CLUSTER in each.arn}
    carrying = {verdict.through for _, verdict in protected if verdict.through} - whole
    groups: dict[Workload, list[Resource]] = {}
    for resource, verdict in protected:
        if resource.account not in views or resource.type is None or verdict.through in whole:
            continue
        if resource.arn in carrying or _is_of_own_plans(verdict):
            continue
        groups.setdefault(_group(resource, verdict, usage, entities, views), []).append(resource)
    return WorkloadList(
        tuple(_sum(group, members) for group, members in groups.items()), tuple(_left_out(protected, views))
    )


def _may_cost(verdict: JudgedResource, withheld: Collection[str]) -> bool:
    """Whether a plan backs a resource up, or may do so."""
    if verdict.reason is CoverageReason.POLICY_INVALID:
        return verdict.account in withheld
    return verdict.protected is None or (verdict.protected and bool(verdict.plans))


def _is_of_own_plans(verdict: JudgedResource) -> bool:
    """Whether plans of the account itself alone back a resource up."""
    return bool(verdict.protected) and not verdict.policy_plans


def _group(
    resource: Resource, verdict: JudgedResource, usage: Usage, entities: Mapping[str, Entity], views: Mapping[str, View]
) -> Workload:
    """The workload that a resource belongs to, before sizes and numbers are summed."""
    number = resource.account or ""
    view = views[number]
    plans = [plan.plan for plan in view.plans if plan.plan.name in verdict.policy_plans]
    region = resource.region or _only_region(plans)
    why = _why_unsized(resource, verdict, view, region)
    return Workload(
        view=view,
        unit=unit_of(entities[number]),
        account=number,
        region=region,
        type=resource.type or "",
        plans=verdict.policy_plans,
        rate=usage.rate(resource),
        size_gb=None if why else 0.0,
        why=why,
    )


def _only_region(plans: Iterable[Plan]) -> str | None:
    """The Region in which all of the plans run; None where there is none, or more than one."""
    regions = {region for plan in plans for region in plan.regions}
    return regions.pop() if len(regions) == 1 else None


def _why_unsized(resource: Resource, verdict: JudgedResource, view: View, region: str | None) -> str:
    """The reason why the cost of a resource cannot be computed, the gravest reason alone; empty where it can."""
    if view.withheld:
        return WITHHELD
    if verdict.protected is None:
        return f"nobody can say whether a plan protects it: {verdict.reason}"
    if resource.size_gb is None:
        return "the inventory does not say the size"
    if "types" in resource.facts:
        return "the inventory does not say the engine of a cluster, which decides what its backups take"
    if not 0 <= resource.size_gb <= MOST:
        return f"a size of {resource.size_gb:g} GB cannot be"
    return "" if region else "the inventory does not say the Region"


def _sum(group: Workload, members: Sequence[Resource]) -> Workload:
    total = None if group.why else sum(member.size_gb or 0 for member in members)
    return replace(group, size_gb=total, resources=len(members))


def _left_out(protected: Iterable[tuple[Resource, JudgedResource]], views: Mapping[str, View]) -> Iterator[str]:
    """Notes on resources that are, or may be, backed up, and that the cost does not count."""
    outside = sum(resource.account not in views for resource, _ in protected)
    if outside:
        yield f"resources of accounts that the snapshot does not have: {outside:,}"
    own = sum(bool(verdict.local_plans) for _, verdict in protected)
    if own:
        yield f"resources that a plan of the account's own backs up, whose cost is not counted: {own:,}"

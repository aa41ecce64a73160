"""The plain engine: every resource of an inventory judged, each distinct combination of what decides only once.

A combination is the plans of the account, Region, type, state and those tags that any selection has to do with; what
else a resource has does not matter. Its verdict comes from the tables of `masks`, those of accounts with plans of their
own, which may name single ARNs, from the clauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from policyengine.analysis.coverage.account_plans import (
    AccountPlans,
    NearMiss,
    ResourceVerdict,
    judge_alone,
    nearest_match,
    plans_of,
    verdict_of_taken,
)
from policyengine.analysis.coverage.containment import LEVELS, cluster_of, containers, is_member
from policyengine.analysis.coverage.coverage_results import CoverageNote, CoverageReason, JudgedResource
from policyengine.analysis.coverage.masks import AllTagsMasks, DocumentMasks, TagKeys
from policyengine.analysis.coverage.matching import (
    CLUSTER,
    LEFTOVER,
    is_leftover,
    is_usable,
    kind_of,
)
from policyengine.analysis.coverage.preconditions import Preconditions
from policyengine.aws.resources import Resource
from policyengine.base.records import Record

WITH_STATE = frozenset({"EC2", "RDS", "Aurora", "DocumentDB", "Neptune"})
"""The types whose resources can be backed up in some states only."""
_WITH_PRECONDITIONS = frozenset({"S3", "DynamoDB", "EC2"})
_NOTE_ORDER = {note: place for place, note in enumerate(CoverageNote)}


class OwnVerdict(Record, eq=False):
    """The verdict on a resource by itself, as rows of the list have it; all of a combination share it.

    `local` are the last of `names`, plans of the account's own. Where no selection takes the resource, `bit` is the
    selection of `document` that gives the reason.
    """

    protected: bool | None
    names: tuple[str, ...]
    reason: CoverageReason | None
    verdict: ResourceVerdict
    document: DocumentMasks | None = None
    bit: int = -1
    notes: tuple[CoverageNote, ...] = ()
    local: tuple[str, ...] = ()


class FullVerdict(NamedTuple):
    """The verdict with what contains the resource: `through` is the container that protects it, `twice` whether two do.

    `of` is the resource whose own verdict decides: itself, its cluster, or a container.
    """

    verdict: OwnVerdict
    of: Resource
    through: str | None = None
    twice: bool = False


class _DecidingTags(NamedTuple):
    """The keys of a resource's tags that matter to any document, and whether a restore test left them."""

    relevant: tuple[str, ...]
    leftover: bool


class ResourceJudge:
    """Judges the resources of an inventory. `accounts` are the plans by account id, as `plans_by_account` has them.

    `resources` are all that may contain others. `dynamodb_advanced` says by Region whether DynamoDB has advanced
    features; a Region that is missing is unknown.
    """

    def __init__(
        self,
        accounts: Mapping[str, AccountPlans],
        resources: Iterable[Resource],
        dynamodb_advanced: Mapping[str, bool] | None = None,
    ) -> None:
        self._accounts = accounts
        resources = tuple(resources)
        parents = {arn for resource in resources for arn in resource.parents}
        self._listed = {resource.arn: resource for resource in resources if resource.arn in parents}
        self._preconditions = Preconditions(resources, dynamodb_advanced or {})
        self._masks: dict[AccountPlans, DocumentMasks] = {}
        self._tag_keys = TagKeys(self.masks(plans) for plans in dict.fromkeys(accounts.values()))
        self._deciding_tags: dict[tuple[str, ...], _DecidingTags] = {}
        self._by_combination: dict[object, OwnVerdict] = {}
        self._nearest: dict[OwnVerdict, NearMiss] = {}
        self._containers: dict[tuple[str, int], FullVerdict] = {}

    def masks(self, plans: AccountPlans) -> DocumentMasks:
        """The tables of an account's plans, the same for all accounts with the same."""
        if plans not in self._masks:
            self._masks[plans] = DocumentMasks(plans)
        return self._masks[plans]

    def judged(self, resource: Resource) -> JudgedResource:
        """The row of a resource."""
        kind = resource.type
        if resource.parents or kind == "RDS":
            return self.row(resource, self.full_verdict(resource))
        own = self.own_verdict(resource)
        if own.protected and kind in _WITH_PRECONDITIONS:
            return self.row(resource, FullVerdict(own, resource))
        arn, account, region = resource.arn, resource.account, resource.region
        return JudgedResource(
            arn, account, region, kind, own.protected, own.names, own.reason, None, own.notes, own.local
        )

    def full_verdict(self, resource: Resource, levels: int = LEVELS) -> FullVerdict:
        """The verdict on a resource with its containers, as many levels up as given."""
        if is_member(resource):
            cluster = cluster_of(resource, self._listed)
            inside = self._container(cluster, levels - 1)
            through = cluster.arn if inside.verdict.protected else None
            own = FullVerdict(inside.verdict, inside.of, through, inside.twice)
        else:
            own = FullVerdict(self.own_verdict(resource), resource)
        if not resource.parents or levels == 0 or kind_of(resource) is None:
            return own
        around = [
            (parent, self._container(parent, levels - 1))
            for parent in containers(resource, self._listed)
            if not is_member(resource) or CLUSTER not in parent.arn
        ]
        return _with_containers(own, around)

    def own_verdict(self, resource: Resource) -> OwnVerdict:
        """The verdict on a resource by itself, shared by all that do not differ in what decides."""
        plans = plans_of(resource.account, self._accounts)
        tags, kind = resource.tags, resource.type
        if plans.local or LEFTOVER in resource.arn:
            return self._by_clauses(resource, plans)
        state = (resource.state, kind_of(resource)) if kind in WITH_STATE else None
        deciding, values = None, None
        if tags is not None:
            keys = tuple(tags)
            deciding = self._deciding_tags.get(keys) or self._find_deciding_tags(keys)
            values = tuple([tags[key] for key in deciding.relevant])
        combination = (plans, resource.region, kind, state, deciding, values)
        own = self._by_combination.get(combination)
        if own is None:
            own = self._by_combination[combination] = self._by_tables(resource, plans, deciding)
        return own

    def nearest(self, full: FullVerdict) -> NearMiss | None:
        """The reason why a resource is not protected, None where that has nothing to do with what plans select.

        Of an undecided one it has the type that is undecided, which may be that of a container.
        """
        own = full.verdict
        if own.reason is not None and own.reason.is_undecided:
            kind = kind_of(full.of)
            return own.verdict.nearest or (NearMiss(kind, alone=True) if kind else None)
        if own.document is None or own.bit < 0 or own.reason is None:
            return own.verdict.nearest
        if own not in self._nearest:
            plan, place = own.document.bits[own.bit]
            self._nearest[own] = nearest_match(full.of, plan, plan.selections[place], own.reason)
        return self._nearest[own]

    def _container(self, container: Resource, levels: int) -> FullVerdict:
        key = (container.arn, levels)
        if not container.arn:
            return self.full_verdict(container, 0)
        if key not in self._containers:
            self._containers[key] = self.full_verdict(container, levels)
        return self._containers[key]

    def _by_clauses(self, resource: Resource, plans: AccountPlans) -> OwnVerdict:
        return _own_verdict(judge_alone(resource, plans))

    def _find_deciding_tags(self, keys: tuple[str, ...]) -> _DecidingTags:
        relevant = tuple([key for key in keys if self._tag_keys.matters(key)])
        deciding = self._deciding_tags[keys] = _DecidingTags(relevant, is_leftover("", keys))
        return deciding

    def _by_tables(self, resource: Resource, plans: AccountPlans, deciding: _DecidingTags | None) -> OwnVerdict:
        kind = kind_of(resource)
        usable = is_usable(kind or "", resource.state)
        if plans.lacking or kind is None or usable is False or (deciding and deciding.leftover):
            return self._by_clauses(resource, plans)
        document = self.masks(plans)
        outcome = document.outcome(document.place(resource.region, kind), _tag_masks(document, resource.tags, deciding))
        if outcome.taking:
            return _own_verdict(verdict_of_taken(document.plans(outcome.taking), usable=usable is True))
        undecided = outcome.reason is None or outcome.reason.is_undecided
        verdict = ResourceVerdict(protected=None if undecided else False, reason=outcome.reason)
        bit = -1 if undecided else outcome.nearest
        return OwnVerdict(verdict.protected, (), verdict.reason, verdict, document, bit)

    def row(self, resource: Resource, full: FullVerdict) -> JudgedResource:
        """The row of a resource, by its verdict."""
        own = full.verdict
        return JudgedResource(
            resource.arn,
            resource.account,
            resource.region,
            resource.type,
            own.protected,
            own.names,
            own.reason,
            full.through,
            self.notes(resource, full),
            own.local,
        )

    def notes(self, resource: Resource, full: FullVerdict) -> tuple[CoverageNote, ...]:
        """The notes on a resource, by its verdict."""
        own = full.verdict
        lacks = bool(own.protected) and self._preconditions.lacks(resource, own.verdict.plans)
        return noted(own.notes, inside=full.through is not None, lacks=lacks, twice=full.twice)


def noted(own: tuple[CoverageNote, ...], *, inside: bool, lacks: bool, twice: bool) -> tuple[CoverageNote, ...]:
    """The notes of a verdict, and what stands beside it: a container that protects, a precondition, a second plan."""
    if not (inside or lacks or twice):
        return own
    possible = {
        CoverageNote.COVERED_THROUGH: inside,
        CoverageNote.PRECONDITION: lacks,
        CoverageNote.BACKED_UP_TWICE: twice,
    }
    return tuple(sorted({*own, *(note for note, holds in possible.items() if holds)}, key=_NOTE_ORDER.__getitem__))


def _tag_masks(document: DocumentMasks, tags: Mapping[str, str] | None, deciding: _DecidingTags | None) -> AllTagsMasks:
    if tags is None or deciding is None:
        return document.unknown_tags
    lacking = [key for key in document.condition_keys if key not in tags]
    return document.tags([(key, tags[key]) for key in deciding.relevant], lacking)


def _own_verdict(verdict: ResourceVerdict) -> OwnVerdict:
    notes = []
    if verdict.plans and all(plan.local for plan in verdict.plans):
        notes.append(CoverageNote.COVERED_BY_LOCAL_PLAN)
    if len(verdict.plans) > 1:
        notes.append(CoverageNote.BACKED_UP_TWICE)
    names = tuple([plan.name for plan in verdict.plans])
    local = tuple([plan.name for plan in verdict.plans if plan.local])
    return OwnVerdict(verdict.protected, names, verdict.reason, verdict, notes=tuple(notes), local=local)


def _with_containers(own: FullVerdict, around: list[tuple[Resource, FullVerdict]]) -> FullVerdict:
    """A verdict with those on containers: any that is protected protects, any that is undecided leaves it undecided."""
    protecting = [(parent, full) for parent, full in around if full.verdict.protected]
    if own.verdict.protected:
        return own._replace(twice=own.twice or bool(protecting))
    if protecting:
        parent, full = protecting[0]
        return FullVerdict(full.verdict, full.of, parent.arn, full.twice or len(protecting) > 1)
    undecided = [full for _, full in around if full.verdict.protected is None]
    return undecided[0] if undecided and own.verdict.protected is False else own

"""Coverage of an inventory: the rows of all resources, and the groups of those that are not protected, worst first."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from policyengine.analysis.coverage.account_plans import NearMiss, plans_by_account, plans_of
from policyengine.analysis.coverage.coverage_results import (
    CoverageCell,
    CoverageGroup,
    CoverageNote,
    CoverageReason,
    CoverageResult,
    JudgedResource,
    LabelledResource,
)
from policyengine.analysis.coverage.matching import (
    SelectingPlan,
    SelectionMatch,
    kind_of,
    match_plan,
)
from policyengine.analysis.coverage.resource_judge import ResourceJudge
from policyengine.aws.deployment import Deployment, Plan, origin, origins, policies
from policyengine.aws.facts import regions
from policyengine.aws.merge import keys
from policyengine.aws.resources import NotVisible, Resource, ResourceInventory
from policyengine.base.source import Span

CountedAs: TypeAlias = tuple[str | None, str | None, bool | None]
"""An account, a type, and whether the resources are protected."""

_Item = TypeVar("_Item")

SAMPLE = 3
"""How many ARNs a group shows: the first by their letters."""

_ANSWERS = {True: 0, False: 1, None: 2}
"""The places of sums in a `CoverageCell`, by whether resources are protected."""


class Grouping(NamedTuple):
    """The traits that the resources of a group share.

    `plan` and `path` are where the selection that nearly takes them stands.
    """

    account: str | None
    region: str | None
    type: str | None
    reason: CoverageReason
    observed: str = ""
    wanted: str = ""
    plan: SelectingPlan | None = None
    path: str = ""


class GroupMembers(NamedTuple):
    """How many resources a group has, a few of their ARNs, and of `CoverageGroup` what is no part of its key."""

    number: int
    sample: tuple[str, ...]
    alone: bool = True
    kinds: frozenset[str] = frozenset()

    def joined(self, other: GroupMembers) -> GroupMembers:
        """The members of both groups; the sample has the first ARNs of all."""
        arns = sorted((*self.sample, *other.sample))[:SAMPLE]
        return GroupMembers(
            self.number + other.number, tuple(arns), self.alone and other.alone, self.kinds | other.kinds
        )


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
        self.accounts = plans_by_account(deployment, local_plans)
        self.judge = ResourceJudge(self.accounts, inventory.resources, dynamodb_advanced)

    def resources(self) -> Iterator[JudgedResource]:
        """The row of every resource, in the inventory's order."""
        return map(self.judge.judged, self.inventory.resources)

    @property
    def not_visible(self) -> tuple[NotVisible, ...]:
        """The resources that the sources of the inventory cannot list."""
        return self.inventory.not_visible

    @property
    def unlisted(self) -> frozenset[str]:
        """The types that none of the sources can list."""
        return self.inventory.unlisted

    def labelled(self) -> Iterator[LabelledResource]:
        """The row of every resource with its tags."""
        for resource in self.inventory.resources:
            yield LabelledResource(self.judge.judged(resource), resource.tags, "types" in resource.facts)

    def matches(self, resource: Resource) -> tuple[SelectionMatch, ...]:
        """Every selection of every plan of a resource's account, clause by clause; none where its type is unknown."""
        account = plans_of(resource.account, self.accounts)
        plans = (*account.plans, *account.local) if kind_of(resource) else ()
        return tuple([match for plan in plans for match in match_plan(resource, plan)])

    def result(self) -> CoverageResult:
        """The coverage of all resources: how many count as what, and those that are not protected in groups."""
        counts: Counter[CountedAs] = Counter()
        notes: Counter[CoverageNote] = Counter()
        groups: dict[Grouping, _Gathered] = {}
        for resource in self.inventory.resources:
            full = self.judge.full_verdict(resource)
            counts[resource.account, resource.type, full.verdict.protected] += 1
            if full.verdict.reason is not None:
                nearest = self.judge.nearest(full)
                key = grouping(resource, full.verdict.reason, nearest)
                groups.setdefault(key, _Gathered()).add(resource.arn, nearest)
            elif noted := self.judge.notes(resource, full):
                notes.update(noted)
        members = {key: gathered.members for key, gathered in groups.items()}
        return coverage_result(counts, members.items(), self.inventory, notes)


def grouping(resource: Resource, reason: CoverageReason, nearest: NearMiss | None) -> Grouping:
    """The group of a resource that is not protected for a reason, with the clause that gives it."""
    place = resource.account, resource.region, resource.type, reason
    if nearest is None or nearest.match is None or nearest.clause is None:
        return Grouping(*place)
    clause = nearest.clause
    return Grouping(*place, clause.observed, clause.wanted, nearest.match.plan, clause.path)


def coverage_result(
    counts: Mapping[CountedAs, int],
    groups: Iterable[tuple[Grouping, GroupMembers]],
    inventory: ResourceInventory,
    notes: Mapping[CoverageNote, int] | None = None,
) -> CoverageResult:
    """The sums by account, type and whether resources are protected, with the groups of the others, largest first.

    `groups` have each key once.
    """
    written = _Written()
    ordered = [written.group(key, members) for key, members in sorted(groups, key=_worst_first)]
    return coverage_of_groups(counts, ordered, inventory.not_visible, notes)


def coverage_of_groups(
    counts: Mapping[CountedAs, int],
    groups: Sequence[CoverageGroup],
    not_visible: tuple[NotVisible, ...],
    notes: Mapping[CoverageNote, int] | None = None,
) -> CoverageResult:
    """The same of groups that are in order."""
    sums, cells = _sums(counts)
    reasons: defaultdict[CoverageReason, int] = defaultdict(int)
    for group in groups:
        reasons[group.reason] += group.count
    return CoverageResult(
        protected=sums[True],
        unprotected=sums[False],
        undecided=sums[None],
        reasons={reason: reasons[reason] for reason in CoverageReason if reasons[reason]},
        groups=tuple(groups),
        not_visible=not_visible,
        cells=cells,
        notes={note: notes[note] for note in CoverageNote if notes.get(note)} if notes else {},
    )


def numbered_groups(
    members: Mapping[tuple[str | None, int, int], GroupMembers],
    places: Sequence[tuple[str | None, str | None]],
    shared: Sequence[Grouping],
) -> list[CoverageGroup]:
    """The groups, largest first, of the members by account and the numbers of Region and type, and of all else.

    That is given by the place of its number. Numbers stand for words in the order of `_worst_first`: many groups are
    put in order sooner by them.
    """
    accounts = _ranks({account for account, _, _ in members}, lambda account: (account or "",))
    of_places = [*_ranks(places, lambda place: (place[0] or "", place[1] or "")).values()]
    of_shared = [*_ranks(shared, lambda key: (key.reason, key.observed, key.wanted, key.path)).values()]

    def order(item: tuple[tuple[str | None, int, int], GroupMembers]) -> tuple[int, tuple[str, ...]]:
        (account, place, group), (number, sample, *_) = item
        rank = accounts[account] * len(places) + of_places[place]
        return (rank - number * len(accounts) * len(places)) * len(shared) + of_shared[group], sample

    written = _Written()
    texts = [(key.reason, key.observed, key.wanted, *written.place(key.plan, key.path)) for key in shared]
    groups = []
    for (account, place, group), (number, sample, alone, kinds) in sorted(members.items(), key=order):
        reason, observed, wanted, names, span = texts[group]
        region, kind = places[place]
        of_account = account, region, kind, reason, number, observed, wanted, names, span, sample, alone, kinds
        groups.append(CoverageGroup(*of_account, _partition(region, shared[group].plan)))
    return groups


def _partition(region: str | None, plan: SelectingPlan | None) -> str:
    """The partition of a Region, or where nobody knows it one that the plan runs in; empty without either."""
    known = regions()
    where = (region,) if region and region in known else plan.regions if plan else ()
    return min((known[each] for each in where if each in known), default="")


def _ranks(items: Iterable[_Item], words: Callable[[_Item], tuple[str, ...]]) -> dict[_Item, int]:
    """Each item with the rank of its words, the same for items with the same."""
    of_items = {item: words(item) for item in items}
    ranks = {word: rank for rank, word in enumerate(sorted(set(of_items.values())))}
    return {item: ranks[word] for item, word in of_items.items()}


def _sums(counts: Mapping[CountedAs, int]) -> tuple[Counter[bool | None], tuple[CoverageCell, ...]]:
    sums: Counter[bool | None] = Counter()
    cells: dict[tuple[str | None, str | None], list[int]] = {}
    for (account, kind, protected), number in counts.items():
        sums[protected] += number
        cells.setdefault((account, kind), [0] * len(_ANSWERS))[_ANSWERS[protected]] += number
    ordered = sorted(cells.items(), key=lambda cell: (cell[0][0] or "", cell[0][1] or ""))
    return sums, tuple([CoverageCell(*key, *each) for key, each in ordered])


def _worst_first(item: tuple[Grouping, GroupMembers]) -> tuple[int | str | tuple[str, ...], ...]:
    (account, region, kind, reason, observed, wanted, _, path), (number, sample, *_) = item
    return -number, account or "", region or "", kind or "", reason, observed, wanted, path, sample


class _Gathered:
    """The members of a group while resources are read."""

    __slots__ = ("_alone", "_kinds", "_number", "_sample")

    def __init__(self) -> None:
        self._number, self._sample = 0, list[str]()
        self._alone, self._kinds = True, set[str]()

    def add(self, arn: str, nearest: NearMiss | None) -> None:
        """Adds the resource of an ARN; `nearest` is the selection that comes nearest to taking it."""
        self._number += 1
        if len(self._sample) < SAMPLE or arn < self._sample[-1]:
            insort(self._sample, arn)
            del self._sample[SAMPLE:]
        if nearest is not None:
            self._alone = self._alone and nearest.alone
            self._kinds.add(nearest.kind)

    @property
    def members(self) -> GroupMembers:
        """The group of all resources that were added."""
        return GroupMembers(self._number, tuple(self._sample), self._alone, frozenset(self._kinds))


class _Written:
    """Where selections are written, and by which policies: groups of many accounts share them."""

    def __init__(self) -> None:
        self._places: dict[tuple[SelectingPlan, str], tuple[tuple[str, ...], Span | None]] = {}

    def group(self, key: Grouping, members: GroupMembers) -> CoverageGroup:
        """The group of resources with a key."""
        names, span = self.place(key.plan, key.path)
        place = key.account, key.region, key.type, key.reason
        number, sample, alone, kinds = members
        partition = _partition(key.region, key.plan)
        return CoverageGroup(*place, number, key.observed, key.wanted, names, span, sample, alone, kinds, partition)

    def place(self, selecting: SelectingPlan | None, path: str) -> tuple[tuple[str, ...], Span | None]:
        """The policies that write a selection, and where."""
        plan = selecting.plan if selecting else None
        if selecting is None or plan is None or not path:
            return (), None
        place = self._places.get((selecting, path))
        if place is None:
            place = self._places[selecting, path] = policies(plan, [path]), written_at(plan, path)
        return place


def written_at(plan: Plan, path: str) -> Span | None:
    """The place of a setting in the text; None where no text has it.

    That of a selection is where the first policy that has it, from the root down, begins it.
    """
    if all(selection.path != path for selection in plan.selections):
        written = origin(plan, path)
        return written.span if written else None
    first = next(iter(origins(plan, path)), None)
    begun = first.policy.origin(keys(path)) if first else None
    return begun.span if begun else None

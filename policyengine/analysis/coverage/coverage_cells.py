"""Cells of `coverage_sql` judged: each is one resource to the judge of the plain engine, whose meaning alone counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from policyengine.analysis.coverage.account_plans import NOBODY, UNTOLD, AccountPlans
from policyengine.analysis.coverage.coverage_results import (
    CoverageNote,
    CoverageReason,
    CoverageResult,
    JudgedResource,
)
from policyengine.analysis.coverage.coverage_sql import FLAGS, WORD, CoverageShape
from policyengine.analysis.coverage.coverage_summary import (
    CountedAs,
    Grouping,
    GroupMembers,
    coverage_of_groups,
    grouping,
    numbered_groups,
)
from policyengine.analysis.coverage.masks import DocumentMasks, TagKeys
from policyengine.analysis.coverage.matching import CLUSTER, LEFTOVER, SelectingPlan
from policyengine.analysis.coverage.preconditions import Preconditions
from policyengine.analysis.coverage.resource_judge import FullVerdict, ResourceJudge, noted
from policyengine.aws.documents import Json
from policyengine.aws.resources import NotVisible, Resource
from policyengine.base.records import Record

_SHARED = 3  # columns of groups that all shapes have
_REGIONAL = "DynamoDB"  # of this type alone a Region matters where it is protected


class CoverageDocuments(Record, eq=False):
    """The distinct plans of accounts by number; 0 are those of accounts without any, 1 those of no known account."""

    documents: tuple[AccountPlans, ...]
    numbers: Mapping[str, int]
    keys: TagKeys

    def rows(self) -> Iterator[tuple[str, int, bool]]:
        """Each account with the number of its plans, and whether those name single resources."""
        own = [_names_resources(plans) for plans in self.documents]
        return ((account, number, own[number]) for account, number in self.numbers.items() if account)


def documents_of(accounts: Mapping[str, AccountPlans]) -> CoverageDocuments:
    """The distinct plans of accounts, given by their ids."""
    distinct = tuple(dict.fromkeys([NOBODY, UNTOLD, *accounts.values()]))
    places = {plans: number for number, plans in enumerate(distinct)}
    every = (AccountPlans(part) for plans in distinct for part in (plans.plans, plans.local))
    masks = [DocumentMasks(plans) for plans in every if plans.plans]
    return CoverageDocuments(distinct, {account: places[plans] for account, plans in accounts.items()}, TagKeys(masks))


def _names_resources(plans: AccountPlans) -> bool:
    selections = [selection for plan in plans.local for selection in plan.selections]
    return any(":" in pattern for selection in selections for pattern in (*selection.types, *selection.excepted))


_Item = TypeVar("_Item")


def is_leftover_key(key: str) -> bool:
    """Whether a tag of a key says that a restore test left the resource."""
    return key.startswith(LEFTOVER)


class CellVerdict(NamedTuple):
    """The verdict that cells share.

    `group` is the number of what their resources share beside account, Region and type; None where it protects.
    `alone` and `kind` are those of `NearMiss`.
    """

    protected: bool | None
    names: tuple[str, ...]
    reason: CoverageReason | None
    notes: tuple[CoverageNote, ...]
    plans: tuple[SelectingPlan, ...]
    group: int | None
    local: tuple[str, ...] = ()
    alone: bool = True
    kind: str = ""


class JudgedCell(NamedTuple):
    """The number of a cell's verdict, of its place, and of the place that counts where it is protected."""

    verdict: int
    place: int
    wide: int


class _Numbered(Generic[_Item]):
    """Items, each once, with the number of its place."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self._numbers: dict[_Item, int] = {}

    def of(self, item: _Item) -> int:
        """The number of an item, from 0 in the order in which items come; equal items have the same."""
        number = self._numbers.setdefault(item, len(self.items))
        if number == len(self.items):
            self.items.append(item)
        return number


class CellJudge:
    """Judges cells of a shape, and reads what queries answer about them. `keys` are those of the tags of cells."""

    def __init__(
        self,
        documents: CoverageDocuments,
        shape: CoverageShape,
        keys: Sequence[str],
        dynamodb_advanced: Mapping[str, bool] | None = None,
    ) -> None:
        self._shape, self._keys = shape, keys
        self._judge = ResourceJudge({str(number): plans for number, plans in enumerate(documents.documents)}, ())
        self._preconditions = Preconditions((), dynamodb_advanced or {})
        self._verdicts, self._places = _Numbered[CellVerdict](), _Numbered[tuple[str | None, str | None]]()
        self._groups = _Numbered[Grouping]()
        self._later: dict[tuple[str, ...], JudgedCell] = {}
        self._texts, self._beside = shape.texts, shape.group_columns[_SHARED:]
        self._named = len(shape.cell) - len(keys)
        self._words = self._named - shape.words

    def judged(self, cells: Iterable[Sequence[Any]]) -> Iterator[tuple[Json, ...]]:
        """The rows of `CoverageShape.verdicts` for cells."""
        for cell in cells:
            judged = self._judged(cell)
            yield (*cell, judged.verdict, self._verdicts.items[judged.verdict].protected, judged.place, judged.wide)

    def result(self, rows: Iterable[Sequence[Any]], not_visible: tuple[NotVisible, ...] = ()) -> CoverageResult:
        """The sums and groups of the rows of `groups`."""
        counts: defaultdict[CountedAs, int] = defaultdict(int)
        notes: Counter[CoverageNote] = Counter()
        groups: dict[tuple[str | None, int, int], GroupMembers] = {}
        verdicts, places, columns = self._verdicts.items, self._places.items, self._beside
        for account, place, number, *extra, count, sample in self._settled_groups(rows):
            verdict = verdicts[number]
            protected, group = verdict.protected, verdict.group
            counts[account, places[place][1], protected] += count
            if group is None:
                more = dict(zip(columns, extra, strict=True))
                region, kind = places[place]
                resource = _resource("", account, region, kind, more.pop("versioning", None))
                for note in self._notes(verdict, resource, **more):
                    notes[note] += count
                continue
            key = account, place, group
            kinds = frozenset([verdict.kind] if verdict.kind else ())
            members = GroupMembers(count, tuple(sorted(sample)), verdict.alone, kinds)
            groups[key] = groups[key].joined(members) if key in groups else members
        ordered = numbered_groups(groups, self._places.items, self._groups.items)
        return coverage_of_groups(counts, ordered, not_visible, notes)

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[JudgedResource]:
        """The rows of the list of `rows`."""
        for arn, account, region, kind, number, through, twice, versioning, uncopyable, *cell in rows:
            verdict = self._verdicts.items[self._later_cell(cell[0]).verdict if number is None else number]
            notes: tuple[CoverageNote, ...] = ()
            if verdict.group is None:
                resource = _resource(arn, account, region, kind, versioning)
                notes = self._notes(verdict, resource, inside=through is not None, twice=twice, uncopyable=uncopyable)
            yield JudgedResource(
                arn,
                account,
                region,
                kind,
                verdict.protected,
                verdict.names,
                verdict.reason,
                through,
                notes,
                verdict.local,
            )

    def _settled_groups(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The rows of `groups` without their cell, judged where that was not."""
        if not self._shape.sampled:
            yield from rows
            return
        for *row, cell in rows:
            if cell is not None:
                judged = self._later_cell(cell)
                row[1:_SHARED] = judged.place, judged.verdict
            yield row

    def _later_cell(self, texts: Sequence[str]) -> JudgedCell:
        """The judged cell that an answer gives as texts."""
        key = tuple(texts)
        if key not in self._later:
            flags = map(int, key[self._words : self._named])
            self._later[key] = self._judged((*key[: self._words], *flags, *key[self._named :]))
        return self._later[key]

    def _judged(self, cell: Sequence[Any]) -> JudgedCell:
        resource = self._resource(cell)
        region, kind = resource.region, resource.type
        wide = self._places.of((region if kind == _REGIONAL else None, kind))
        return JudgedCell(self._verdicts.of(self._verdict(resource)), self._places.of((region, kind)), wide)

    def _notes(
        self,
        verdict: CellVerdict,
        resource: Resource,
        *,
        inside: bool = False,
        twice: bool = False,
        uncopyable: bool = False,
    ) -> tuple[CoverageNote, ...]:
        lacks = self._preconditions.lacks(resource, verdict.plans, uncopyable=uncopyable)
        return noted(verdict.notes, inside=inside, lacks=lacks, twice=twice)

    def _verdict(self, resource: Resource) -> CellVerdict:
        own = self._judge.own_verdict(resource)
        group, nearest = None, None
        if own.reason is not None:
            nearest = self._judge.nearest(FullVerdict(own, resource))
            shared = grouping(resource, own.reason, nearest)._replace(account=None, region=None, type=None)
            group = self._groups.of(shared)
        return CellVerdict(
            own.protected,
            own.names,
            own.reason,
            own.notes,
            own.verdict.plans,
            group,
            own.local,
            nearest is None or nearest.alone,
            nearest.kind if nearest else "",
        )

    def _resource(self, cell: Sequence[Any]) -> Resource:
        """Any resource of a cell."""
        texts = dict(zip(self._texts, cell[1 : self._words], strict=True))
        flags = sum(word << WORD * place for place, word in enumerate(cell[self._words : self._named]))
        bits = {name: flags >> place & 1 for place, name in enumerate(FLAGS)}
        arn = f"{texts.get('own', '')}{CLUSTER * bits['cluster']}{f':{LEFTOVER}' * bits['leftover']}"
        return Resource(
            arn,
            str(cell[0]),
            None if bits["region"] else texts["region"],
            None if bits["type"] else texts["type"],
            None if bits["untagged"] else self._tags(cell, flags >> len(FLAGS), leftover=bool(bits["leftover_tag"])),
            state=None if bits["state"] else texts["state"],
            engine=None if bits["engine"] else texts["engine"],
            facts={"types": []} if bits["of_any_type"] else {},
        )

    def _tags(self, cell: Sequence[Any], absent: int, *, leftover: bool) -> Mapping[str, str]:
        values = zip(self._keys, cell[self._named :], strict=True)
        tags = {key: value for place, (key, value) in enumerate(values) if not absent >> place & 1}
        return {**tags, LEFTOVER: ""} if leftover else tags


def _resource(
    arn: str,
    account: str | None,
    region: str | None,
    kind: str | None,
    versioning: bool | None,  # noqa: FBT001 - a fact
) -> Resource:
    return Resource(arn, account, region, kind, facts={} if versioning is None else {"versioning": versioning})

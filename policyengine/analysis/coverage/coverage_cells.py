"""Cells of `coverage_sql` judged: each is one resource to the judge of the plain engine, whose meaning alone counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from policyengine.analysis.coverage.account_plans import NOBODY, AccountPlans
from policyengine.analysis.coverage.coverage_results import (
    CoverageNote,
    CoverageReason,
    CoverageResult,
    JudgedResource,
)
from policyengine.analysis.coverage.coverage_sql import FLAGS, WORD, CoverageShape
from policyengine.analysis.coverage.coverage_summary import (
    SAMPLE,
    CountedAs,
    Grouping,
    GroupMembers,
    coverage_result,
    grouping,
)
from policyengine.analysis.coverage.masks import DocumentMasks, TagKeys
from policyengine.analysis.coverage.matching import CLUSTER, LEFTOVER, SelectingPlan
from policyengine.analysis.coverage.preconditions import Preconditions
from policyengine.analysis.coverage.resource_judge import FullVerdict, ResourceJudge, noted
from policyengine.aws.documents import Json
from policyengine.aws.resources import NotVisible, Resource, ResourceInventory
from policyengine.base.records import entity


@entity
class CoverageDocuments:
    """The distinct plans of accounts by number; 0 are those of accounts without any."""

    documents: tuple[AccountPlans, ...]
    numbers: Mapping[str, int]
    keys: TagKeys

    def rows(self) -> Iterator[tuple[str, int, bool]]:
        """Each account with the number of its plans, and whether those name single resources."""
        own = [_names_resources(plans) for plans in self.documents]
        return ((account, number, own[number]) for account, number in self.numbers.items() if account)


def documents_of(accounts: Mapping[str, AccountPlans]) -> CoverageDocuments:
    """The distinct plans of accounts, given by their ids."""
    distinct = tuple(dict.fromkeys([NOBODY, *accounts.values()]))
    places = {plans: number for number, plans in enumerate(distinct)}
    every = (AccountPlans(part) for plans in distinct for part in (plans.plans, plans.local))
    masks = [DocumentMasks(plans) for plans in every if plans.plans]
    return CoverageDocuments(distinct, {account: places[plans] for account, plans in accounts.items()}, TagKeys(masks))


def _names_resources(plans: AccountPlans) -> bool:
    selections = [selection for plan in plans.local for selection in plan.selections]
    return any(":" in pattern for selection in selections for pattern in (*selection.types, *selection.excepted))


def is_leftover_key(key: str) -> bool:
    """Whether a tag of a key says that a restore test left the resource."""
    return key.startswith(LEFTOVER)


class CellVerdict(NamedTuple):
    """The verdict that cells share; `group` is that of their resources without a place, None where it protects."""

    protected: bool | None
    names: tuple[str, ...]
    reason: CoverageReason | None
    notes: tuple[CoverageNote, ...]
    plans: tuple[SelectingPlan, ...]
    group: Grouping | None
    local: tuple[str, ...] = ()


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
        self._verdicts: list[CellVerdict] = []
        self._numbers: dict[CellVerdict, int] = {}
        self._named = len(self._shape.cell) - len(keys)
        self._words = self._named - self._shape.words

    def judged(self, cells: Iterable[Sequence[Any]]) -> Iterator[tuple[Json, ...]]:
        """The rows of `CoverageShape.verdicts` for cells."""
        for cell in cells:
            verdict = self._verdict(self._resource(cell))
            number = self._numbers.setdefault(verdict, len(self._numbers))
            if number == len(self._verdicts):
                self._verdicts.append(verdict)
            yield (*cell, number, verdict.protected)

    def result(self, rows: Iterable[Sequence[Any]], not_visible: tuple[NotVisible, ...] = ()) -> CoverageResult:
        """The sums and groups of the rows of `groups`."""
        counts: Counter[CountedAs] = Counter()
        notes: Counter[CoverageNote] = Counter()
        groups: dict[Grouping, GroupMembers] = {}
        for account, region, kind, number, inside, twice, versioning, uncopyable, count, sample in rows:
            verdict = self._verdicts[number]
            counts[account, kind, verdict.protected] += count
            if verdict.group is None:
                resource = _resource("", account, region, kind, versioning)
                for note in self._notes(verdict, resource, inside=inside, twice=twice, uncopyable=uncopyable):
                    notes[note] += count
                continue
            key = verdict.group._replace(account=account, region=region, type=kind)
            before = groups.get(key)
            arns = sorted((*before.sample, *sample))[:SAMPLE] if before else sorted(sample)
            groups[key] = GroupMembers(count + before.number if before else count, tuple(arns))
        return coverage_result(counts, groups, ResourceInventory((), not_visible), notes)

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[JudgedResource]:
        """The rows of the list of `rows`."""
        for arn, account, region, kind, number, through, twice, versioning, uncopyable in rows:
            verdict = self._verdicts[number]
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

    def _notes(
        self, verdict: CellVerdict, resource: Resource, *, inside: bool, twice: bool, uncopyable: bool
    ) -> tuple[CoverageNote, ...]:
        lacks = self._preconditions.lacks(resource, verdict.plans, uncopyable=uncopyable)
        return noted(verdict.notes, inside=inside, lacks=lacks, twice=twice)

    def _verdict(self, resource: Resource) -> CellVerdict:
        combined = self._judge.alone(resource)
        group = None
        if combined.reason is not None:
            nearest = self._judge.nearest(FullVerdict(combined, resource))
            group = grouping(resource, combined.reason, nearest)._replace(account=None, region=None, type=None)
        return CellVerdict(
            combined.protected,
            combined.names,
            combined.reason,
            combined.notes,
            combined.verdict.plans,
            group,
            combined.local,
        )

    def _resource(self, cell: Sequence[Any]) -> Resource:
        """Any resource of a cell."""
        document, region, kind, state, engine, own = cell[:6]
        flags = sum(word << WORD * place for place, word in enumerate(cell[self._words : self._named]))
        bits = {name: flags >> place & 1 for place, name in enumerate(FLAGS)}
        arn = f"{own}{CLUSTER * bits['cluster']}{f':{LEFTOVER}' * bits['leftover']}"
        return Resource(
            arn,
            str(document),
            None if bits["region"] else region,
            None if bits["type"] else kind,
            None if bits["untagged"] else self._tags(cell, flags >> len(FLAGS), leftover=bool(bits["leftover_tag"])),
            state=None if bits["state"] else state,
            engine=None if bits["engine"] else engine,
            facts={"types": []} if bits["untold"] else {},
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

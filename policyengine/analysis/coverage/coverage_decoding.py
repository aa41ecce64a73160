"""Rows of the coverage query as rows of the list and as groups: the masks in them name plans and selections again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from policyengine.analysis.coverage.account_plans import nearest_match
from policyengine.analysis.coverage.coverage_relations import WORD, CoverageDocuments
from policyengine.analysis.coverage.coverage_results import (
    CoverageNote,
    CoverageReason,
    CoverageResult,
    JudgedResource,
)
from policyengine.analysis.coverage.coverage_sql import CoverageShape, decoded_tags
from policyengine.analysis.coverage.coverage_summary import (
    CountedAs,
    Grouping,
    GroupMembers,
    coverage_result,
    grouping,
)
from policyengine.analysis.coverage.matching import UNTOLD_CLUSTER, ClauseMatch, SelectionMatch
from policyengine.analysis.coverage.preconditions import Preconditions
from policyengine.aws.facts import CLUSTERS_OF_RDS
from policyengine.aws.resources import NotVisible, Resource, ResourceInventory

_OF = 6  # columns of the verdict before its masks


class SqlVerdict(NamedTuple):
    """The verdict of a row.

    `taking` are the selections that take the resource, `nearest` is the one that gives the reason.
    `region` and `kind` are those of the resource whose own verdict decides.
    """

    document: int
    protected: bool | None
    reason: str | None
    signature: str
    region: str | None
    kind: str | None
    taking: int
    nearest: int


class CoverageDecoder:
    """Decodes the rows of queries of a shape over documents."""

    def __init__(
        self,
        documents: CoverageDocuments,
        shape: CoverageShape,
        dynamodb_advanced: Mapping[str, bool] | None = None,
    ) -> None:
        self._documents = documents
        self._shape = shape
        self._preconditions = Preconditions((), dynamodb_advanced or {})
        self._nearest = lru_cache(maxsize=65_536)(self._nearest_of)

    def result(self, rows: Iterable[Sequence[Any]], not_visible: tuple[NotVisible, ...] = ()) -> CoverageResult:
        """The sums and groups of the rows of `groups`; a group shows its first and its last ARN.

        Accounts are None where the query joins them.
        """
        counts: Counter[CountedAs] = Counter()
        notes: Counter[CoverageNote] = Counter()
        groups: dict[Grouping, GroupMembers] = {}
        end = 3 + _OF + 2 * self._shape.words
        for row in rows:
            account, region, kind = row[:3]
            verdict = self._verdict(row[3:end])
            through, twice, versioning, uncopyable, number, first, last = row[end:]
            counts[account, kind, verdict.protected] += number
            resource = _resource("", account, region, kind, versioning)
            if verdict.reason is not None:
                key = grouping(resource, CoverageReason(verdict.reason), self._nearest(verdict))
                members = GroupMembers(number, tuple(dict.fromkeys((first, last))))
                groups[key] = groups[key].joined(members) if key in groups else members
                continue
            for note in self._protection(verdict, resource, through=through, twice=twice, uncopyable=uncopyable)[1]:
                notes[note] += number
        return coverage_result(counts, groups, ResourceInventory((), not_visible), notes)

    def rows(self, rows: Iterable[Sequence[Any]]) -> Iterator[JudgedResource]:
        """The rows of the list of `rows`."""
        end = 4 + _OF + 2 * self._shape.words
        for row in rows:
            arn, account, region, kind = row[:4]
            verdict = self._verdict(row[4:end])
            through, twice, versioning, uncopyable = row[end:]
            reason = CoverageReason(verdict.reason) if verdict.reason else None
            resource = _resource(arn, account, region, kind, versioning)
            names, notes = self._protection(
                verdict, resource, through=through is not None, twice=twice, uncopyable=uncopyable
            )
            yield JudgedResource(arn, account, region, kind, verdict.protected, names, reason, through, notes)

    def _protection(
        self, verdict: SqlVerdict, resource: Resource, *, through: bool, twice: bool, uncopyable: bool
    ) -> tuple[tuple[str, ...], tuple[CoverageNote, ...]]:
        """The names of the plans that protect a resource, and what is worth knowing of it."""
        if not verdict.protected:
            return (), ()
        plans = self._documents.masks[verdict.document].plans(verdict.taking)
        holding = {
            CoverageNote.COVERED_THROUGH: through,
            CoverageNote.PRECONDITION: self._preconditions.lacks(resource, plans, uncopyable=uncopyable),
            CoverageNote.BACKED_UP_TWICE: twice or len(plans) > 1,
        }
        return tuple([plan.name for plan in plans]), tuple([note for note, holds in holding.items() if holds])

    def _verdict(self, columns: Sequence[Any]) -> SqlVerdict:
        document, protected, reason, signature, region, kind = columns[:_OF]
        words = self._shape.words
        taking, nearest = columns[_OF : _OF + words], columns[_OF + words :]
        return SqlVerdict(document, protected, reason, signature or "", region, kind, _joined(taking), _joined(nearest))

    def _nearest_of(self, verdict: SqlVerdict) -> tuple[SelectionMatch, ClauseMatch] | None:
        """The clause that gives the reason, of a resource of which the tags are known that the selection asks for."""
        if not verdict.nearest or verdict.reason is None:
            return None
        plan, place = self._documents.masks[verdict.document].bits[verdict.nearest.bit_length() - 1]
        tags = decoded_tags(verdict.signature, self._shape.keys)
        resource = _of_kind(verdict.kind, verdict.region, tags)
        return nearest_match(resource, plan, plan.selections[place], CoverageReason(verdict.reason))


def _of_kind(kind: str | None, region: str | None, tags: Mapping[str, str]) -> Resource:
    """Any resource of a kind."""
    if kind == CLUSTERS_OF_RDS:
        return Resource(":cluster:", None, region, "RDS", tags)
    if kind == UNTOLD_CLUSTER:
        return Resource("", None, region, "Aurora", tags, facts={"types": []})
    return Resource("", None, region, kind, tags)


def _resource(
    arn: str,
    account: str | None,
    region: str | None,
    kind: str | None,
    versioning: bool | None,  # noqa: FBT001 - a fact
) -> Resource:
    return Resource(arn, account, region, kind, facts={} if versioning is None else {"versioning": versioning})


def _joined(words: Sequence[int]) -> int:
    return sum(word << WORD * place for place, word in enumerate(words))

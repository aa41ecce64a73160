"""Coverage of an inventory in an engine for SQL: its distinct cells are judged here, then it joins the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from msgspec.structs import replace

from policyengine.analysis.coverage import AccountPlans, CoverageResult, JudgedResource, LabelledResource
from policyengine.analysis.coverage.coverage_cells import CellJudge, documents_of, is_leftover_key
from policyengine.analysis.coverage.coverage_sql import (
    CoverageQueries,
    CoverageRelation,
    CoverageShape,
    InventoryTraits,
    count_query,
    keys_query,
    traits_query,
)
from policyengine.aws.resources import NotVisible
from policyengine.base.errors import UnreadableError

_RARE = 0.05  # the share of resources that may have cells that are judged later
_NUMBER_IN_GROUPS, _NUMBER_IN_ROWS = 2, 4  # places of the verdict's number in rows


class SqlEngine(Protocol):
    """An engine with a view `inventory` (`coverage_sql.INVENTORY`) of resources, each once.

    `has_sample`: it has another, `inventory_sample`, of some of them, from everywhere.
    """

    has_sample: bool

    def query(self, text: str, *, ordered: bool = False) -> Iterator[Sequence[Any]]:
        """The rows of a query in DuckDB's SQL, as they come, or in the order of the inventory."""

    def upload(self, relation: CoverageRelation) -> None:
        """Creates a small table, in place of one of the same name."""

    def tag_keys(self) -> Iterable[str]:
        """Every key of tags in the inventory."""

    def traits(self) -> InventoryTraits:
        """The kinds of content that the inventory may have."""


def tag_keys_of(engine: SqlEngine) -> list[str]:
    """Every key of tags, by a query."""
    return [key for (key,) in engine.query(keys_query()) if key is not None]


def traits_of(engine: SqlEngine) -> InventoryTraits:
    """The kinds of content that the inventory has, by a query."""
    return InventoryTraits(*(number > 0 for number in next(iter(engine.query(traits_query())))))


class SqlCoverage:
    """The coverage of the inventory of an engine by the plans of accounts, as `plans_by_account` has them."""

    def __init__(
        self,
        engine: SqlEngine,
        accounts: Mapping[str, AccountPlans],
        dynamodb_advanced: Mapping[str, bool] | None = None,
        not_visible: tuple[NotVisible, ...] = (),
        unlisted: frozenset[str] = frozenset(),
    ) -> None:
        self._engine, self._documents = engine, documents_of(accounts)
        self._advanced, self._not_visible, self._unlisted = dynamodb_advanced, not_visible, unlisted
        self._counted = 0

    @property
    def not_visible(self) -> tuple[NotVisible, ...]:
        """The resources that the sources of the inventory cannot list."""
        return self._not_visible

    @property
    def unlisted(self) -> frozenset[str]:
        """The types that none of the sources can list."""
        return self._unlisted

    @property
    def is_sampled(self) -> bool:
        """Whether only cells of a sample were judged before the inventory is read."""
        return self._prepared[0].shape.sampled

    def result(self) -> CoverageResult:
        """The sums and groups. Raises `UnreadableError` where the inventory changes meanwhile."""
        queries, judge = self._prepared
        rows = self._engine.query(queries.groups())
        result = judge.result(self._require_verdicts(rows, _NUMBER_IN_GROUPS), self._not_visible)
        if result.resources != self._counted:
            raise _changed()
        return result

    def resources(self, *, unprotected: bool = False) -> Iterator[JudgedResource]:
        """The rows of the list, all or those that are surely not protected, in the inventory's order."""
        queries, judge = self._prepared
        rows = self._engine.query(queries.rows(unprotected=unprotected), ordered=True)
        judged = judge.rows(self._require_verdicts(rows, _NUMBER_IN_ROWS))
        if not (unprotected and self.is_sampled):
            return judged
        return (row for row in judged if row.protected is False)

    def labelled(self) -> Iterator[LabelledResource]:
        """Every row of the list with the tags of its resource."""
        queries, judge = self._prepared
        for tags, of_any_type, *row in self._engine.query(queries.rows(tags=True), ordered=True):
            judged = next(judge.rows(self._require_verdicts([row], _NUMBER_IN_ROWS)))
            yield LabelledResource(judged, tags, bool(of_any_type))

    @cached_property
    def _prepared(self) -> tuple[CoverageQueries, CellJudge]:
        """The queries, once the cells of the inventory, or most of them, are judged and their verdicts uploaded."""
        engine = self._engine
        keys, leftovers = self._keys()
        accounts = list(self._documents.rows())
        shape = CoverageShape(len(keys), len(leftovers), engine.traits(), any(own for *_, own in accounts))
        engine.upload(shape.accounts(accounts))
        engine.upload(shape.names(keys, leftovers))
        cells = None if shape.traits.contains else self._sampled_cells(CoverageQueries(shape))
        if cells is not None:
            shape = replace(shape, sampled=True)
        queries, judge = CoverageQueries(shape), CellJudge(self._documents, shape, keys, self._advanced)
        engine.upload(shape.verdicts(judge.judged(self._cells(queries) if cells is None else cells)))
        return queries, judge

    def _sampled_cells(self, queries: CoverageQueries) -> list[Sequence[Any]] | None:
        """The cells of a sample, if hardly any resource beyond it has another one; None where there is no such sample.

        How many have one is about the share of those in the sample that are alone in their cell (Good and Turing).
        """
        if not self._engine.has_sample:
            return None
        counted = list(self._engine.query(queries.sampled_cells()))
        alone = sum(number == 1 for *_, number in counted)
        if alone >= _RARE * sum(number for *_, number in counted):
            return None
        self._counted = next(iter(self._engine.query(count_query())))[0]
        return [cell for *cell, _ in counted]

    def _require_verdicts(self, rows: Iterable[Sequence[Any]], place: int) -> Iterable[Sequence[Any]]:
        """Rows that have a verdict. Raises `UnreadableError` for one that has none, though all cells were judged."""
        return rows if self.is_sampled else _judged(rows, place)

    def _keys(self) -> tuple[list[str], list[str]]:
        """The keys of tags that matter to any plan, and those that restore tests leave."""
        every = sorted(self._engine.tag_keys())
        matters = self._documents.keys.matters
        return list(filter(matters, every)), list(filter(is_leftover_key, every))

    def _cells(self, queries: CoverageQueries) -> Iterator[Sequence[Any]]:
        """The distinct cells; what they stand for is counted."""
        for *cell, number in self._engine.query(queries.cells()):
            self._counted += number
            yield cell


def _judged(rows: Iterable[Sequence[Any]], place: int) -> Iterator[Sequence[Any]]:
    """Rows, each with its verdict."""
    for row in rows:
        if row[place] is None:
            raise _changed()
        yield row


def _changed() -> UnreadableError:
    return UnreadableError("the inventory changed while it was read: judge a copy that nobody writes")

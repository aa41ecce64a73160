"""Coverage of an inventory in an engine for SQL: its distinct cells are judged here, then it joins the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from policyengine.analysis.coverage import AccountPlans, CoverageResult, JudgedResource
from policyengine.analysis.coverage.coverage_cells import CellJudge, documents_of, is_leftover_key
from policyengine.analysis.coverage.coverage_sql import (
    CoverageQueries,
    CoverageRelation,
    CoverageShape,
    contains_query,
    keys_query,
    parents_query,
)
from policyengine.aws.resources import NotVisible
from policyengine.base.errors import UnreadableError


class SqlEngine(Protocol):
    """An engine with a view `inventory` (`coverage_sql.INVENTORY`) of resources, each once."""

    def query(self, text: str, *, ordered: bool = False) -> Iterator[Sequence[Any]]:
        """The rows of a query in DuckDB's SQL, as they come, or in the order of the inventory."""

    def upload(self, relation: CoverageRelation) -> None:
        """Creates a small table, in place of one of the same name."""

    def tag_keys(self) -> Iterable[str]:
        """Every key of tags in the inventory."""


def tag_keys_of(engine: SqlEngine) -> list[str]:
    """Every key of tags, by a query."""
    return [key for (key,) in engine.query(keys_query()) if key is not None]


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
        """What the sources of the inventory cannot list."""
        return self._not_visible

    @property
    def unlisted(self) -> frozenset[str]:
        """The types that none of the sources can list."""
        return self._unlisted

    def result(self) -> CoverageResult:
        """The sums and groups. Raises `UnreadableError` where the inventory changes meanwhile."""
        queries, judge = self._prepared
        rows = self._engine.query(queries.groups())
        result = judge.result(_judged(rows, _NUMBER_IN_GROUPS), self._not_visible)
        if result.resources != self._counted:
            raise _changed()
        return result

    def resources(self, *, unprotected: bool = False) -> Iterator[JudgedResource]:
        """The rows of the list, all or those that are surely not protected, in the inventory's order."""
        queries, judge = self._prepared
        rows = self._engine.query(queries.rows(unprotected=unprotected), ordered=True)
        return judge.rows(_judged(rows, _NUMBER_IN_ROWS))

    def labelled(self) -> Iterator[tuple[JudgedResource, Mapping[str, str] | None]]:
        """Every row of the list with the tags of its resource."""
        queries, judge = self._prepared
        for *row, tags in self._engine.query(queries.rows(tags=True), ordered=True):
            yield next(judge.rows(_judged([row], _NUMBER_IN_ROWS))), tags

    @cached_property
    def _prepared(self) -> tuple[CoverageQueries, CellJudge]:
        """The queries, once the cells of the inventory are judged and their verdicts uploaded."""
        engine = self._engine
        keys, leftovers = self._keys()
        contains = all(next(iter(engine.query(text)))[0] > 0 for text in (parents_query(), contains_query()))
        shape = CoverageShape(len(keys), len(leftovers), contains)
        queries, judge = CoverageQueries(shape), CellJudge(self._documents, shape, keys, self._advanced)
        engine.upload(shape.accounts(self._documents.rows()))
        engine.upload(shape.names(keys, leftovers))
        engine.upload(shape.verdicts(judge.judged(self._cells(queries))))
        return queries, judge

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


_NUMBER_IN_GROUPS, _NUMBER_IN_ROWS = 3, 4  # places of the verdict's number in rows


def _judged(rows: Iterable[Sequence[Any]], place: int) -> Iterator[Sequence[Any]]:
    """Rows, each with its verdict."""
    for row in rows:
        if row[place] is None:
            raise _changed()
        yield row


def _changed() -> UnreadableError:
    return UnreadableError("the inventory changed while it was read: judge a copy that nobody writes")

"""Coverage of an inventory in an engine that speaks SQL: what it has of each dimension is asked, then all is joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from policyengine.analysis.coverage import AccountPlans, CoverageResult, JudgedResource
from policyengine.analysis.coverage.coverage_decoding import CoverageDecoder
from policyengine.analysis.coverage.coverage_relations import (
    CoverageRelation,
    Vocabulary,
    documents_of,
    is_leftover_key,
    relations,
    usable_states,
)
from policyengine.analysis.coverage.coverage_sql import (
    CoverageQueries,
    CoverageShape,
    contains_query,
    keys_query,
    places_query,
    states_query,
    values_query,
)
from policyengine.aws.facts import CLUSTERS_OF_RDS
from policyengine.aws.resources import NotVisible
from policyengine.base.errors import UsageError

MOST_WITH_ACCOUNTS = 1_000_000
"""Resources up to which groups name the account; of more, groups join accounts."""

_CLUSTERS = ("Aurora", "DocumentDB", "Neptune", CLUSTERS_OF_RDS)
_WITH_STATE = ("Aurora", "DocumentDB", "EC2", "Neptune", "RDS")


class SqlEngine(Protocol):
    """An engine with a view `inventory` (`coverage_sql.INVENTORY`), which takes DuckDB's SQL."""

    def query(self, text: str) -> Iterator[Sequence[Any]]:
        """The rows of a query, as they come."""

    def upload(self, relation: CoverageRelation) -> None:
        """Creates a small table, in place of one of the same name."""


class SqlCoverage:
    """The coverage of the inventory of an engine by the plans of accounts, as `plans_by_account` has them.

    Raises `UsageError` where an account has plans of its own, which may name single resources.
    """

    def __init__(
        self,
        engine: SqlEngine,
        accounts: Mapping[str, AccountPlans],
        dynamodb_advanced: Mapping[str, bool] | None = None,
        not_visible: tuple[NotVisible, ...] = (),
    ) -> None:
        if own := [account for account, plans in accounts.items() if plans.local]:
            raise UsageError(
                f"account {own[0]} has backup plans of its own (`local_plans`), which only `--engine python` judges"
            )
        self._engine, self._documents = engine, documents_of(accounts)
        self._advanced, self._not_visible = dynamodb_advanced, not_visible

    @cached_property
    def shape(self) -> CoverageShape:
        """What the queries depend on; asking for it uploads the relations."""
        vocabulary = self._vocabulary()
        tables = relations(self._documents, vocabulary)
        for table in tables:
            self._engine.upload(table)
        columns = next(table.columns for table in tables if table.name == "cov_documents")
        return CoverageShape(
            words=self._documents.words,
            keys=tuple(vocabulary.values),
            columns=frozenset(column.name for column in columns),
            usable=usable_states(vocabulary),
            leftover_keys=vocabulary.leftover_keys,
            contains=next(iter(self._engine.query(contains_query())))[0] > 0,
        )

    def result(self, *, by_account: bool | None = None) -> CoverageResult:
        """The sums and groups; with accounts unless the inventory is large, or as asked for."""
        if by_account is None:
            count = next(iter(self._engine.query("SELECT count(*) FROM inventory")))[0]
            by_account = count <= MOST_WITH_ACCOUNTS
        queries = CoverageQueries(self.shape)
        return self._decoder.result(self._engine.query(queries.groups(by_account=by_account)), self._not_visible)

    def resources(self, *, unprotected: bool = False) -> Iterator[JudgedResource]:
        """The rows of the list, all or those that are surely not protected, in no order."""
        rows = self._engine.query(CoverageQueries(self.shape).rows(unprotected=unprotected))
        return self._decoder.rows(rows)

    @cached_property
    def _decoder(self) -> CoverageDecoder:
        return CoverageDecoder(self._documents, self.shape, self._advanced)

    def _vocabulary(self) -> Vocabulary:
        places = dict.fromkeys((region, kind) for region, kind in self._engine.query(places_query()))
        # Instances may belong to clusters that no list has.
        places |= {(region, cluster): None for region, kind in places if kind == "RDS" for cluster in _CLUSTERS}
        keys = sorted(key for (key,) in self._engine.query(keys_query()) if key is not None)
        mattering = [key for key in keys if self._documents.keys.matters(key)]
        mattering += [key for key in sorted(self._documents.keys.exact) if key not in set(mattering)]
        values: dict[str, list[str]] = {key: [] for key in sorted(mattering)}
        for key, value in self._engine.query(values_query(tuple(values))) if values else ():
            values[key].append(value)
        return Vocabulary(
            places=tuple(places),
            states=tuple((kind, state) for kind, state in self._engine.query(states_query(_WITH_STATE))),
            leftover_keys=tuple(filter(is_leftover_key, keys)),
            values={key: tuple(found) for key, found in values.items()},
        )

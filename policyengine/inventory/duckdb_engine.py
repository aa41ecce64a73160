"""DuckDB as an engine for coverage: in this process, reading files itself, streaming (extra `inventory`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from policyengine.analysis.coverage.coverage_relations import CoverageRelation
from policyengine.analysis.coverage.coverage_sql import INVENTORY
from policyengine.aws.resources import Resource
from policyengine.base.errors import UsageError

if TYPE_CHECKING:
    import duckdb

_PIECE = 10_000  # rows that are fetched, or put in, at once
_MEMORY = "2GB"  # what does not fit goes to disk


class DuckdbEngine:
    """A database in memory. Raises `UsageError` where DuckDB is not installed."""

    def __init__(self, *, threads: int | None = None, memory: str = _MEMORY) -> None:
        self._connection = _connected()
        self._connection.execute(f"SET memory_limit = '{memory}'")
        self._connection.execute("SET preserve_insertion_order = false")
        if threads:
            self._connection.execute(f"SET threads = {threads}")

    def query(self, text: str) -> Iterator[Sequence[Any]]:
        """The rows of a query, fetched in pieces."""
        cursor = self._connection.cursor()
        cursor.execute(text)
        while rows := cursor.fetchmany(_PIECE):
            yield from rows

    def execute(self, text: str) -> None:
        """Runs a statement without rows."""
        self._connection.execute(text)

    def upload(self, relation: CoverageRelation) -> None:
        """Creates a table of the rows of a relation, in place of one of the same name."""
        columns = ", ".join(f"{column.name} {column.type}" for column in relation.columns)
        self._connection.execute(f"CREATE OR REPLACE TABLE {relation.name} ({columns})")
        lists = ", ".join(f"unnest(?::{column.type}[])" for column in relation.columns)
        self._put(f"INSERT INTO {relation.name} SELECT {lists}", relation.rows)

    def take_resources(self, resources: Iterable[Resource]) -> None:
        """Fills `inventory` with resources, in place of those that it has."""
        self._connection.execute(f"CREATE OR REPLACE TABLE inventory ({', '.join(INVENTORY)})")
        types = [column.split(maxsplit=1)[1] for column in INVENTORY if not column.startswith("tags")]
        lists = ", ".join(f"unnest(?::{kind}[]) AS c{place}" for place, kind in enumerate(types))
        tags = "unnest(?::VARCHAR[][]) AS k, unnest(?::VARCHAR[][]) AS v"
        columns = [f"c{place}" for place in range(len(types))]
        columns.insert(_TAGS, "CASE WHEN k IS NOT NULL THEN map(k, v) END")
        text = f"INSERT INTO inventory SELECT {', '.join(columns)} FROM (SELECT {lists}, {tags}) AS t"  # noqa: S608
        self._put(text, map(_row, resources))

    def _put(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """Inserts rows in pieces, each as lists of the values of its columns."""
        for piece in _pieces(rows):
            self._connection.execute(text, [list(column) for column in zip(*piece, strict=True)])


_TAGS = [column.split()[0] for column in INVENTORY].index("tags")


def _pieces(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while piece := list(islice(left, _PIECE)):
        yield piece


def _row(resource: Resource) -> tuple[Any, ...]:
    """The columns of `INVENTORY` but the tags, then their keys and values."""
    versioning, tags = resource.facts.get("versioning"), resource.tags
    return (
        resource.arn,
        resource.account,
        resource.region,
        resource.type,
        resource.state,
        resource.engine,
        list(resource.parents),
        resource.kms,
        versioning if isinstance(versioning, bool) else None,
        "types" in resource.facts,
        None if tags is None else list(tags),
        None if tags is None else list(tags.values()),
    )


def _connected() -> duckdb.DuckDBPyConnection:
    try:
        import duckdb  # noqa: PLC0415 - an extra: most runs do without it
    except ImportError:
        raise UsageError("DuckDB is not installed: install the extra `inventory`, or use `--engine python`") from None
    return duckdb.connect()

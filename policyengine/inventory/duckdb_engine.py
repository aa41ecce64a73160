"""DuckDB as an engine for coverage: in this process, reading files itself, streaming (extra `inventory`)."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from types import ModuleType
from typing import Any, NamedTuple

from policyengine.analysis.coverage import is_unversioned
from policyengine.analysis.coverage.coverage_sql import INVENTORY, CoverageRelation
from policyengine.aws.resources import InventorySettings, Resource
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.text import escaped
from policyengine.inventory.duckdb_tables import TableView
from policyengine.inventory.sql_coverage import tag_keys_of

_PIECE = 10_000  # rows that are fetched, or put in, at once
_MEMORY = "1GB"  # what does not fit goes to disk
_LONGEST_REASON = 200
_GLOB = re.compile(r"([*?\[])")  # DuckDB takes names of files as patterns


class TableFacts(NamedTuple):
    """What a table of resources has: rows, those that the view cannot take, the latest capture, the sources."""

    rows: int
    unclear: int
    captured: datetime | None  # UTC
    sources: tuple[str, ...]

    @classmethod
    def of(cls, answer: Sequence[Any]) -> TableFacts:
        """Those of the row that `TableView.facts` asks for."""
        rows, unclear, captured, sources = answer
        moment = None if captured is None else datetime.fromtimestamp(captured, UTC)
        return cls(rows, unclear, moment, tuple(sources or ()))


class DuckdbEngine:
    """A database in memory, which puts what does not fit into a folder of its own.

    Raises `UsageError` where DuckDB is not installed.
    """

    def __init__(self, *, threads: int | None = None, memory: str = _MEMORY) -> None:
        library = _library()
        spilled = tempfile.mkdtemp(prefix="policyengine-")
        self._finalize = weakref.finalize(self, shutil.rmtree, spilled, ignore_errors=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": spilled,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
        if threads:
            config["threads"] = threads
        self._library, self._connection = library, library.connect(config=config)
        self._keys: list[str] | None = None
        self.unclear = 0

    def close(self) -> None:
        """Lets go of the database and its folder."""
        self._connection.close()
        self._finalize()

    def query(self, text: str, *, ordered: bool = False) -> Iterator[Sequence[Any]]:
        """The rows of a query, fetched in pieces. Raises `UnreadableError` where a file cannot be read to its end."""
        cursor = self._connection.cursor()
        try:
            if ordered:
                cursor.execute("SET preserve_insertion_order = true")
            cursor.execute(text)
            while rows := cursor.fetchmany(_PIECE):
                yield from rows
        except self._library.Error as error:
            raise UnreadableError(f"the inventory: {_why(error)}") from None
        finally:
            if ordered:
                cursor.execute("SET preserve_insertion_order = false")
            cursor.close()

    def upload(self, relation: CoverageRelation) -> None:
        """Creates a table of the rows of a relation, in place of one of the same name."""
        self._connection.execute(f"CREATE OR REPLACE TABLE {relation.name} ({', '.join(relation.columns)})")
        lists = ", ".join(f"unnest(?::{column.split(maxsplit=1)[1]}[])" for column in relation.columns)
        self._put(f"INSERT INTO {relation.name} SELECT {lists}", relation.rows)

    def tag_keys(self) -> list[str]:
        """Every key of tags."""
        if self._keys is None:
            self._keys = tag_keys_of(self)
        return self._keys

    def take_resources(self, resources: Iterable[Resource]) -> None:
        """Fills `inventory` with resources, each of which stands there once, in place of those that it has."""
        self._connection.execute(f"CREATE OR REPLACE TABLE listed_resources ({', '.join(INVENTORY)})")
        types = [column.split(maxsplit=1)[1] for column in INVENTORY if not column.startswith("tags")]
        lists = ", ".join(f"unnest(?::{kind}[]) AS c{place}" for place, kind in enumerate(types))
        tags = "unnest(?::VARCHAR[][]) AS k, unnest(?::VARCHAR[][]) AS v"
        columns = [f"c{place}" for place in range(len(types))]
        columns.insert(_TAGS, "CASE WHEN k IS NOT NULL THEN map(k, v) END")
        text = f"INSERT INTO listed_resources SELECT {', '.join(columns)} FROM (SELECT {lists}, {tags}) AS t"
        self._put(text, map(resource_row, resources))
        self._connection.execute("CREATE OR REPLACE VIEW inventory AS SELECT * FROM listed_resources")
        self._keys = None

    def take_tables(self, files: Mapping[str, str], settings: InventorySettings) -> dict[str, TableFacts] | None:
        """Makes `inventory` a view of Parquet files, which each query reads; None where columns are of other types.

        `files` are paths by their names in messages. The view is right only while `unclear` is 0. Raises
        `UnreadableError` for what is no Parquet file.
        """
        tables: dict[str, TableView] = {}
        for number, (name, path) in enumerate(files.items()):
            table = self._table(f"source{number}", name, path, settings)
            if not table.is_readable:
                return None
            tables[name] = table
        tagged = [table.tag_keys() for table in tables.values() if table.has_tags]
        self._keys = [key for (key,) in self.query(" UNION ".join(tagged)) if key is not None] if tagged else []
        views = " UNION ALL ".join(table.view(self._keys) for table in tables.values())
        self._connection.execute(f"CREATE OR REPLACE VIEW inventory AS {views}")
        facts = {name: TableFacts.of(next(iter(self.query(table.facts())))) for name, table in tables.items()}
        rows = sum(table.rows for table in facts.values())
        self.unclear = sum(table.unclear for table in facts.values()) + self._repeated(rows)
        return facts

    def _repeated(self, rows: int) -> int:
        """How many of the rows have the ARN of another; those are compared whose hashes are equal.

        Hashes of ARNs differ more often from behind: in ten million the others met, which cost another scan.
        """
        distinct = next(iter(self.query("SELECT count(DISTINCT hash(reverse(arn))) FROM inventory")))[0]
        if distinct == rows:
            return 0
        shared = "SELECT hash(reverse(arn)) AS h FROM inventory GROUP BY 1 HAVING count(*) > 1"
        compared = f"SELECT count(*) - count(DISTINCT arn) FROM inventory WHERE hash(reverse(arn)) IN ({shared})"
        return int(next(iter(self.query(compared)))[0])

    def _table(self, own: str, name: str, path: str, settings: InventorySettings) -> TableView:
        library = self._library
        try:
            source = self._connection.read_parquet(_GLOB.sub(r"[\1]", path))
            table = TableView(own, dict(zip(source.columns, map(str, source.types), strict=True)), settings)
            if table.is_readable:
                columns = [library.ColumnExpression(column).alias(alias) for alias, column in table.columns.items()]
                source.select(*columns).create_view(own, replace=True)
        except library.Error as error:
            raise UnreadableError(f"{name}: this is no Parquet file that DuckDB can read: {_why(error)}") from None
        return table

    def _put(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """Inserts rows in pieces, each as lists of the values of its columns."""
        for piece in _pieces(rows):
            self._connection.execute(text, [list(column) for column in zip(*piece, strict=True)])


_TAGS = [column.split()[0] for column in INVENTORY].index("tags")


def _pieces(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while piece := list(islice(left, _PIECE)):
        yield piece


def resource_row(resource: Resource) -> tuple[Any, ...]:
    """The columns of `INVENTORY` but the tags, then their keys and values."""
    tags = resource.tags
    return (
        resource.arn,
        resource.account,
        resource.region,
        resource.type,
        resource.state,
        resource.engine,
        list(resource.parents),
        resource.kms,
        None if resource.facts.get("versioning") is None else not is_unversioned(resource),
        "types" in resource.facts,
        None if tags is None else list(tags),
        None if tags is None else list(tags.values()),
    )


def parquet_size(path: str) -> int:
    """The number of rows that a Parquet file says it has; 0 where it is none."""
    library = _library()
    asked = "SELECT sum(num_rows) FROM parquet_file_metadata(?)"
    try:
        with library.connect() as connection:
            row = connection.execute(asked, [_GLOB.sub(r"[\1]", path)]).fetchone()
    except library.Error:
        return 0
    return int(row[0] or 0) if row else 0


def _why(error: Exception) -> str:
    return escaped(str(error).partition("\n")[0], _LONGEST_REASON)


def _library() -> ModuleType:
    try:
        import duckdb  # noqa: PLC0415 - an extra: most runs do without it
    except ImportError:
        raise UsageError(
            "`--engine duckdb` needs DuckDB: `pip install duckdb` into the environment of policyengine, "
            "or use `--engine python`"
        ) from None
    return duckdb

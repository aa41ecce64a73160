"""DuckDB as an engine for coverage: in this process, reading files itself, streaming (extra `inventory`)."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from policyengine.analysis.coverage import is_unversioned
from policyengine.analysis.coverage.coverage_sql import INVENTORY, CoverageRelation, InventoryTraits
from policyengine.aws.resources import InventorySettings, Resource
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.text import escaped
from policyengine.inventory.duckdb_tables import TableView, arn_hash
from policyengine.inventory.sql_coverage import tag_keys_of, traits_of

_PIECE = 10_000  # rows that are fetched, or put in, at once
_MEMORY = "1GB"  # what does not fit goes to disk
_LITTLE_MEMORY = "256MB"
_ROW = "file_row_number"
_SAMPLE = "_sample"  # behind the names of views
_GROUP, _OF_GROUP = 122_880, 6_000  # rows that Parquet usually has in a group, and of these in a sample
_LONGEST_REASON = 200
_OUR_COLUMNS = InventorySettings()
_GLOB = re.compile(r"([*?\[])")  # DuckDB takes names of files as patterns
_TAGS = [column.split()[0] for column in INVENTORY].index("tags")
_WHOLE = "the inventory"  # in messages on queries that read all files


class TableFacts(NamedTuple):
    """The figures of a table of resources: rows, those that the view cannot take, the latest capture, the sources.

    `leftovers` are ARNs that may say that a restore test left the resource, `hashes` how many ARNs have different ones;
    None where nobody looked.
    """

    rows: int
    unclear: int
    captured: datetime | None  # UTC
    sources: tuple[str, ...]
    leftovers: int | None = None
    hashes: int | None = None

    @classmethod
    def of(cls, answer: Sequence[Any]) -> TableFacts:
        """Those of the row that `TableView.facts` or `TableView.proven_facts` asks for."""
        rows, unclear, captured, sources, *more = answer
        moment = None if captured is None else datetime.fromtimestamp(captured, UTC)
        return cls(rows, unclear, moment, tuple(sources or ()), *more)


class DuckdbEngine:
    """A database in memory, which puts what does not fit into a folder of its own, `folder`.

    Raises `UsageError` where DuckDB is not installed.
    """

    def __init__(self, *, threads: int | None = None, memory: str = _MEMORY) -> None:
        library = _library()
        spilled = tempfile.mkdtemp(prefix="policyengine-")
        self.folder = Path(spilled)
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
        self._memory, self._shown = memory, _WHOLE
        self._library, self._connection = library, library.connect(config=config)
        self._keys: list[str] | None = None
        self._traits: InventoryTraits | None = None
        self.unclear, self.has_sample, self._has_deleted = 0, False, False

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
            raise UnreadableError(f"{self._shown}: cannot be read to its end: {_why(error)}") from None
        finally:
            if ordered:
                cursor.execute("SET preserve_insertion_order = false")
            cursor.close()

    def upload(self, relation: CoverageRelation) -> None:
        """Creates a table of the rows of a relation, in place of one of the same name."""
        self._connection.execute(f"CREATE OR REPLACE TABLE {relation.name} ({', '.join(relation.columns)})")
        lists = ", ".join(f"unnest(?::{column.split(maxsplit=1)[1]}[])" for column in relation.columns)
        self._insert(f"INSERT INTO {relation.name} SELECT {lists}", relation.rows)

    def take_deleted(self, text: str) -> None:
        """Takes in the ARNs of a query, of resources that were deleted: none of them may be in a table."""
        self._connection.execute("CREATE TABLE IF NOT EXISTS deleted_resources (arn VARCHAR)")
        self._has_deleted = True
        list(self.query(f"INSERT INTO deleted_resources {text}"))

    def tag_keys(self) -> list[str]:
        """Every key of tags."""
        if self._keys is None:
            self._keys = tag_keys_of(self)
        return self._keys

    def traits(self) -> InventoryTraits:
        """The kinds of content that the inventory may have."""
        if self._traits is None:
            self._traits = traits_of(self)
        return self._traits

    def take_resources(self, resources: Iterable[Resource]) -> None:
        """Fills `inventory` with resources, each of which stands there once, in place of those that it has."""
        self._connection.execute(f"CREATE OR REPLACE TABLE listed_resources ({', '.join(INVENTORY)})")
        types = [column.split(maxsplit=1)[1] for column in INVENTORY if not column.startswith("tags")]
        lists = ", ".join(f"unnest(?::{kind}[]) AS c{place}" for place, kind in enumerate(types))
        tags = "unnest(?::VARCHAR[][]) AS k, unnest(?::VARCHAR[][]) AS v"
        columns = [f"c{place}" for place in range(len(types))]
        columns.insert(_TAGS, "CASE WHEN k IS NOT NULL THEN map(k, v) END")
        text = f"INSERT INTO listed_resources SELECT {', '.join(columns)} FROM (SELECT {lists}, {tags}) AS t"
        self._insert(text, map(resource_row, resources))
        self._connection.execute("CREATE OR REPLACE VIEW inventory AS SELECT * FROM listed_resources")
        self._keys = self._traits = None
        self.has_sample = False

    def take_tables(
        self, files: Mapping[str, str], settings: InventorySettings, staged: Collection[str] = ()
    ) -> dict[str, TableFacts] | None:
        """Makes `inventory` a view of Parquet files, which each query reads; None where columns are of other types.

        `files` are paths by their names in messages; those of `staged` have our names of columns. The view is right
        only while `unclear` is 0. Raises `UnreadableError` for what is no Parquet file.
        """
        tables: dict[str, TableView] = {}
        for number, (name, path) in enumerate(files.items()):
            table = self._table(f"source{number}", name, path, _OUR_COLUMNS if name in staged else settings)
            if not table.is_readable:
                return None
            tables[name] = table
        facts: dict[str, TableFacts] = {}
        proven: set[str] = set()
        for name, table in tables.items():
            self._shown = name
            proven_facts = self._proven_facts(table, files[name])
            facts[name] = proven_facts or TableFacts.of(next(iter(self.query(table.facts()))))
            proven |= {name} if proven_facts else set()
        self._shown = next(iter(tables)) if len(tables) == 1 else _WHOLE
        self._keys = self._keys_of(tables.values())
        self._create_views(tables, self._keys, proven)
        self.unclear = sum(table.unclear for table in facts.values()) + self._repeated(list(facts.values()))
        self.unclear += self._listed_and_deleted()
        if proven == set(tables):
            self._traits = _proven_traits(tables.values(), facts.values(), self._keys)
        return facts

    def _keys_of(self, tables: Iterable[TableView]) -> list[str]:
        """Every key of tags in some tables."""
        tagged = [table.tag_keys() for table in tables if table.has_tags]
        return [key for (key,) in self.query(" UNION ".join(tagged)) if key is not None] if tagged else []

    def _create_views(self, tables: Mapping[str, TableView], keys: Collection[str], proven: Collection[str]) -> None:
        """Makes `inventory`, and `inventory_sample` of some of its rows; `proven` as in `TableView.view`, by name."""
        for view, suffix in (("inventory", ""), ("inventory_sample", _SAMPLE)):
            texts = (table.view(keys, proven=name in proven, suffix=suffix) for name, table in tables.items())
            self._connection.execute(f"CREATE OR REPLACE VIEW {view} AS {' UNION ALL '.join(texts)}")
        self.has_sample = True

    def _listed_and_deleted(self) -> int:
        """How many resources of `inventory` another list says were deleted."""
        if not self._has_deleted:
            return 0
        return self._number("SELECT count(*) FROM inventory WHERE arn IN (SELECT arn FROM deleted_resources)")

    def _proven_facts(self, table: TableView, path: str) -> TableFacts | None:
        """The facts of a table whose columns surely say what its ARNs say, and tags have values; None of any other."""
        text = table.proven_facts()
        if text is None or self._number(table.odd_places()):
            return None
        facts = TableFacts.of(self._in_little_memory(text))
        if facts.unclear or (table.has_tags and not self._has_all_values(table, path)):
            return None
        return facts

    def _has_all_values(self, table: TableView, path: str) -> bool:
        """Whether no tag of a table lacks its value: by what its Parquet file says, or by a look at them."""
        asked = (
            "SELECT stats_null_count FROM parquet_metadata(?) WHERE path_in_schema IN (?, ?) "
            "ORDER BY row_group_id, path_in_schema"
        )
        names = [f"{table.columns['tags_']}, key_value, {part}" for part in ("key", "value")]
        nulls = self._connection.execute(asked, [file_pattern(path), *names]).fetchall()
        if nulls and None not in {number for (number,) in nulls} and nulls[::2] == nulls[1::2]:
            return True
        return self._number(table.gaps()) == 0

    def _number(self, text: str) -> int:
        """The one number that answers a query."""
        return int(next(iter(self.query(text)))[0] or 0)

    def _repeated(self, facts: Sequence[TableFacts]) -> int:
        """How many of the rows have the ARN of another; those are compared whose hashes are equal."""
        rows, hashes = sum(table.rows for table in facts), facts[0].hashes
        if len(facts) > 1 or hashes is None:
            hashes = int(self._in_little_memory(f"SELECT count(DISTINCT {arn_hash('arn')}) FROM inventory")[0])
        if hashes == rows:
            return 0
        shared = f"SELECT {arn_hash('arn')} AS h FROM inventory GROUP BY 1 HAVING count(*) > 1"
        compared = f"SELECT count(*) - count(DISTINCT arn) FROM inventory WHERE {arn_hash('arn')} IN ({shared})"
        return self._number(compared)

    def _in_little_memory(self, text: str) -> Sequence[Any]:
        """The row that answers what counts much that differs: in little memory, which takes less time, or in all."""
        self._connection.execute(f"SET memory_limit = '{_LITTLE_MEMORY}'")
        try:
            return next(iter(self.query(text)))
        except UnreadableError:
            self._connection.execute(f"SET memory_limit = '{self._memory}'")
            return next(iter(self.query(text)))
        finally:
            self._connection.execute(f"SET memory_limit = '{self._memory}'")

    def _table(self, own: str, name: str, path: str, settings: InventorySettings) -> TableView:
        library = self._library
        try:
            source = self._connection.read_parquet(file_pattern(path))
            table = TableView(own, dict(zip(source.columns, map(str, source.types), strict=True)), settings)
            if table.is_readable:
                columns = [library.ColumnExpression(column).alias(alias) for alias, column in table.columns.items()]
                source.select(*columns).create_view(own, replace=True)
                self._sampled(source, path).select(*columns).create_view(f"{own}{_SAMPLE}", replace=True)
        except library.Error as error:
            raise UnreadableError(f"{name}: this is no Parquet file that DuckDB can read: {_why(error)}") from None
        return table

    def _sampled(self, source: Any, path: str) -> Any:  # noqa: ANN401 - DuckDB's relations
        """Some rows from everywhere in a table; all of one that has a column of the name that numbers of rows get."""
        if _ROW in map(str.lower, source.columns):
            return source
        numbered = self._connection.read_parquet(file_pattern(path), file_row_number=True)
        return numbered.filter(f"{_ROW} % {_GROUP} < {_OF_GROUP}")

    def _insert(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """Inserts rows in pieces, each as lists of the values of its columns."""
        for piece in _pieces(rows):
            self._connection.execute(text, [list(column) for column in zip(*piece, strict=True)])


def _proven_traits(
    tables: Collection[TableView], facts: Iterable[TableFacts], keys: Collection[str]
) -> InventoryTraits:
    """The traits of tables whose columns say what their ARNs say (no cluster does); `keys` are those of their tags."""
    has_engines = any(table.has_engines for table in tables)
    return InventoryTraits(
        contains=has_engines or any(table.has_parents(keys) for table in tables),
        engines=has_engines,
        versioning=any(table.has_facts for table in tables),
        clusters=False,
        leftovers=any(table.leftovers for table in facts),
    )


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


def file_pattern(path: str) -> str:
    """The pattern for one file alone."""
    return _GLOB.sub(r"[\1]", path)


def parquet_size(path: str) -> int:
    """The number of rows that a Parquet file says it has; 0 where it is none."""
    library = _library()
    asked = "SELECT sum(num_rows) FROM parquet_file_metadata(?)"
    try:
        with library.connect() as connection:
            row = connection.execute(asked, [file_pattern(path)]).fetchone()
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

"""Coverage in a warehouse that the user has: the text that DuckDB runs, translated, and small tables uploaded.

The resources are a table of the warehouse, or files that are read here and uploaded as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from policyengine.analysis.coverage.coverage_sql import INVENTORY, CoverageRelation, InventoryTraits
from policyengine.aws.resources import InventorySettings, Resource
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.base import page_url
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.text import escaped, listed
from policyengine.inventory.duckdb_engine import TableFacts, resource_row
from policyengine.inventory.duckdb_tables import TableView
from policyengine.inventory.sql_coverage import tag_keys_of, traits_of
from policyengine.inventory.warehouse_sql import translated, with_steps

MOST_UPLOADED = 200_000
"""How many resources of files are uploaded at most: more belong into a table of the warehouse."""

_CAST = {"DATE": "TIMESTAMP", "DECIMAL": "DOUBLE"}
_LONGEST = 60
_TAGS = [column.split()[0] for column in INVENTORY].index("tags")


class Warehouse(Protocol):
    """A connection to a warehouse; `dialect` is sqlglot's name of what it speaks.

    All raise `UnreadableError` in one sentence where the warehouse does not answer, or refuses.
    """

    dialect: str

    def close(self) -> None:
        """Drops the tables that were created, and ends."""

    def run(self, text: str) -> Iterator[Sequence[Any]]:
        """The rows of a query in its own words."""

    def create(self, relation: CoverageRelation) -> str:
        """Makes a table or view of a relation that lasts as long as the connection, and returns its name."""

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table with their types as `duckdb_type` has them; none where there is no such table."""


class WarehouseEngine:
    """A warehouse as a `SqlEngine`. It has no order of rows."""

    has_sample = False

    def __init__(self, warehouse: Warehouse, shown: str) -> None:
        self._warehouse, self._shown = warehouse, shown
        self._steps, self._names = "", dict[str, str]()

    def close(self) -> None:
        """Drops what was uploaded, and lets go of the warehouse."""
        self._warehouse.close()

    def query(self, text: str, *, ordered: bool = False) -> Iterator[Sequence[Any]]:  # noqa: ARG002 - there is none
        """The rows of a query in DuckDB's SQL."""
        whole = with_steps(self._steps, text)
        return self._warehouse.run(translated(whole, self._warehouse.dialect, self._names))

    def upload(self, relation: CoverageRelation) -> None:
        """Makes a table of a relation, in place of one of the same name."""
        self._names[relation.name] = self._warehouse.create(relation)

    def tag_keys(self) -> list[str]:
        """Every key of tags."""
        return tag_keys_of(self)

    def traits(self) -> InventoryTraits:
        """The kinds of content that the inventory has."""
        return traits_of(self)

    def take_resources(self, resources: Sequence[Resource]) -> None:
        """Uploads resources as `inventory`. Raises `UsageError` for too many."""
        if len(resources) > MOST_UPLOADED:
            raise UsageError(
                f"{self._shown}: {len(resources):,} resources of files are too many to upload (at most "
                f"{MOST_UPLOADED:,}); name a table that the warehouse has, `--inventory table:NAME`, "
                "or use `--engine duckdb`"
            )
        self._steps = ""
        self.upload(CoverageRelation("inventory", INVENTORY, map(_uploaded, resources)))

    def take_table(self, table: str, settings: InventorySettings) -> TableFacts:
        """Makes `inventory` of a table that the warehouse has. Raises `UnreadableError` for rows that are not plain."""
        view = self._view(table, settings)
        self._steps = f"source0 AS ({self._source(view, table)})"
        keys = [key for (key,) in self.query(view.tag_keys()) if key is not None] if view.has_tags else []
        facts = TableFacts.of(next(iter(self.query(view.facts()))))
        self._steps += f", inventory AS ({view.view(keys)})"
        self._require_plain(table, facts)
        return facts

    def _view(self, table: str, settings: InventorySettings) -> TableView:
        types = self._warehouse.columns(table)
        if not types:
            raise UnreadableError(f"{self._shown}: no table {table}, or no right to read it; check its name")
        for name in COLUMNS:
            column = settings.column(name)
            if column.lower() in types and column not in types:
                types[column] = types.pop(column.lower())
        if lacking := [column for column in settings.columns.values() if column not in types]:
            raise UnreadableError(
                f"{self._shown}: table {table} has no column {listed(lacking)} of [inventory.columns]; correct it"
            )
        self._types = types
        view = TableView("source0", {name: _CAST.get(kind, kind) for name, kind in types.items()}, settings)
        if not view.is_readable:
            wrong = [f"{name} ({escaped(types[settings.column(name)].lower(), _LONGEST)})" for name in view.misfits]
            what = (
                f"columns of other types: {', '.join(wrong)}" if wrong else "no column `arn`, or one for a single tag"
            )
            raise UnreadableError(
                f"{self._shown}: table {table} has {what}; make a view of it ({page_url('inventory.md')} has the types)"
            )
        return view

    def _source(self, view: TableView, table: str) -> str:
        """The columns that the view wants, of the table."""
        chosen = []
        for alias, column in view.columns.items():
            kind = _CAST.get(self._types[column])
            chosen.append(f"{f'CAST({_quoted(column)} AS {kind})' if kind else _quoted(column)} AS {alias}")
        return f"SELECT {', '.join(chosen)} FROM {'.'.join(map(_quoted, table.split('.')))}"  # noqa: S608 - quoted

    def _require_plain(self, table: str, facts: TableFacts) -> None:
        if not facts.rows:
            raise UnreadableError(
                f"{self._shown}: table {table} has no row, so that nothing can be said of any resource; fill it anew"
            )
        repeated = next(iter(self.query("SELECT count(*) - count(DISTINCT i.arn) FROM inventory AS i")))[0]
        if unclear := facts.unclear + repeated:
            raise UnreadableError(
                f"{self._shown}: {unclear:,} of {facts.rows:,} rows of table {table} repeat an ARN or have what is no "
                "plain value; in a warehouse each row must be plain, and stand there once"
            )


def _uploaded(resource: Resource) -> tuple[Any, ...]:
    *row, keys, values = resource_row(resource)
    row.insert(_TAGS, None if keys is None else dict(zip(keys, values, strict=True)))
    return tuple(row)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Where the resources of inventories are judged: `--engine`. DuckDB reads Parquet itself, a warehouse has its tables.

Every engine says the same. Of many resources in Parquet DuckDB says it sooner and in less memory, if it is installed.
All else is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policyengine.analysis.coverage import AccountPlans, CoverageSource, ResourceCoverage
from policyengine.aws.resources import InventorySettings, NotVisible, ResourceInventory
from policyengine.aws.resources.gathering import capture_findings, hidden_by, types_unlisted_by
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.text import suggestion
from policyengine.inventory.inventory_files import (
    MOST_RESOURCES,
    PARQUET,
    empty_inventory,
    inventory_paths,
    opened_file,
    project_inventory,
    unpacked,
)
from policyengine.inventory.sql_coverage import SqlCoverage, SqlEngine
from policyengine.inventory.warehouse_addresses import FORMS, WarehouseAddress, table_of, warehouse_address
from policyengine.project import Project

if TYPE_CHECKING:
    from policyengine.inventory.duckdb_engine import DuckdbEngine, TableFacts
    from policyengine.inventory.warehouse_engine import WarehouseEngine

ENGINES = ("auto", "python", "duckdb")
"""The engines without an address."""

_MANY, _MUCH = 300_000, 32 << 20  # rows of Parquet, or bytes of other lists, from which on DuckDB is worth its start
_MUCH_OF_ITEMS = 1 << 30  # bytes of items of AWS Config
_BEGINNING = 4096


class EngineInventory(NamedTuple):
    """An inventory in an engine, with what its sources cannot list, and the types that none of them can."""

    engine: SqlEngine
    not_visible: tuple[NotVisible, ...]
    unlisted: frozenset[str] = frozenset()

    def coverage(
        self, accounts: Mapping[str, AccountPlans], dynamodb_advanced: Mapping[str, bool] | None
    ) -> ResourceCoverage:
        """Its coverage by the plans of accounts."""
        return SqlCoverage(self.engine, accounts, dynamodb_advanced, self.not_visible, self.unlisted)


def judged_inventory(
    project: Project, given: Sequence[Path], engine: str, *, at: datetime
) -> Outcome[ResourceInventory] | Outcome[CoverageSource] | None:
    """The inventory of the files that are given, or else of the project's, for the engine; None where there is none.

    Raises as `project_inventory` does, and `UsageError` for an engine that there is not.
    """
    if address := warehouse_address(engine):
        return _in_warehouse(project, given, address, at)
    if engine not in ENGINES:
        advice = suggestion(engine, ENGINES) or f"the engines are {', '.join((*ENGINES, *FORMS))}"
        raise UsageError(f"--engine {engine}: no such engine; {advice}")
    if any(table_of(path) for path in given):
        raise UsageError(f"--engine {engine}: a table is read by a warehouse; the warehouses are {', '.join(FORMS)}")
    files = inventory_paths(project, given)
    if not files or engine == "python" or (engine == "auto" and not _is_large(files)):
        return project_inventory(project, given, at=at)
    from policyengine.inventory.duckdb_engine import DuckdbEngine  # noqa: PLC0415 - start-up: most runs do without

    duckdb = DuckdbEngine()
    direct = _in_place(duckdb, files, project.configuration.inventory, at)
    if direct:
        return direct
    read = project_inventory(project, given, at=at)
    if read is None:
        return None
    duckdb.take_resources(read.value.resources)
    source: CoverageSource = EngineInventory(duckdb, read.value.not_visible, read.value.unlisted)
    return Outcome(source, read.diagnostics)


def _in_warehouse(
    project: Project, given: Sequence[Path], address: WarehouseAddress, at: datetime
) -> Outcome[CoverageSource] | None:
    """The table that is given or the project's, else files, which are read here, in a warehouse."""
    settings = project.configuration.inventory
    tables = [table for path in given if (table := table_of(path))]
    if tables and len(given) > 1:
        raise UsageError("--inventory table:NAME: expected one table, and nothing beside it; join several in a view")
    table = tables[0] if tables else None if given else settings.table
    read = None if table else project_inventory(project, given, at=at)
    if table is None and read is None:
        return None
    engine = connected(address)
    if read is not None:
        engine.take_resources(read.value.resources)
        return Outcome(EngineInventory(engine, read.value.not_visible, read.value.unlisted), read.diagnostics)
    facts = engine.take_table(table or "", settings)
    findings = capture_findings(table or "", facts.captured, None, settings, at)
    sources = sorted(facts.sources)
    return Outcome(EngineInventory(engine, hidden_by(sources), types_unlisted_by(sources)), tuple(findings))


def connected(address: WarehouseAddress) -> WarehouseEngine:
    """A connected engine. Raises `UsageError` for a library that is missing, `UnreadableError` for no answer."""
    from policyengine.inventory.warehouse_engine import WarehouseEngine  # noqa: PLC0415 - as below

    if address.kind == "spark":
        from policyengine.inventory.spark_warehouse import SparkWarehouse  # noqa: PLC0415 - start-up: most runs do without

        return WarehouseEngine(SparkWarehouse(address), address.shown)
    from policyengine.inventory.dbapi_warehouse import DbapiWarehouse  # noqa: PLC0415 - start-up: most runs do without

    return WarehouseEngine(DbapiWarehouse(address), address.shown)


def _is_large(files: Mapping[str, Path]) -> bool:
    """Whether files have so much that DuckDB is worth its start, and it is there to read them."""
    if find_spec("duckdb") is None:
        return False
    from policyengine.inventory.duckdb_engine import parquet_size  # noqa: PLC0415 - start-up: most runs do without

    share = 0.0
    for name, file in files.items():
        if _is_parquet(file, name):
            share += parquet_size(str(file.absolute())) / _MANY
        else:
            share += file.stat().st_size / (_MUCH_OF_ITEMS if _has_items(file, name) else _MUCH)
    return share > 1


def _has_items(file: Path, name: str) -> bool:
    """Whether a list looks like items of AWS Config, which DuckDB reads in less memory, but not sooner."""
    with opened_file(file, name) as opened:
        begin = next(unpacked(opened), b"")[:_BEGINNING]
    return any(mark in begin for mark in (b'"Results"', b"onfigurationItem"))


def _is_parquet(file: Path, name: str) -> bool:
    with opened_file(file, name) as opened:
        return opened.stream.read(len(PARQUET)) == PARQUET


def _staged(engine: DuckdbEngine, files: Mapping[str, Path], settings: InventorySettings) -> dict[str, Path] | None:
    """The tables that are staged of files other than Parquet; None where one of them is not regular."""
    from policyengine.inventory.list_staging import ListStaging  # noqa: PLC0415 - as above

    staging, tables = ListStaging(engine, settings), dict[str, Path]()
    for name, file in files.items():
        if not _is_parquet(file, name):
            table = staging.stage(file, name)
            if table is None:
                return None
            tables[name] = table
    return tables


def _in_place(
    engine: DuckdbEngine, files: Mapping[str, Path], settings: InventorySettings, at: datetime
) -> Outcome[CoverageSource] | None:
    """The source that DuckDB reads in place: Parquet, and other lists that are regular.

    None where there is anything that only the reader of records can take.
    """
    staged = _staged(engine, files, settings)
    if staged is None:
        return None
    paths = {name: str(file.absolute()) for name, file in ({**files, **staged}).items()}
    tables = engine.take_tables(paths, settings, staged)
    if tables is None:
        return None
    rows, unclear = sum(table.rows for table in tables.values()), engine.unclear
    if not rows:
        raise empty_inventory(files)
    if unclear and rows > MOST_RESOURCES and not staged:
        raise UnreadableError(
            f"{next(iter(files))}: {unclear:,} of {rows:,} rows repeat an ARN or have what is no plain value; "
            f"with more than {MOST_RESOURCES:,} rows each must be plain, and stand there once"
        )
    if unclear:
        return None
    sources = sorted({source for table in tables.values() for source in table.sources})
    source: CoverageSource = EngineInventory(engine, hidden_by(sources), types_unlisted_by(sources))
    return Outcome(source, tuple(_untimely(files, tables, settings, at)))


def _untimely(
    files: Mapping[str, Path], tables: Mapping[str, TableFacts], settings: InventorySettings, at: datetime
) -> Iterator[Diagnostic]:
    for name, table in tables.items():
        with opened_file(files[name], name) as opened:
            yield from capture_findings(name, table.captured, opened.written, settings, at)

"""Lists in JSON and CSV that DuckDB reads: spooled as lines, then staged as a plain table of Parquet.

Both files stand in the engine's own folder, which goes with it, however the run ends. A list that is not regular from
end to end is not staged, and the reader of records takes it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from policyengine.analysis.coverage.coverage_sql import literal
from policyengine.aws.resources import InventorySettings
from policyengine.base.errors import UnreadableError
from policyengine.inventory.duckdb_engine import DuckdbEngine, file_pattern
from policyengine.inventory.inventory_files import opened_file, unpacked
from policyengine.inventory.list_spool import ListedLines, spool
from policyengine.inventory.staged_config import staged_config, with_texts_of_buckets
from policyengine.inventory.staged_csv import odd_lines, staged_csv
from policyengine.inventory.staged_json import (
    no_page,
    odd_records,
    records,
    staged_explorer,
    staged_table,
    staged_tagging,
)
from policyengine.inventory.staging_sql import copied

Stage: TypeAlias = "Callable[[str, InventorySettings], str | None]"
"""Makes the query for a staged table of a relation of records."""


class ListStaging:
    """Stages lists for an engine, by the columns of a project."""

    def __init__(self, engine: DuckdbEngine, settings: InventorySettings) -> None:
        self._engine, self._settings = engine, settings
        self._count = 0

    def stage(self, file: Path, name: str) -> Path | None:
        """The staged table of a file; None where it is not regular, or cannot be read."""
        self._count += 1
        lines = self._engine.folder / f"list{self._count}.lines"
        table = self._engine.folder / f"list{self._count}.parquet"
        try:
            with opened_file(file, name) as opened, lines.open("wb") as target:
                listed = spool(unpacked(opened), target)
            return table if listed is not None and self._is_staged(listed, lines, table) else None
        except OSError:  # the disk is full
            return None
        except UnreadableError:  # an error of DuckDB's, or of a query for what is not regular
            return None
        finally:
            lines.unlink(missing_ok=True)

    def _is_staged(self, listed: ListedLines, lines: Path, table: Path) -> bool:
        """Whether lines are regular; then their table is written."""
        path = file_pattern(str(lines))
        checked, text = self._csv(listed, path) if listed.headers else self._json(listed, path)
        if text is None or self._number(checked):
            return False
        self._number(copied(text, str(table)))
        if _are_items(listed):
            self._take_deleted(table)
        return True

    def _csv(self, listed: ListedLines, lines: str) -> tuple[str, str | None]:
        """The query for the number of odd rows, and that for the table."""
        return odd_lines(lines), staged_csv(listed.headers, lines, self._settings)

    def _json(self, listed: ListedLines, lines: str) -> tuple[str, str | None]:
        """The same for records in JSON."""
        relation = records(lines, packed=listed.packed)
        if not listed.key:
            relation = no_page(relation)
        if _are_items(listed):
            return odd_records(with_texts_of_buckets(relation)), staged_config(relation, packed=listed.packed)
        stage = _stage_of(listed, self._settings)
        return odd_records(relation), stage(relation, self._settings) if stage else None

    def _take_deleted(self, table: Path) -> None:
        """Takes what is no resource, or not any more, out of a table, and tells the engine of those deleted."""
        gone = f"FROM read_parquet({literal(file_pattern(str(table)))}) WHERE gone"
        if self._number(f"SELECT count(*) {gone}"):
            self._engine.take_deleted(f"SELECT arn {gone} AND arn IS NOT NULL")
            whole = table.with_suffix(".whole")
            table.rename(whole)
            left = f"SELECT * EXCLUDE (gone) FROM read_parquet({literal(file_pattern(str(whole)))}) WHERE NOT gone"  # noqa: S608 - ours
            self._number(copied(left, str(table)))
            whole.unlink()

    def _number(self, text: str) -> int:
        return int(next(iter(self._engine.query(text)))[0])


def _are_items(listed: ListedLines) -> bool:
    """Whether records are items of AWS Config, as the first one is."""
    return listed.packed or "awsRegion" in listed.first


def _stage_of(listed: ListedLines, settings: InventorySettings) -> Stage | None:
    """The stage for other records, of the kind of the first one, as `json_records` tells kinds; None for another."""
    first = listed.first
    if settings.column("arn") in first:
        return staged_table
    if "configurationItemStatus" in first:
        return None
    if "ResourceARN" in first:
        return staged_tagging
    return staged_explorer if "Arn" in first else None

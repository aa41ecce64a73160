"""Lists in JSON and CSV that DuckDB reads: spooled as lines, then staged as a plain table of Parquet.

Both files stand in the engine's own folder, which goes with it, however the run ends. A list that is not regular from
end to end is not staged, and the reader of records takes it.
"""

from __future__ import annotations

from pathlib import Path

from policyengine.aws.resources import InventorySettings
from policyengine.base.errors import UnreadableError
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.inventory_files import opened_file, unpacked
from policyengine.inventory.list_spool import ListedLines, spool
from policyengine.inventory.staged_csv import odd_lines, staged_csv
from policyengine.inventory.staging_sql import copied


class ListStaging:
    """Stages lists for an engine, by the columns of a project."""

    def __init__(self, engine: DuckdbEngine, settings: InventorySettings) -> None:
        self._engine, self._settings = engine, settings
        self._count = 0

    def stage(self, file: Path, name: str) -> Path | None:
        """The staged table of a file; None where it is not regular. Raises `UnreadableError` for no readable file."""
        self._count += 1
        lines = self._engine.folder / f"list{self._count}.lines"
        table = self._engine.folder / f"list{self._count}.parquet"
        try:
            with opened_file(file, name) as opened, lines.open("wb") as target:
                listed = spool(unpacked(opened), target)
            return table if listed is not None and self._is_staged(listed, lines, table) else None
        except OSError:  # the disk is full
            return None
        finally:
            lines.unlink(missing_ok=True)

    def _is_staged(self, listed: ListedLines, lines: Path, table: Path) -> bool:
        """Whether lines are regular; then their table is written."""
        text = staged_csv(listed.headers, str(lines), self._settings)
        if text is None:
            return False
        try:
            rows, odd = next(iter(self._engine.query(odd_lines(str(lines)))))
            if odd:
                return False
            (written,) = next(iter(self._engine.query(copied(text, str(table)))))
        except UnreadableError:
            return False
        return bool(written == rows)

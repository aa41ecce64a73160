"""The list of resources as a Parquet file, written with DuckDB, which the extra `inventory` installs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from policyengine.base.errors import UnreadableError, UsageError, reason
from policyengine.base.text import escaped
from policyengine.checkout import require_no_way_out

_COLUMNS = {
    "arn": "VARCHAR",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "type": "VARCHAR",
    "protected": "BOOLEAN",
    "plans": "VARCHAR[]",
    "reason": "VARCHAR",
    "through": "VARCHAR",
    "notes": "VARCHAR[]",
}
_LONGEST_REASON = 200


def write_parquet(file: Path, lines: Iterable[str]) -> None:
    """Writes rows, each a JSON text of its own, as Parquet, whole or not at all.

    Raises `UnreadableError` where it cannot be written, and `UsageError` where DuckDB is not installed.
    """
    require_no_way_out(file)
    target = Path(os.path.realpath(file))
    try:
        with tempfile.TemporaryDirectory(prefix=".policyengine-", dir=target.parent) as folder:
            rows, table = Path(folder) / "rows.json", Path(folder) / "rows.parquet"
            with rows.open("w", encoding="utf-8") as stream:
                stream.writelines(lines)
            _convert(rows, table)
            table.replace(target)
    except OSError as error:
        raise UnreadableError(f"{file}: cannot be written: {reason(error)}") from error


def _convert(rows: Path, table: Path) -> None:
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise UsageError(
            "Parquet needs DuckDB: `pip install duckdb` into the environment of policyengine, or write .json or .csv"
        ) from None
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    listed = f"SELECT * FROM read_json(?, format = 'newline_delimited', columns = {{{columns}}})"  # noqa: S608 - ours
    try:
        with duckdb.connect() as connection:
            connection.execute(f"CREATE VIEW listed AS {listed.replace('?', _quoted(rows))}")
            connection.execute(f"COPY listed TO {_quoted(table)} (FORMAT parquet)")
    except duckdb.Error as error:
        raise UnreadableError(escaped(str(error).partition("\n")[0], _LONGEST_REASON)) from None


def _quoted(path: Path) -> str:
    text = str(path).replace("'", "''")
    return f"'{text}'"

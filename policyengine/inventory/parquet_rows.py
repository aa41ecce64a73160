"""Rows of Parquet files, read with DuckDB, which the extra `inventory` installs.

DuckDB loads no extensions and looks for none on the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import duckdb

from policyengine.aws.documents import Json
from policyengine.aws.resources import InventorySettings
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.base.errors import UnreadableError
from policyengine.base.text import escaped
from policyengine.inventory.table_rows import TAG, lacking_column

_GLOB = re.compile(r"([*?\[])")
_ROWS = 10_000
_LONGEST_REASON = 200
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def parquet_rows(path: str, name: str, settings: InventorySettings) -> Iterator[Mapping[str, Json]]:
    """The rows of a file by the names of its columns, those alone that tables have.

    Nested values are JSON texts, moments are seconds since 1970. `name` is the file's in messages. Raises
    `UnreadableError` where it is no Parquet file, or has no column of ARNs.
    """
    literal = _GLOB.sub(r"[\1]", path)  # DuckDB takes names of files as patterns
    try:
        with duckdb.connect(config=_OFFLINE) as connection:
            types = _types(connection, literal)
            wanted = _wanted(types, name, settings)
            columns = ", ".join(_expression(column, types[column]) for column in wanted)
            answer = connection.execute(f"SELECT {columns} FROM read_parquet(?)", [literal])  # noqa: S608 - quoted
            while rows := answer.fetchmany(_ROWS):
                yield from (dict(zip(wanted, row, strict=True)) for row in rows)
    except duckdb.Error as error:
        why = escaped(str(error).partition("\n")[0], _LONGEST_REASON)
        raise UnreadableError(f"{name}: this is no Parquet file that DuckDB can read: {why}") from None


def _types(connection: duckdb.DuckDBPyConnection, literal: str) -> dict[str, str]:
    """The columns of a file with DuckDB's names of their types."""
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [literal])
    return {str(row[0]): str(row[1]) for row in described.fetchall()}


def _wanted(types: Mapping[str, str], name: str, settings: InventorySettings) -> list[str]:
    if lacking := lacking_column(settings, types):
        raise UnreadableError(f"{name}: {lacking}")
    names = {settings.column(column) for column in COLUMNS}
    return [column for column in types if column in names or column.startswith(TAG)]


def _expression(column: str, kind: str) -> str:
    """The expression that selects a column so that it is a value of JSON."""
    quoted = '"' + column.replace('"', '""') + '"'
    if kind.startswith(("TIMESTAMP", "DATE")):
        return f"epoch({quoted})"
    if kind.startswith("DECIMAL"):
        return f"CAST({quoted} AS DOUBLE)"
    if kind.startswith(("MAP", "STRUCT")) or kind.endswith(")[]"):
        return f"CAST(to_json({quoted}) AS VARCHAR)"
    plain = kind.endswith("[]") or kind in {"VARCHAR", "BOOLEAN", "DOUBLE", "FLOAT"} or "INT" in kind
    return quoted if plain else f"CAST({quoted} AS VARCHAR)"

"""Trino and Athena, by the drivers that Python's DBAPI describes: our own tables are created, and dropped at the end.

Credentials come from where the drivers have them: the environment, profiles and roles for Athena, `TRINO_PASSWORD` for
Trino. None of them is part of a message.
"""

from __future__ import annotations

import getpass
import json
import os
import secrets
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from policyengine.analysis.coverage.coverage_sql import CoverageRelation, literal
from policyengine.inventory.warehouse_addresses import WarehouseAddress
from policyengine.inventory.warehouse_faults import missing, refusal, silence_drivers, unanswered
from policyengine.inventory.warehouse_sql import JSON_COLUMNS, duckdb_type, kinds_of

_PIECE = 10_000  # rows that are fetched at once
_LONGEST = 200_000  # bytes of a statement: Athena takes 262,144
_TLS = (443, 8443)
_TIMEOUT, _ATTEMPTS = 60.0, 3  # seconds for an answer, and how often it is asked for
_WORKGROUP = "primary"  # which every account has
_TYPES = {"VARCHAR[]": "ARRAY(VARCHAR)"}
_LIBRARIES = {"trino": "trino", "athena": "PyAthena"}


class DbapiWarehouse:
    """A connection by a driver. Raises `UsageError` where that is not installed."""

    def __init__(self, address: WarehouseAddress) -> None:
        self.dialect, self._shown, self._schema = address.kind, address.shown, address.schema
        connect = _CONNECTORS[address.kind]
        silence_drivers()
        try:
            self._connection = connect(address)
        except ImportError:
            raise missing(address.kind, _LIBRARIES[address.kind]) from None
        except Exception as error:
            raise unanswered(address.shown, error) from None
        self._prefix, self._created = f"policyengine_{secrets.token_hex(6)}", list[str]()
        self._finalize = weakref.finalize(self, _drop, self._connection, self._created)

    def run(self, text: str) -> Iterator[Sequence[Any]]:
        """The rows of a query."""
        cursor = self._executed(text)
        names = [column[0] for column in cursor.description or ()]
        parsed = [place for place, name in enumerate(names) if name in JSON_COLUMNS]
        while rows := self._asked(lambda: cursor.fetchmany(_PIECE)):
            for row in rows:
                yield _with_values(row, parsed) if parsed else row

    def create(self, relation: CoverageRelation) -> str:
        """Makes a table in the schema of the address."""
        name = f"{self._prefix}_{len(self._created)}_{relation.name}"
        kinds = list(kinds_of(relation))
        verb = f"CREATE TABLE {name} AS"
        self._created.append(name)
        for rows in _statements(relation.rows):
            self._asked(self._executed(f"{verb} {_selected(kinds, rows)}").fetchall)
            verb = f"INSERT INTO {name}"
        return name

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table, by the schema that describes all others."""
        *place, name = table.lower().split(".")
        schema = place[-1] if place else self._schema.lower()
        catalog = f'"{place[0]}".' if len(place) > 1 else ""
        text = (
            f"SELECT column_name, data_type FROM {catalog}information_schema.columns "  # noqa: S608 - a checked name
            f"WHERE table_schema = {literal(schema)} AND table_name = {literal(name)}"
        )
        return {column: duckdb_type(kind) for column, kind in self.run(text)}

    def close(self) -> None:
        """Drops the tables that were created."""
        self._finalize()

    def _executed(self, text: str) -> Any:  # noqa: ANN401 - drivers have no types in common
        def execute() -> Any:  # noqa: ANN401 - as above
            cursor = self._connection.cursor()
            cursor.execute(text)
            return cursor

        return self._asked(execute)

    def _asked(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
        try:
            return call()
        except Exception as error:
            if refusal(error) is None:
                self._created.clear()  # to drop them would wait as long again; they are named `policyengine_`
            raise unanswered(self._shown, error) from None


def _statements(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    """Rows as SQL, as many as one statement takes; without any there is one empty statement."""
    piece, size, is_first = list[str](), 0, True
    for row in rows:
        text = f"({', '.join(map(_value, row))})"
        length = len(text.encode())
        if piece and size + length > _LONGEST:
            yield piece
            piece, size, is_first = [], 0, False
        piece.append(text)
        size += length + 2
    if piece or is_first:
        yield piece


def _selected(kinds: Sequence[tuple[str, str]], rows: Sequence[str]) -> str:
    """The SELECT of rows that are SQL."""
    types = [(name, _TYPES.get(kind, kind)) for name, kind in kinds]
    if not rows:
        return f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name}' for name, kind in types)} WHERE FALSE"
    columns = ", ".join(f"CAST(c{place} AS {kind}) AS {name}" for place, (name, kind) in enumerate(types))
    names = ", ".join(f"c{place}" for place in range(len(types)))
    return f"SELECT {columns} FROM (VALUES {', '.join(rows)}) AS t ({names})"  # noqa: S608 - values are quoted


def _value(value: Any) -> str:  # noqa: ANN401 - of a relation
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        keys, values = (f"CAST({_value(list(part))} AS ARRAY(VARCHAR))" for part in (value, value.values()))
        return f"MAP({keys}, {values})"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_value, value))}]"
    return literal(value)


def _with_values(row: Sequence[Any], parsed: Iterable[int]) -> list[Any]:
    values = list(row)
    for place in parsed:
        values[place] = None if values[place] is None else json.loads(values[place])
    return values


def _drop(connection: Any, created: Sequence[str]) -> None:  # noqa: ANN401 - of any driver
    with suppress(Exception):  # what is left over is named `policyengine_`
        for name in created:
            cursor = connection.cursor()
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.fetchall()
    with suppress(Exception):
        connection.close()


def _trino(address: WarehouseAddress) -> Any:  # noqa: ANN401 - a connection
    driver, auth = import_module("trino.dbapi"), import_module("trino.auth")
    password = os.environ.get("TRINO_PASSWORD")
    user = address.user or os.environ.get("TRINO_USER") or getpass.getuser()
    is_secret = bool(password) or address.port in {0, *_TLS}
    return driver.connect(
        host=address.host,
        port=address.port or _TLS[0],
        user=user,
        catalog=address.catalog,
        schema=address.schema,
        http_scheme="https" if is_secret else "http",
        auth=auth.BasicAuthentication(user, password) if password else None,
        source="policyengine",
        request_timeout=_TIMEOUT,
        max_attempts=_ATTEMPTS,
    )


def _athena(address: WarehouseAddress) -> Any:  # noqa: ANN401 - a connection
    driver = import_module("pyathena")
    group = address.group or os.environ.get("AWS_ATHENA_WORK_GROUP") or _WORKGROUP
    region = os.environ.get("AWS_REGION")  # boto3 takes AWS_DEFAULT_REGION and profiles alone
    return driver.connect(schema_name=address.schema, work_group=group, region_name=region)


_CONNECTORS: dict[str, Callable[[WarehouseAddress], Any]] = {"trino": _trino, "athena": _athena}

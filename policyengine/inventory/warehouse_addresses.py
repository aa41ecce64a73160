"""Addresses of warehouses: `spark://HOST:PORT`, `athena:DATABASE`, `trino://HOST/CATALOG/SCHEMA`, for `--engine`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from policyengine.aws.resources.inventory_settings import is_table_name
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.text import escaped

SPARK_PORT = 7077

_NAME = r"[A-Za-z0-9_$.-]+"
_HOST = r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?"
_SPARK = re.compile(rf"(?://)?(?P<master>local(?:\[(?:\d{{1,4}}|\*)\])?|yarn)|//{_HOST}/?")
_TRINO = re.compile(rf"(?://)?(?:(?P<user>[^@:/\s]+)@)?{_HOST}/(?P<catalog>{_NAME})/(?P<schema>{_NAME})/?")
_ATHENA = re.compile(rf"(?://)?(?:(?P<group>{_NAME})/)?(?P<database>{_NAME})/?")
_SECRET = re.compile(r"[^/@]*:[^/@]*@")
_TABLE = "table:"
_LONGEST = 120
FORMS = ("spark://HOST:PORT", "spark:local", "athena:[WORKGROUP/]DATABASE", "trino://[USER@]HOST[:PORT]/CATALOG/SCHEMA")
"""How addresses are written."""


class WarehouseAddress(Record):
    """Where a warehouse is; `shown` is what messages call it. What an address does not have is empty, a port 0.

    `master` is Spark's, `group` a workgroup of Athena, `schema` the schema of Trino or the database of Athena.
    """

    kind: str
    shown: str
    host: str = ""
    port: int = 0
    user: str = ""
    catalog: str = ""
    schema: str = ""
    group: str = ""
    master: str = ""


def warehouse_address(text: str) -> WarehouseAddress | None:
    """The address that an engine's name is; None for a name that is none.

    Raises `UsageError` for one that is not whole, and for one with a password, which is not shown.
    """
    kind, colon, rest = text.partition(":")
    if not colon or kind not in _KINDS:
        return None
    if _SECRET.search(rest.removeprefix("//")):
        raise UsageError(
            f"--engine {kind}: a password does not belong on a command line, where others can read it; "
            "set TRINO_PASSWORD in the environment, and leave it out of the address"
        )
    pattern, form, make = _KINDS[kind]
    match = pattern.fullmatch(rest)
    if match is None or not 0 <= int(match.groupdict().get("port") or 0) < 1 << 16:
        raise UsageError(f"--engine {escaped(text, _LONGEST)}: expected {form}")
    return make(match)


def table_of(path: Path) -> str | None:
    """The table that `--inventory table:NAME` names; None for a file. Raises `UsageError` for what names none."""
    text = str(path)
    if not text.startswith(_TABLE):
        return None
    name = text.removeprefix(_TABLE)
    if not is_table_name(name):
        raise UsageError(f"--inventory {escaped(text, _LONGEST)}: expected a table such as table:backup.resources")
    return name


def _spark(match: re.Match[str]) -> WarehouseAddress:
    if master := match["master"]:
        return WarehouseAddress("spark", f"spark:{master}", master="local[*]" if master == "local" else master)
    port = int(match["port"] or SPARK_PORT)
    shown = f"spark://{match['host']}:{port}"
    return WarehouseAddress("spark", shown, match["host"].strip("[]"), port, master=shown)


def _trino(match: re.Match[str]) -> WarehouseAddress:
    port = f":{match['port']}" if match["port"] else ""
    return WarehouseAddress(
        "trino",
        f"trino://{match['host']}{port}/{match['catalog']}/{match['schema']}",
        match["host"],
        int(match["port"] or 0),
        match["user"] or "",
        match["catalog"],
        match["schema"],
    )


def _athena(match: re.Match[str]) -> WarehouseAddress:
    group, database = match["group"] or "", match["database"]
    shown = f"athena:{group}/{database}" if group else f"athena:{database}"
    return WarehouseAddress("athena", shown, schema=database, group=group)


_KINDS: dict[str, tuple[re.Pattern[str], str, Callable[[re.Match[str]], WarehouseAddress]]] = {
    "spark": (_SPARK, f"{FORMS[0]}, {FORMS[1]} or spark:yarn", _spark),
    "athena": (_ATHENA, FORMS[2], _athena),
    "trino": (_TRINO, FORMS[3], _trino),
}

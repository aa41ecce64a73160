"""Spark, by PySpark: a session of one's own cluster, or of this machine. What is uploaded are views of the session."""

from __future__ import annotations

import os
import shutil
import socket
import weakref
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from policyengine.analysis.coverage.coverage_sql import CoverageRelation
from policyengine.base.errors import UsageError
from policyengine.inventory.warehouse_addresses import WarehouseAddress
from policyengine.inventory.warehouse_faults import missing, silence_drivers, unanswered
from policyengine.inventory.warehouse_sql import duckdb_type, kinds_of

_TIMEOUT = 10.0  # seconds until a master that does not take a connection counts as gone
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # before 3.4 a tag that is not there was a fault otherwise
}
_ON_THIS_MACHINE = {"spark.sql.shuffle.partitions": "4"}  # each is a task, of which Spark makes 200
_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "INTEGER": "int",
    "BOOLEAN": "boolean",
    "VARCHAR[]": "array<string>",
    "MAP(VARCHAR, VARCHAR)": "map<string, string>",
}


class SparkWarehouse:
    """A session. Raises `UsageError` where PySpark or Java is not installed."""

    dialect = "spark"

    def __init__(self, address: WarehouseAddress) -> None:
        self._shown, self._views = address.shown, 0
        silence_drivers()
        try:
            builder = import_module("pyspark.sql").SparkSession.builder
        except ImportError:
            raise missing("spark", "pyspark") from None
        _require_java()
        self._asked(lambda: _reach(address))
        builder = builder.master(address.master).appName("policyengine")
        settings = _SETTINGS if address.host or address.master == "yarn" else {**_SETTINGS, **_ON_THIS_MACHINE}
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._session = self._asked(builder.getOrCreate)
        self._finalize = weakref.finalize(self, self._session.stop)

    def run(self, text: str) -> Iterator[Sequence[Any]]:
        """The rows of a query."""
        rows = self._asked(lambda: self._session.sql(text).toLocalIterator())
        while (row := self._asked(lambda: next(rows, None))) is not None:
            yield row

    def create(self, relation: CoverageRelation) -> str:
        """Makes a view of the session."""
        schema = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in kinds_of(relation))
        rows, name = list(relation.rows), f"policyengine_{self._views}_{relation.name}"
        self._views += 1
        self._asked(lambda: self._session.createDataFrame(rows, schema).cache().createOrReplaceTempView(name))
        return name

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table or view."""
        quoted = ".".join(f"`{part}`" for part in table.split("."))
        if not self._asked(lambda: self._session.catalog.tableExists(quoted)):
            return {}
        fields = self._asked(lambda: self._session.table(quoted).schema.fields)
        return {field.name: duckdb_type(field.dataType.simpleString()) for field in fields}

    def close(self) -> None:
        """Ends the session."""
        self._finalize()

    def _asked(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - PySpark is no part of the gate
        try:
            return call()
        except Exception as error:
            raise unanswered(self._shown, error) from None


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (home and shutil.which("java", path=str(Path(home, "bin")))) and not shutil.which("java"):
        raise UsageError(
            "`--engine spark` needs a Java runtime: `apt-get install default-jre-headless`, or set JAVA_HOME; "
            "or use `--engine duckdb`"
        )


def _reach(address: WarehouseAddress) -> None:
    """Spark itself would ask a master that is gone for a minute."""
    if address.host:
        socket.create_connection((address.host, address.port), timeout=_TIMEOUT).close()

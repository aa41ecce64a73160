"""A warehouse that is DuckDB behind a driver of Python's DBAPI: takes the SQL of Trino, which it parses, and no other."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

_PARAMETER = (
    "SELECT",
    "WITH",
    "CREATE TABLE policyengine_",
    "INSERT INTO policyengine_",
    "DROP TABLE IF EXISTS policyengine_",
)


class FakeDriver:
    """A driver: `connect` has its arguments in `asked`; `statements` are those that ran, in their own words."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.asked: dict[str, Any] = {}
        self.statements: list[str] = []
        self.fault: Callable[[str], Exception | None] = lambda _: None
        self.is_closed = False

    @cached_property
    def database(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(config={"threads": 1})

    def connect(self, **asked: Any) -> "FakeDriver":  # noqa: ANN401 - a driver's
        self.asked = asked
        return self

    def cursor(self) -> "FakeCursor":
        return FakeCursor(self)

    def close(self) -> None:
        self.is_closed = True

    def tables(self) -> set[str]:
        return {name for (name,) in self.database.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


class FakeCursor:
    def __init__(self, driver: FakeDriver) -> None:
        self._driver = driver

    @cached_property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._driver.database.cursor()

    def execute(self, text: str) -> None:
        assert text.startswith(_PARAMETER), "only tables of our own are touched"
        assert len(text.encode()) < 262_144, "Athena takes no more"
        self._driver.statements.append(text)
        if error := self._driver.fault(text):
            raise error
        tree = sqlglot.parse_one(text, read=self._driver.dialect, error_level=sqlglot.ErrorLevel.RAISE)
        self._cursor.execute(tree.transform(_returned, copy=False).sql(dialect="duckdb"))

    @property
    def description(self) -> Sequence[tuple[Any, ...]]:
        return self._cursor.description or ()

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        return self._cursor.fetchmany(size)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._cursor.fetchall()


def _returned(node: exp.Expression) -> exp.Expression:
    """What sqlglot does not bring back to DuckDB."""
    if isinstance(node, exp.JSONFormat):
        return exp.cast(exp.Anonymous(this="TO_JSON", expressions=[node.this.this]), "VARCHAR")
    if isinstance(node, exp.ArraySize):  # of maps as well
        return exp.Anonymous(this="CARDINALITY", expressions=[node.this])
    if isinstance(node, exp.Column) and node.name == "data_type":
        return exp.Anonymous(this="TRINO_TYPE", expressions=[exp.column("data_type")])
    return node


def with_table(driver: FakeDriver, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """A table that the warehouse has, its columns with their types in DuckDB's words."""
    driver.database.execute(
        "CREATE OR REPLACE MACRO trino_type(t) AS CASE t WHEN 'MAP(VARCHAR, VARCHAR)' THEN 'map(varchar, varchar)' "
        "WHEN 'VARCHAR[]' THEN 'array(varchar)' WHEN 'TIMESTAMP' THEN 'timestamp(3)' ELSE lower(t) END"
    )
    driver.database.execute(
        f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
    )
    if rows:
        marks = ", ".join("?" * len(columns))
        driver.database.executemany(f"INSERT INTO {name} VALUES ({marks})", [list(row) for row in rows])  # noqa: S608 - of a test

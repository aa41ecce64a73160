"""Coverage in a warehouse is what it is here; Trino and Athena are DuckDB behind a driver that parses their SQL."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inventory.test_sql_coverage import ADVANCED, generated
from support.moment import AT
from support.warehouse_fake import FakeDriver, with_table

from policyengine.analysis.coverage import InventoryCoverage, plans_by_account
from policyengine.analysis.coverage.coverage_sql import INVENTORY
from policyengine.aws.resources import InventorySettings, Resource, ResourceInventory
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.inventory import judged_inventory
from policyengine.inventory.judging_engines import connected
from policyengine.inventory.sql_coverage import SqlCoverage
from policyengine.inventory.warehouse_addresses import warehouse_address
from policyengine.inventory.warehouse_engine import WarehouseEngine
from policyengine.inventory.warehouse_faults import unanswered
from policyengine.project import load_project

ADDRESSES = {"trino": "trino://ann@warehouse:8080/hive/backup", "athena": "athena:audits/backup"}


@pytest.fixture(params=["trino", "athena"])
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    return installed(request.param, monkeypatch)


def installed(kind: str, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    fake = FakeDriver(kind)
    modules: dict[str, Any] = {
        "trino.dbapi": fake,
        "trino.auth": SimpleNamespace(BasicAuthentication=lambda *both: both),
        "pyathena": fake,
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "trino", SimpleNamespace(dbapi=fake))
    monkeypatch.delenv("TRINO_PASSWORD", raising=False)
    return fake


def engine_of(driver: FakeDriver) -> WarehouseEngine:
    address = warehouse_address(ADDRESSES[driver.dialect])
    assert address is not None
    return connected(address)


def test_a_warehouse_and_python_agree(driver: FakeDriver) -> None:
    evaluation, listed = generated(0, 60)
    assert evaluation.deployment is not None
    engine = engine_of(driver)
    engine.take_resources(listed)
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment), ADVANCED)
    plain = InventoryCoverage(ResourceInventory(listed), evaluation.deployment, dynamodb_advanced=ADVANCED)
    assert coverage.result() == plain.result()
    tags = {resource.arn: resource.tags for resource in listed}
    rows = {row.arn: (row, tags[row.arn]) for row in plain.resources()}
    assert {row.arn: (row, labels) for row, labels, _ in coverage.labelled()} == rows


def test_values_are_no_sql(driver: FakeDriver) -> None:
    evaluation, _ = generated(2, 1)
    assert evaluation.deployment is not None
    tags = {"env'); DROP TABLE x; --": "é\\", 'Env"': "'", "more": ""}
    quoted = Resource("arn:aws:rds:eu-west-1:000000000001:db:o'reilly", "000000000001", "eu'--", "RDS", tags)
    engine = engine_of(driver)
    engine.take_resources([quoted, Resource("arn:aws:s3:::b", None, None, "S3", {})])
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment))
    assert {row.arn: labels for row, labels, _ in coverage.labelled()} == {quoted.arn: tags, "arn:aws:s3:::b": {}}


def test_what_is_made_is_dropped_at_the_end(driver: FakeDriver) -> None:
    engine = engine_of(driver)
    engine.take_resources([])
    SqlCoverage(engine, {}).result()
    assert len(driver.tables()) == 4
    engine.close()
    assert driver.tables() == set()
    assert driver.is_closed


def test_many_rows_are_put_in_by_several_statements(driver: FakeDriver) -> None:
    engine = engine_of(driver)
    listed = [Resource(f"arn:aws:s3:::{number:04}{'x' * 1500}", None, None, "S3", None) for number in range(200)]
    engine.take_resources(listed)
    assert sum(text.startswith("INSERT") for text in driver.statements) >= 1
    assert SqlCoverage(engine, {}).result().resources == 200


def test_more_belong_into_a_table(driver: FakeDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.inventory.warehouse_engine.MOST_UPLOADED", 1)
    with pytest.raises(UsageError, match=r"2 resources of files are too many to upload .*`--inventory table:NAME`"):
        engine_of(driver).take_resources([Resource("a", None, None, None, None)] * 2)


COLUMNS = {
    "resource": "VARCHAR",
    "account": "VARCHAR",
    "tags": "MAP(VARCHAR, VARCHAR)",
    "engine": "VARCHAR",
    "size_gb": "DECIMAL(10, 2)",
    "captured_at": "DATE",
    "source": "VARCHAR",
}
ROWS: list[list[Any]] = [
    ["arn:aws:rds:eu-west-1:000000000001:db:a", None, {"env": "prod"}, "mysql", 2, "2020-01-02", "config"],
    ["arn:aws:s3:::b", "000000000002", {}, None, None, "2020-01-02", "config"],
]
SETTINGS = InventorySettings(columns={"arn": "Resource"})


def in_table(driver: FakeDriver, rows: list[list[Any]], columns: dict[str, str]) -> None:
    driver.database.execute("CREATE SCHEMA IF NOT EXISTS backup")
    with_table(driver, "backup.resources", columns, rows)
    driver.database.execute("USE backup")


def test_a_table_of_the_warehouse_is_read_where_it_is(driver: FakeDriver, tmp_path: Path) -> None:
    in_table(driver, ROWS, COLUMNS)
    text = '[inventory]\ntable = "backup.resources"\nmax_age = "7 days"\n[inventory.columns]\narn = "Resource"\n'
    (tmp_path / "policyengine.toml").write_text(text)
    judged = judged_inventory(load_project(tmp_path), [], ADDRESSES[driver.dialect], at=AT)
    assert judged is not None
    assert not isinstance(judged.value, ResourceInventory)
    (finding,) = judged.diagnostics
    assert finding.message.startswith("the inventory backup.resources is ")
    coverage = judged.value.coverage({}, None)
    assert [source.source for source in coverage.not_visible] == ["config"]
    rows = {(row.arn, row.account, row.region, row.type) for row in coverage.resources()}
    assert rows == {(ROWS[0][0], "000000000001", "eu-west-1", "RDS"), (ROWS[1][0], "000000000002", None, "S3")}
    assert not [text for text in driver.statements if "policyengine_" in text and "inventory" in text.split("AS")[0]]


@pytest.mark.parametrize(
    ("columns", "rows", "sentence"),
    [
        ({}, [], "no table backup.resources, or no right to read it"),
        ({"arn": "VARCHAR"}, [], r"has no column `Resource` of \[inventory.columns\]"),
        ({"resource": "VARCHAR", "tags": "VARCHAR"}, [], r"columns of other types: tags \(varchar\); make a view"),
        ({"resource": "VARCHAR"}, [], "table backup.resources has no row"),
        ({"resource": "VARCHAR"}, [["arn:aws:s3:::b"], ["arn:aws:s3:::b"]], "1 of 2 rows .* repeat an ARN"),
        ({"resource": "VARCHAR"}, [["bucket"]], "1 of 1 rows .* repeat an ARN or have what is no plain value"),
    ],
)
def test_a_table_that_is_not_plain_is_refused(
    driver: FakeDriver, columns: dict[str, str], rows: list[list[Any]], sentence: str
) -> None:
    in_table(driver, rows, columns or {"other": "VARCHAR"})
    if not columns:
        driver.database.execute("DROP TABLE backup.resources")
    with pytest.raises(UnreadableError, match=sentence):
        engine_of(driver).take_table("backup.resources", SETTINGS)


def test_a_connection_has_what_the_address_says(monkeypatch: pytest.MonkeyPatch) -> None:
    trino = installed("trino", monkeypatch)
    engine_of(trino)
    expected = {"host": "warehouse", "port": 8080, "user": "ann", "catalog": "hive", "schema": "backup"}
    assert trino.asked.items() >= {**expected, "http_scheme": "http", "auth": None}.items()
    monkeypatch.setenv("TRINO_PASSWORD", "secret")
    engine_of(trino)
    assert trino.asked.items() >= {"http_scheme": "https", "auth": ("ann", "secret")}.items()
    athena = installed("athena", monkeypatch)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    engine_of(athena)
    assert athena.asked == {"schema_name": "backup", "work_group": "audits", "region_name": "eu-west-1"}


class RefusedError(Exception):
    error_name = "TABLE_NOT_FOUND"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConnectionError("https://ann:secret@warehouse"), r"does not answer \(ConnectionError\); check the address"),
        (RefusedError("line 1:1 secret"), r"refused a query \(TABLE_NOT_FOUND\); check the table"),
        (Exception("SYNTAX_ERROR: line 1:1: secret"), r"refused a query \(SYNTAX_ERROR\)"),
        (
            Exception(
                "An error occurred (AccessDeniedException) when calling the StartQueryExecution operation: secret"
            ),
            r"refused a query \(AccessDeniedException\)",
        ),
    ],
)
def test_a_warehouse_that_does_not_answer_is_one_sentence(driver: FakeDriver, error: Exception, sentence: str) -> None:
    driver.fault = lambda _: error
    with pytest.raises(UnreadableError, match=rf"^{driver.dialect}:.*{sentence}") as raised:
        engine_of(driver).take_resources([])
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_warehouse_that_does_not_answer_is_asked_for_nothing_more(driver: FakeDriver) -> None:
    engine = engine_of(driver)
    engine.take_resources([])
    driver.fault = lambda _: TimeoutError()
    with pytest.raises(UnreadableError, match="does not answer"):
        SqlCoverage(engine, {}).result()
    asked = len(driver.statements)
    engine.close()
    assert len(driver.statements) == asked
    assert driver.is_closed


def test_a_driver_that_cannot_connect_is_the_same_sentence(driver: FakeDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(**_: object) -> FakeDriver:
        raise OSError("secret")

    monkeypatch.setattr(driver, "connect", connect)
    with pytest.raises(UnreadableError, match=r"does not answer \(OSError\)"):
        engine_of(driver)


@pytest.mark.parametrize(
    ("engine", "library"), [("spark:local", "pyspark"), ("athena:x", "pyathena"), ("trino://h/c/s", "trino")]
)
def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch, engine: str, library: str) -> None:
    for name in ("pyspark", "pyspark.sql", "pyathena", "trino", "trino.dbapi"):
        monkeypatch.setitem(sys.modules, name, None)
    address = warehouse_address(engine)
    assert address is not None
    with pytest.raises(UsageError, match=f"needs .*: `pip install {library} sqlglot` into the environment"):
        connected(address)


def test_a_spark_condition_is_a_code() -> None:
    fault = type("AnalysisException", (Exception,), {"getCondition": lambda _: "TABLE_OR_VIEW_NOT_FOUND"})
    assert "refused a query (TABLE_OR_VIEW_NOT_FOUND)" in str(unanswered("spark:local", fault()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("spark://master", "spark://master:7077"),
        ("spark://10.0.0.1:7078", "spark://10.0.0.1:7078"),
        ("spark:local", "spark:local"),
        ("spark:local[4]", "spark:local[4]"),
        ("spark://local", "spark:local"),
        ("spark:yarn", "spark:yarn"),
        ("trino://ann@warehouse/hive/backup", "trino://warehouse/hive/backup"),
        ("trino:warehouse:8080/hive/backup", "trino://warehouse:8080/hive/backup"),
        ("athena:backup", "athena:backup"),
        ("athena://audits/backup", "athena:audits/backup"),
    ],
)
def test_addresses(text: str, shown: str) -> None:
    address = warehouse_address(text)
    assert address is not None
    assert address.shown == shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("trino://host", "--engine trino://host: expected trino://"),
        ("trino://host:99999/c/s", "expected trino://"),
        ("spark:somewhere", "expected spark://HOST:PORT, spark:local or spark:yarn"),
        ("athena:", r"--engine athena:: expected athena:\[WORKGROUP/\]DATABASE"),
        ("athena:a; b", "expected athena:"),
        ("trino://ann:secret@host/c/s", "a password does not belong on a command line"),
    ],
)
def test_an_address_that_is_not_whole_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as raised:
        warehouse_address(text)
    assert "secret" not in str(raised.value)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "policyengine.toml").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("engine", "given", "sentence"),
    [
        ("duckdb", ["table:x"], "a table is read by a warehouse; the warehouses are spark://"),
        ("trino://h/c/s", ["table:x", "y.csv"], "expected one table, and nothing beside it"),
        ("trino://h/c/s", ["table:x;y"], "expected a table such as table:backup.resources"),
    ],
)
def test_a_table_is_one_of_a_warehouse(project: Path, engine: str, given: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        judged_inventory(load_project(project), [Path(name) for name in given], engine, at=AT)


def test_a_warehouse_without_an_inventory_has_none(project: Path) -> None:
    assert judged_inventory(load_project(project), [], "trino://h/c/s", at=AT) is None


def test_the_columns_of_uploads_are_those_of_the_view(driver: FakeDriver) -> None:
    engine = engine_of(driver)
    engine.take_resources([])
    (made,) = [text for text in driver.statements if text.startswith("CREATE")]
    assert all(f" AS {column.split()[0]}" in made for column in INVENTORY)

"""A Parquet table is to DuckDB what it is to the reader of rows; what only that can take goes to it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from generators.dice import Dice
from inventory.lists import AT
from inventory.test_sql_coverage import generated

from policyengine.analysis.coverage import InventoryCoverage, plans_by_account
from policyengine.analysis.coverage.matching import SHARING
from policyengine.aws.facts.inventories import arn_forms
from policyengine.aws.resources import InventorySettings, Resource, ResourceInventory
from policyengine.aws.resources.identity import canonical
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.inventory import duckdb_engine, judged_inventory, judging_engines, read_inventory, sql_coverage
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.sql_coverage import SqlCoverage
from policyengine.project import load_project

SETTINGS = InventorySettings()
COLUMNS = {
    **dict.fromkeys(("arn", "account", "region", "type"), "VARCHAR"),
    "tags": "MAP(VARCHAR, VARCHAR)",
    **dict.fromkeys(("state", "engine", "kms"), "VARCHAR"),
    "parents": "VARCHAR[]",
    "facts": "MAP(VARCHAR, VARCHAR)",
}
STACK = "arn:aws:cloudformation:eu-west-1:000000000001:stack/s/1"
TAGS = (
    *("env", "aws:cloudformation:stack-id", "CSIVolumeName"),
    *("kubernetes.io/cluster/one", "kubernetes.io/cluster/two", "awsbackup-restore-test"),
)


@cache
def database() -> duckdb.DuckDBPyConnection:
    """In memory, to write tables with: to start one takes longer than a table."""
    return duckdb.connect(config={"threads": 1})


def written(file: Path, rows: list[dict[str, Any]], columns: dict[str, str] = COLUMNS) -> Path:
    """A table with columns of some types."""
    with database().cursor() as connection:
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE OR REPLACE TEMP TABLE t ({declared})")
        values = ", ".join(f"?::{kind}" for kind in columns.values())
        for row in rows:
            connection.execute(f"INSERT INTO t VALUES ({values})", [row.get(name) for name in columns])  # noqa: S608 - ours
        connection.table("t").write_parquet(str(file))
    return file


def rows_of(dice: Dice, count: int) -> list[dict[str, Any]]:
    """Rows with odd ARNs, and every fact present, absent or empty."""
    rows: dict[str, dict[str, Any]] = {}
    for place in range(count):
        arn = canonical(odd_arn(dice, place))
        tags = {key: dice.pick(("a", "", "b:c", STACK)) for key in dice.some(TAGS, 0, 3)}
        rows[arn] = {
            "arn": arn,
            "account": dice.pick((None, "", "000000000001")),
            "region": dice.pick((None, "", "eu-west-1")),
            "type": dice.pick((None, "", "RDS", "AWS::DocDB::DBCluster", "neptune", "EC2")),
            "tags": None if dice.chance(10) else tags,
            "state": dice.pick((None, "", "running")),
            "engine": dice.pick((None, "", "mysql", "AURORA", "docdb", "ontap", "Ontap")),
            "parents": dice.pick((None, [], ["arn:x"], ["arn:x", "arn:y", STACK])),
            "kms": dice.pick((None, "", "alias/aws/ebs")),
            "facts": dice.pick((None, {}, {"versioning": "Enabled"}, {"versioning": "Suspended"})),
        }
    return list(rows.values())


def odd_arn(dice: Dice, place: int) -> str:
    service = dice.pick((*arn_forms(), "lambda", "EC2", "Rds", "iam"))
    form = dice.pick(tuple(arn_forms().get(service.lower(), {"function:x": ""})))
    name = form
    for pattern in ("(/[^/]+)?", "[^/]+", "[^:]+", "[^/:]+", ".+"):
        name = name.replace(pattern, f"/id{place}" if pattern.startswith("(") and dice.chance(50) else f"id{place}")
    if dice.chance(20):
        odd = (name.upper(), f"{name}/more", f"{name}:more", f"x{name}", f"{name}\n", f"a/{name}", f"image/x:{name}")
        name = dice.pick(odd)
    partition = dice.pick(("aws", "aws", "aws", "aws-cn", "AWS"))
    region, account = dice.pick(("eu-west-1", "", "US-EAST-1", "a/b")), dice.pick(("000000000002", "", "123", "abc"))
    return ":".join(("ARN" if dice.chance(5) else "arn", partition, service, region, account, name))


def comparable(resource: Resource) -> tuple[object, ...]:
    """What coverage asks of a resource."""
    versioning, untold = resource.facts.get("versioning"), "types" in resource.facts
    place = resource.arn, resource.account, resource.region, resource.type, resource.tags
    return *place, resource.state, resource.engine, set(resource.parents), resource.kms, versioning, untold


def in_view(engine: DuckdbEngine) -> list[tuple[object, ...]]:
    rows = engine.query("SELECT * FROM inventory", ordered=True)
    return [(*row[:7], set(row[7] or ()), *row[8:]) for row in rows]


@pytest.mark.parametrize("seed", range(3))
def test_the_view_has_what_the_reader_of_rows_has(tmp_path: Path, seed: int) -> None:
    file = written(tmp_path / "t.parquet", rows_of(Dice(Random(seed)), 200))
    engine = DuckdbEngine(threads=1)
    assert engine.take_tables({"t": str(file)}, SETTINGS)
    assert engine.unclear == 0
    assert in_view(engine) == [comparable(one) for one in read_inventory([file], SETTINGS, at=AT).value.resources]
    engine.close()


PLACED = {name: kind for name, kind in COLUMNS.items() if name not in {"engine", "kms", "parents", "facts"}}
USUAL = {
    "EBS": "arn:aws:ec2:eu-west-1:000000000001:volume/",
    "RDS": "arn:aws:rds:eu-west-1:000000000001:db:",
    "DynamoDB": "arn:aws:dynamodb:eu-west-1:000000000001:table/",
    "S3": "arn:aws:s3:::",
}


def usual(kind: str, name: str = "One", **other: object) -> dict[str, Any]:
    """A row whose columns say what its ARN says."""
    place = {"account": "000000000001", "region": "eu-west-1", "type": kind}
    return {"arn": f"{USUAL[kind]}{name}", **place, "tags": {"env": "prod"}, **other}


def test_columns_that_say_what_arns_say_are_read_in_their_place(tmp_path: Path) -> None:
    rows = [*map(usual, USUAL), usual("S3", "two", account=None, region="", tags=None)]
    file = written(tmp_path / "t.parquet", rows, PLACED)
    engine = DuckdbEngine(threads=1)
    assert engine.take_tables({"t": str(file)}, SETTINGS)
    assert engine.traits() == (False, False, False, False, False)
    assert in_view(engine) == [comparable(one) for one in read_inventory([file], SETTINGS, at=AT).value.resources]
    engine.close()


@pytest.mark.parametrize(
    "row",
    [
        usual("EBS", account="000000000002"),
        usual("EBS", account=None),
        usual("EBS", region="eu-west-2"),
        usual("EBS", region=None),
        usual("EBS", type="EC2"),
        usual("EBS", type="AWS::EC2::Volume"),
        usual("EBS", type=None),
        usual("EBS", "a/b"),
        usual("EBS", "a:b"),
        usual("EBS", ""),
        usual("RDS", "a:b"),
        usual("S3", "a/b"),
        usual("S3", "a:b"),
        usual("S3", arn="arn:aws:s3:eu-west-1:000000000001:a"),
        usual("S3", account="1"),
        usual("EBS", arn="arn:aws:ec2:eu-west-1:1:volume/a", account="1"),
        usual("EBS", arn="arn:aws:ec2:a:b:000000000001:volume/a", region="a:b"),
        usual("EBS", arn="arn:aws-cn:ec2:eu-west-1:000000000001:volume/a"),
        usual("RDS", arn="arn:aws:rds:eu-west-1:000000000001:cluster:a"),
    ],
)
def test_columns_that_do_not_are_not_trusted(tmp_path: Path, row: dict[str, Any]) -> None:
    file = written(tmp_path / "t.parquet", [usual("DynamoDB"), row], PLACED)
    engine = DuckdbEngine(threads=1)
    engine.take_tables({"t": str(file)}, SETTINGS)
    if not engine.unclear:
        assert in_view(engine) == [comparable(one) for one in read_inventory([file], SETTINGS, at=AT).value.resources]
    engine.close()


def test_a_name_of_a_restore_test_is_seen_where_columns_are_read(tmp_path: Path) -> None:
    engine = DuckdbEngine(threads=1)
    file = written(tmp_path / "t.parquet", [usual("EBS", "awsbackup-restore-test-1")], PLACED)
    engine.take_tables({"t": str(file)}, SETTINGS)
    assert engine.traits() == (False, False, False, False, True)
    engine.close()


@pytest.mark.parametrize("rows", [[usual("EBS", tags={"env": None})], [usual("EBS"), usual("EBS", state="x")]])
def test_tags_without_values_and_repeated_arns_are_seen_too(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    engine = DuckdbEngine(threads=1)
    engine.take_tables({"t": str(written(tmp_path / "t.parquet", rows, PLACED))}, SETTINGS)
    assert engine.unclear == 1
    engine.close()


def test_a_table_may_have_a_column_for_numbers_of_rows(tmp_path: Path) -> None:
    engine = DuckdbEngine(threads=1)
    columns = {**PLACED, "File_Row_Number": "BIGINT"}
    engine.take_tables({"t": str(written(tmp_path / "t.parquet", [usual("EBS")], columns))}, SETTINGS)
    assert len(list(engine.query("SELECT * FROM inventory_sample"))) == 1
    engine.close()


def placed(listed: Iterable[Resource]) -> list[dict[str, Any]]:
    """The rows of resources whose columns say what their ARNs say."""
    return [
        {"arn": one.arn, "account": one.account, "region": one.region, "type": one.type, "tags": one.tags}
        | {"state": one.state}
        for one in listed
        if not one.parents and one.type not in SHARING
    ]


def test_a_table_that_changes_after_its_sample_is_judged_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_coverage, "_RARE", 2.0)
    evaluation, listed = generated(3, 60)
    assert evaluation.deployment is not None
    rows = placed(listed)
    file = written(tmp_path / "t.parquet", rows, PLACED)
    engine = DuckdbEngine(threads=1)
    engine.take_tables({"t": str(file)}, SETTINGS)
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment))
    assert (coverage.is_sampled, coverage.result().resources) == (True, len(rows))
    written(file, rows[1:], PLACED)
    with pytest.raises(UnreadableError, match="the inventory changed while it was read"):
        coverage.result()
    engine.close()


@pytest.mark.parametrize("rare", [0.0, 2.0])
def test_what_is_not_in_a_sample_is_judged_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rare: float
) -> None:
    monkeypatch.setattr(duckdb_engine, "_GROUP", 5)
    monkeypatch.setattr(duckdb_engine, "_OF_GROUP", 1)
    monkeypatch.setattr(sql_coverage, "_RARE", rare)
    evaluation, listed = generated(3, 400)
    assert evaluation.deployment is not None
    file = written(tmp_path / "t.parquet", placed(listed), PLACED)
    engine = DuckdbEngine(threads=1)
    engine.take_tables({"t": str(file)}, SETTINGS)
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment))
    plain = InventoryCoverage(read_inventory([file], SETTINGS, at=AT).value, evaluation.deployment)
    assert coverage.result() == plain.result()
    assert list(coverage.resources()) == list(plain.resources())
    assert list(coverage.resources(unprotected=True)) == [row for row in plain.resources() if row.protected is False]
    assert coverage.is_sampled == (rare > 1)
    engine.close()


def bucket(name: str = "logs", **facts: object) -> dict[str, Any]:
    return {"arn": f"arn:aws:s3:::{name}", **facts}


@pytest.mark.parametrize(
    "row",
    [
        {"arn": None},
        {"arn": ""},
        {"arn": "bucket"},
        {"arn": "arn:aws:s3:::"},
        bucket("x" * 3000),
        bucket(account="22222222222"),
        bucket(tags={"env": None}),
        bucket(parents=["arn:x", None]),
        bucket(facts={"versioning": None}),
        bucket(facts={"types": "RDS"}),
        bucket("other"),
        bucket(region="EU-West-1"),
        bucket(parents=["arn:aws:EC2:eu-west-1:000000000001:instance/i"]),
        {"arn": "arn:aws:S3:::logs"},
        {"arn": "ARN:aws:s3:::logs"},
        {"arn": "arn:aws:ec2:EU-WEST-1:000000000001:volume/v"},
        {"arn": "arn:aws:ec2:eu-west-1:000000000001:Volume/v"},
        {"arn": "arn:aws:ssm-sap:eu-west-1:000000000001:hana/app/DB"},
    ],
)
def test_a_row_that_is_not_plain_goes_to_the_reader_of_rows(tmp_path: Path, row: dict[str, Any]) -> None:
    engine = DuckdbEngine(threads=1)
    file = written(tmp_path / "t.parquet", [bucket("other"), row])
    engine.take_tables({"t": str(file)}, SETTINGS)
    assert engine.unclear == 1
    engine.close()


@pytest.mark.parametrize("size", [-1.0, float("nan"), float("inf"), 1e301])
def test_so_does_a_size_that_cannot_be(tmp_path: Path, size: float) -> None:
    columns = {"arn": "VARCHAR", "size_gb": "DOUBLE"}
    engine = DuckdbEngine(threads=1)
    engine.take_tables({"t": str(written(tmp_path / "t", [bucket(size_gb=size)], columns))}, SETTINGS)
    assert engine.unclear == 1
    engine.close()


@pytest.mark.parametrize(
    "columns",
    [
        {"arn": "VARCHAR", "tags": "VARCHAR"},
        {"arn": "VARCHAR", "account": "BIGINT"},
        {"arn": "VARCHAR", '"tag:env"': "VARCHAR"},
        {"arn": "VARCHAR", "facts": "JSON"},
        {"id": "VARCHAR"},
    ],
)
def test_so_do_columns_of_other_types(tmp_path: Path, columns: dict[str, str]) -> None:
    engine = DuckdbEngine(threads=1)
    file = written(tmp_path / "t.parquet", [bucket(id="x")], columns)
    assert engine.take_tables({"t": str(file)}, SETTINGS) is None
    engine.close()


def project(folder: Path, **columns: str) -> Path:
    names = "\n".join(f'{name} = "{column}"' for name, column in columns.items())
    (folder / "policyengine.toml").write_text(f'[inventory]\nmax_age = "1 day"\n[inventory.columns]\n{names}\n')
    return folder


def test_tables_are_judged_together_where_they_lie(tmp_path: Path) -> None:
    columns = {"arn": "VARCHAR", "captured_at": "TIMESTAMP", "source": "VARCHAR"}
    old = written(tmp_path / "[old]*.parquet", [bucket("a", captured_at="2020-01-02", source="config")], columns)
    new = written(tmp_path / "new.parquet", [bucket("b", tags={"env": "x"})])
    judged = judged_inventory(load_project(project(tmp_path)), [old, new], "duckdb", at=AT)
    plain = judged_inventory(load_project(tmp_path), [old, new], "python", at=AT)
    assert judged is not None
    assert plain is not None
    assert not isinstance(judged.value, ResourceInventory)
    assert judged.diagnostics == plain.diagnostics
    assert len(judged.diagnostics) == 1
    coverage = judged.value.coverage({}, None)
    assert [row.arn for row in coverage.resources()] == ["arn:aws:s3:::a", "arn:aws:s3:::b"]
    assert isinstance(plain.value, ResourceInventory)
    assert coverage.not_visible == plain.value.not_visible


def test_a_table_without_tags_stands_beside_one_whose_tags_name_parents(tmp_path: Path) -> None:
    tags = {"aws:cloudformation:stack-id": STACK, "CSIVolumeName": "a", "kubernetes.io/cluster/one": "owned"}
    untagged = {name: kind for name, kind in PLACED.items() if name != "tags"}
    one = written(tmp_path / "a.parquet", [usual("EBS", tags=tags)], PLACED)
    two = written(tmp_path / "b.parquet", [usual("EBS", "Two")], untagged)
    engine = DuckdbEngine(threads=1)
    assert engine.take_tables({"a": str(one), "b": str(two)}, SETTINGS)
    listed = read_inventory([one, two], SETTINGS, at=AT).value.resources
    assert in_view(engine) == [comparable(resource) for resource in listed]
    engine.close()


def test_an_arn_in_two_tables_is_a_single_resource_of_the_reader(tmp_path: Path) -> None:
    one, two = written(tmp_path / "1.parquet", [bucket()]), written(tmp_path / "2.parquet", [bucket(state="x")])
    judged = judged_inventory(load_project(project(tmp_path)), [one, two], "duckdb", at=AT)
    assert judged is not None
    (finding,) = judged.diagnostics
    assert finding.message.startswith("1 record of the inventory has an ARN that another one has, too")
    assert not isinstance(judged.value, ResourceInventory)
    assert judged.value.coverage({}, None).result().resources == 1


def test_what_is_wrong_with_a_row_is_said_as_ever(tmp_path: Path) -> None:
    file = written(tmp_path / "t.parquet", [bucket(), {"arn": "bucket"}])
    with pytest.raises(UnreadableError, match="expected the ARN of a resource, found `bucket`"):
        judged_inventory(load_project(project(tmp_path)), [file], "duckdb", at=AT)


def test_too_many_rows_must_be_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging_engines, "MOST_RESOURCES", 1)
    file = written(tmp_path / "t.parquet", [bucket(), bucket()])
    with pytest.raises(UnreadableError, match="1 of 2 rows repeat an ARN or have what is no plain value"):
        judged_inventory(load_project(project(tmp_path)), [file], "duckdb", at=AT)


def test_many_rows_of_parquet_are_judged_in_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging_engines, "_MANY", 1)
    one, two = written(tmp_path / "1.parquet", [bucket()]), written(tmp_path / "2.parquet", [bucket("a"), bucket("b")])
    few = judged_inventory(load_project(project(tmp_path)), [one], "auto", at=AT)
    many = judged_inventory(load_project(tmp_path), [two], "auto", at=AT)
    assert few is not None
    assert many is not None
    assert isinstance(few.value, ResourceInventory)
    assert not isinstance(many.value, ResourceInventory)


def test_a_file_that_only_begins_like_parquet_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    file.write_bytes(b"PAR1 and nothing else")
    for engine in ("auto", "duckdb", "python"):
        with pytest.raises(UnreadableError, match="this is no Parquet file that DuckDB can read"):
            judged_inventory(load_project(project(tmp_path)), [file], engine, at=AT)


def test_a_file_that_is_damaged_within_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "t.parquet", [bucket(letter) for letter in "abc"])
    whole = file.read_bytes()
    file.write_bytes(whole[:8] + b"\xff" * 24 + whole[32:])
    for engine in ("duckdb", "python"):
        with pytest.raises(UnreadableError, match=r"t\.parquet: .*can"):
            judged_inventory(load_project(project(tmp_path)), [file], engine, at=AT)


def test_a_column_that_the_project_names_must_be_there(tmp_path: Path) -> None:
    file = written(tmp_path / "t.parquet", [bucket()])
    for engine in ("duckdb", "python"):
        with pytest.raises(UnreadableError, match=r"t\.parquet: expected a column `gone`, .* names as `size_gb`"):
            judged_inventory(load_project(project(tmp_path, size_gb="gone")), [file], engine, at=AT)


def test_an_engine_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--engine duckbd: no such engine; did you mean `duckdb`"):
        judged_inventory(load_project(project(tmp_path)), [], "duckbd", at=AT)

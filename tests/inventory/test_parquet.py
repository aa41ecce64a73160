"""Parquet files: the same rows as any table, whatever types their columns have."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from inventory.lists import AT

from policyengine.aws.resources import InventorySettings, Resource
from policyengine.base.errors import UnreadableError
from policyengine.inventory import read_inventory

ARN = "'arn:aws:s3:::logs' AS arn"


def written(folder: Path, columns: str, name: str = "inventory.parquet", rows: int = 1) -> Path:
    """A file with rows that are the same."""
    plain = folder / "plain"
    duckdb.execute(f"COPY (SELECT {columns} FROM range({rows}) AS t(n)) TO '{plain}' (FORMAT parquet)")  # noqa: S608 - ours
    return plain.rename(folder / name)


def read(file: Path, **columns: str) -> tuple[Resource, ...]:
    return read_inventory([file], InventorySettings(columns=columns), at=AT).value.resources


@pytest.mark.parametrize(
    ("columns", "field", "value"),
    [
        ("MAP {'Env': 'prod'} AS tags", "tags", {"Env": "prod"}),
        ("[{'key': 'Env', 'value': 'prod'}] AS tags", "tags", {"Env": "prod"}),
        ("{'Env': 'prod'} AS tags", "tags", {"Env": "prod"}),
        ("""'{"Env": "prod"}' AS tags""", "tags", {"Env": "prod"}),
        ("NULL::MAP(VARCHAR, VARCHAR) AS tags", "tags", None),
        ("MAP([]::VARCHAR[], []::VARCHAR[]) AS tags", "tags", {}),
        ('\'prod\' AS "tag:Env", NULL::VARCHAR AS "tag:env"', "tags", {"Env": "prod"}),
        ("22222222222 AS account", "account", "022222222222"),
        ("12.5::DECIMAL(10, 2) AS size_gb", "size_gb", 12.5),
        ("7::HUGEINT AS size_gb", "size_gb", 7),
        ("TIMESTAMPTZ '2026-01-02 01:00:00+02' AS created", "created", datetime(2026, 1, 1, 23, tzinfo=UTC)),
        ("TIMESTAMP '2026-01-02 01:00:00' AS created", "created", datetime(2026, 1, 2, 1, tzinfo=UTC)),
        ("DATE '2026-01-02' AS created", "created", datetime(2026, 1, 2, tzinfo=UTC)),
        ("['arn:a', 'arn:b'] AS parents", "parents", ("arn:a", "arn:b")),
        ("{'versioning': true} AS facts", "facts", {"versioning": True}),
        ("true AS encrypted", "encrypted", True),
        ("'2026-01-02'::BLOB AS other, 'running' AS state", "state", "running"),
    ],
)
def test_a_column_may_have_any_type(tmp_path: Path, columns: str, field: str, value: object) -> None:
    (resource,) = read(written(tmp_path, f"{ARN}, {columns}"))
    assert getattr(resource, field) == value


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    (resource,) = read(written(tmp_path, '\'arn:aws:s3:::logs\' AS "the ""arn"'), arn='the "arn')
    assert resource.type == "S3"


def test_a_file_without_a_column_that_the_project_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"expected a column `labels`, which .* names as `tags`"):
        read(written(tmp_path, f"{ARN}, 1 AS name"), tags="labels")


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "1 AS name")
    with pytest.raises(
        UnreadableError, match=r"inventory.parquet: expected a column `arn`, found `name`; name the column"
    ):
        read(file)


def test_a_fault_names_its_row(tmp_path: Path) -> None:
    file = written(tmp_path, f"{ARN}, 1 - n AS size_gb", rows=3)
    with pytest.raises(
        UnreadableError, match=r"inventory.parquet:3: size_gb: expected a size of 0 or more GB, found `-1`"
    ):
        read(file)


@pytest.mark.parametrize("name", ["a*.parquet", "a[1].parquet", "a?.json", "it's.csv"])
def test_the_name_of_a_file_is_no_pattern(tmp_path: Path, name: str) -> None:
    written(tmp_path, "'arn:aws:s3:::other' AS arn", "a1.parquet")
    file = written(tmp_path, ARN, name)
    assert [resource.arn for resource in read(file)] == ["arn:aws:s3:::logs"]


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, ARN, rows=100)
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(UnreadableError, match=r"inventory.parquet: this is no Parquet file that DuckDB can read: "):
        read(file)


def test_without_duckdb_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, ARN)
    monkeypatch.delitem(sys.modules, "policyengine.inventory.parquet_rows", raising=False)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UnreadableError, match=r"which is not installed: `pip install duckdb` into the environment"):
        read(file)

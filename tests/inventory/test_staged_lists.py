"""Lists in JSON and CSV are to DuckDB what they are to the reader of records; what only that can take goes to it."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inventory.lists import AT
from inventory.test_tables_in_place import comparable, in_view

from policyengine.aws.resources import InventorySettings, ResourceInventory
from policyengine.base.errors import UnreadableError
from policyengine.inventory import judged_inventory, judging_engines, list_staging, read_inventory
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.list_staging import ListStaging
from policyengine.project import load_project

SETTINGS = InventorySettings()
SAMPLES = Path(__file__).parent / "samples"
SMALL = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
Row = tuple[object, ...]


def staged(file: Path, columns: InventorySettings = SETTINGS) -> list[Row] | None:
    """What DuckDB reads of a file, in any order; None where it leaves it to the reader of records."""
    engine = DuckdbEngine(threads=1)
    try:
        table = ListStaging(engine, columns).stage(file, file.name)
        if table is None:
            return None
        engine.take_tables({file.name: str(table)}, columns, {file.name})
        return None if engine.unclear else sorted(in_view(engine), key=repr)
    finally:
        engine.close()


def read_one_by_one(file: Path, columns: InventorySettings = SETTINGS) -> list[Row]:
    return sorted(map(comparable, read_inventory([file], columns, at=AT).value.resources), key=repr)


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "list"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


READ = [
    *("table.csv", "tag-editor.csv", "normalised.jsonl", "resource-explorer.json", "tagging-api.json"),
    *("config-query.json", "config-snapshot.json"),
]


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_samples_are_read_by_duckdb(tmp_path: Path, name: str, pack: object) -> None:
    columns = InventorySettings(columns={"arn": "resource"}) if name == "table.csv" else SETTINGS
    content = (SAMPLES / name).read_bytes()
    file = written(tmp_path, gzip.compress(content) if pack is gzip.compress else content)
    assert staged(file, columns) == read_one_by_one(file, columns)


ARN = "arn:aws:ec2:eu-west-1:111111111111:volume/vol-"
REGULAR_ROWS = [
    "arn,account\n{0}1,\n{0}2,111111111111\n",
    "arn\r\n{0}1\r\n\r\n{0}2",
    '\ufeff"arn","tag:env",tag:b\n{0}1,prod,\n{0}2,"a, ""b""",c\n',
    'arn,tags,tag:env\n{0}1,"{{""a"": ""b, c"", ""\\u00e9"": ""\\n""}}",x\n{0}2,,\n{0}3,{{}},\n',
    "arn,created,captured_at\n{0}1,2026-01-02,2026-01-02T03:04:05.123Z\n{0}2,,2026-01-02 03:04:05\n",
    "arn,size_gb,encrypted,parents,kms\n{0}1,1.5,Yes,arn:x arn:y,k\n{0}2,,,,\n",
    'arn,facts\narn:aws:s3:::a,"{{""versioning"": true}}"\narn:aws:s3:::b,"{{""versioning"":""Suspended""}}"\n',
    "arn,type,engine\narn:aws:rds:eu-west-1:111111111111:cluster:a,RDS,\narn:aws:rds:eu-west-1:111111111111:cluster:b,,docdb\n",
]


@pytest.mark.parametrize("text", REGULAR_ROWS)
def test_a_regular_csv_is_read_by_duckdb(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text.format(ARN))
    assert staged(file) == read_one_by_one(file)


@pytest.mark.parametrize(
    "text",
    [
        'arn,state\n{0}1,"a"b\n',
        'arn,state\n{0}1, "a"\n',
        'arn,state\n{0}1,"a" \n',
        'arn,state\n{0}1,"a\nb"\n',
        "arn,state\n{0}1\n",
        "arn,state\n{0}1,a,b\n",
        "arn,state\n{0}1,a\rb\n",
        "arn,state\n{0}1,a\0b\n",
        "arn,state\n{0}1,a\2b\n",
        "arn,state\n{0}1,a\n{0}1,b\n",
        'arn,tags\n{0}1,"{{""a"":1}}"\n',
        'arn,tags\n{0}1,"{{""a"":""b"",}}"\n',
        'arn,tags\n{0}1,"{{""a"":""\\ud800""}}"\n',
        'arn,tags\n{0}1,"{{""a"":""b"",""a"":""c""}}"\n',
        'arn,tags,tag:a\n{0}1,"{{""a"":""b""}}",c\n',
        "arn,created\n{0}1,2026-02-30\n",
        "arn,created\n{0}1,1700000000\n",
        "arn,size_gb\n{0}1,-1\n",
        "arn,size_gb\n{0}1,1e3\n",
        "arn,encrypted\n{0}1,maybe\n",
        "arn,parents\n{0}1,arn:x  arn:y\n",
        "arn,facts\n{0}1,[]\n",
        "id\n{0}1\n",
        "arn,arn\n{0}1,{0}1\n",
    ],
)
def test_a_csv_of_another_form_is_not(tmp_path: Path, text: str) -> None:
    assert staged(written(tmp_path, text.format(ARN))) is None


CELLS = st.sampled_from(
    [
        *(
            "",
            "x",
            "prod",
            '"a, b"',
            '"a""b"',
            ' "x"',
            '"x" ',
            "é",
            "{}",
            '"{""a"":""b""}"',
            "111111111111",
            "1",
            "true",
        ),
        *("2026-01-02", "arn:x arn:y", "eu-west-1", "EBS", "a\tb", "\\", "'", "NULL", "\0", '"', "(not tagged)"),
    ]
)
HEADERS = ["account", "region", "type", "tags", "tag:env", "tag:é", "state", "size_gb", "encrypted", "parents", "facts"]


@given(st.lists(st.sampled_from(HEADERS), max_size=3, unique=True), st.lists(st.lists(CELLS, max_size=4), max_size=3))
@SMALL
def test_whatever_duckdb_reads_of_a_csv_is_what_the_reader_reads(
    tmp_path: Path, headers: list[str], rows: list[list[str]]
) -> None:
    lines = [",".join(("arn", *headers)), *(",".join((f"{ARN}{n}", *cells)) for n, cells in enumerate(rows))]
    file = written(tmp_path, "\n".join(lines))
    read = staged(file)
    assert not read or read == read_one_by_one(file)


def project(folder: Path) -> Path:
    (folder / "policyengine.toml").write_text('[inventory]\nmax_age = "1 day"\n')
    return folder


def test_a_list_and_its_faults_are_what_python_says(tmp_path: Path) -> None:
    file = written(project(tmp_path), f"arn,captured_at\n{ARN}1,2020-01-02\n")
    duckdb, python = (judged_inventory(load_project(tmp_path), [file], name, at=AT) for name in ("duckdb", "python"))
    assert duckdb is not None
    assert python is not None
    assert not isinstance(duckdb.value, ResourceInventory)
    assert duckdb.diagnostics == python.diagnostics
    assert len(duckdb.diagnostics) == 1
    written(tmp_path, "arn,size_gb\nbucket,-1\n")
    with pytest.raises(UnreadableError, match=r"list:2: size_gb: expected a size of 0 or more GB, found `-1`"):
        judged_inventory(load_project(tmp_path), [file], "duckdb", at=AT)


def test_an_arn_in_two_lists_is_one_resource(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    one.write_text(f"arn\n{ARN}1\n")
    two.write_text(f"arn\n{ARN}1\n")
    judged = judged_inventory(load_project(project(tmp_path)), [one, two], "duckdb", at=AT)
    assert judged is not None
    assert [finding.message.split()[0] for finding in judged.diagnostics] == ["1"]


def test_a_large_list_is_judged_in_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(project(tmp_path), f"arn\n{ARN}1\n")
    few = judged_inventory(load_project(tmp_path), [file], "auto", at=AT)
    monkeypatch.setattr(judging_engines, "_MUCH", 1)
    many = judged_inventory(load_project(tmp_path), [file], "auto", at=AT)
    items = written(tmp_path, (SAMPLES / "config-query.json").read_text())
    config = judged_inventory(load_project(tmp_path), [items], "auto", at=AT)
    monkeypatch.setattr(judging_engines, "_MUCH_OF_ITEMS", 1)
    much = judged_inventory(load_project(tmp_path), [items], "auto", at=AT)
    read = [isinstance(one and one.value, ResourceInventory) for one in (few, many, config, much)]
    assert read == [True, False, True, False]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, UnreadableError])
def test_nothing_stays_of_a_list_that_was_not_staged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise error("stop")

    monkeypatch.setattr(list_staging, "staged_csv", fail)
    engine = DuckdbEngine(threads=1)
    with suppress(KeyboardInterrupt, UnreadableError):
        ListStaging(engine, SETTINGS).stage(written(tmp_path, f"arn\n{ARN}1\n"), "list")
    assert not list(engine.folder.glob("*.lines"))
    engine.close()
    assert not engine.folder.exists()

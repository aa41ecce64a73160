"""JSON is to DuckDB what it is to the reader of records: what Python's `json` takes otherwise goes to that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inventory.lists import as_array, as_explorer, as_lines, as_tagging
from inventory.test_sql_coverage import generated
from inventory.test_staged_lists import ARN, SMALL, read_one_by_one, staged, written

from policyengine.aws.resources import InventorySettings, Resource

PAGE = '{{"ResourceTagMappingList": [{0}], "PaginationToken": ""}}'
TAGGED = '{"ResourceARN": "arn:aws:s3:::%s", "Tags": [{"Key": "env", "Value": "a"}]}'


@pytest.mark.parametrize("write", [as_lines, as_array, as_explorer, as_tagging], ids=lambda write: write.__name__)
def test_lists_of_resources_are_read_by_duckdb(tmp_path: Path, write: Callable[[list[Resource]], str]) -> None:
    certain = [resource for resource in generated(5, 60)[1] if "types" not in resource.facts]
    file = written(tmp_path, write(certain))
    assert staged(file) == read_one_by_one(file)


@pytest.mark.parametrize(
    "text",
    [
        '{"arn":"@1"}',
        '\ufeff{"arn":"@1","account":null}\r\n\r\n{"arn":"@2","account":111111111111,"state":""}\r\n',
        '{"arn":"@1","tags":{"a":"b","\\u00e9":"\\n"}}\n{"arn":"@2","tags":[{"value":"x","key":"k","tag":"k=x"}]}',
        '{"arn":"@1","tags":{}}\n{"arn":"@2","tags":[]}\n{"arn":"@3","tags":null}',
        '{"arn":"@1","size_gb":1.5,"encrypted":true,"parents":["arn:x","arn:y z"],"created":"2026-01-02"}',
        '{"arn":"arn:aws:s3:::a","facts":{"versioning":true,"x":"y"},"other":{"deep":[{"a":1},{"a":2},-1,null,false]}}',
        '[{"arn":"@1"} , {"arn":"@2"} , {"arn":"@3"}]',
        '[\n    {\n        "arn": "@1"\n    },\n    {\n        "arn": "@2"\n    }\n]\n',
        PAGE.format(f"{TAGGED % 'a'}, {TAGGED % 'b'}"),
        json.dumps(
            {"ResourceTagMappingList": [json.loads(TAGGED % name) for name in "abc"], "X": {"Y": [[]]}}, indent=4
        ),
    ],
)
def test_regular_json_is_read_by_duckdb(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text.replace("@", ARN))
    assert staged(file) == read_one_by_one(file)


@pytest.mark.parametrize(
    "text",
    [
        '{"arn":"@1",}',
        '{"arn":"@1","x":[1,]}',
        '{"arn":"@1","x":"a, ]b"}',
        '{"arn":"@1","x":NaN}',
        '{"arn":"@1","x":[-inf]}',
        '{"arn":"@1","x":nan}',
        '{"arn":"@1","x":{"a":[{"b":1,"b":2}]}}',
        '{"arn":"@1","arn":"@2"}',
        '{"arn":"@1","x":"\\ud800"}',
        '{"arn":"@1","state":"a\\u0000"}',
        '{"arn":"@1","state":"a\tb"}',
        '{"arn":"@1","x":' + "[" * 900 + "]" * 900 + "}",
        '{"arn":"@1","x":' + "1" * 4500 + "}",
        '{"arn":"@1"} {"arn":"@2"}',
        '{"arn":"@1"},\n{"arn":"@2"}',
        '{"arn":"@1"}\n{"arn":"@1"}',
        '{"arn":"@1"}\n{"Count":1,"arn":"@2"}',
        '{"arn":"@1"}\n{"x":1,"Results":[]}',
        '{"arn":"@1"}\n{"arn":"@2","awsRegion":"eu-west-1"}',
        '{"arn":"@1"}\n{"Arn":"@2"}',
        '{"arn":1}',
        '{"arn":"@1","state":1}',
        '{"arn":"@1","account":1234567890123}',
        '{"arn":"@1","tags":{"a":1}}',
        '{"arn":"@1","tags":[{"key":"a"}]}',
        '{"arn":"@1","tags":[{"key":"a","value":"b"},{"key":"a","value":"c"}]}',
        '{"arn":"@1","tags":"{}"}',
        '{"arn":"@1","size_gb":-1}',
        '{"arn":"@1","created":"2026-02-30"}',
        '{"arn":"@1","encrypted":"true"}',
        '{"arn":"@1","parents":"arn:x"}',
        '{"arn":"@1","facts":{"versioning":1}}',
        "[]",
        "[1]",
        '[{"arn":"@1"},{"arn":"@2"}',
        '[{"arn":"@1"},{"arn":"@2"}]]',
        '[{"arn":"@1"}]{"arn":"@2"}]',
        '[{"arn":"@1"}{"arn":"@2"}]',
        PAGE.format(TAGGED % "a") * 2,
        PAGE.format(TAGGED % "a").replace('""', '"", "Resources": []'),
        PAGE.format(TAGGED % "a").replace('""', '"'),
    ],
)
def test_other_json_is_not(tmp_path: Path, text: str) -> None:
    assert staged(written(tmp_path, text.replace("@", ARN))) is None


def test_columns_of_other_names_are_read(tmp_path: Path) -> None:
    file = written(tmp_path, f'{{"id no.": "{ARN}1", "where": "x"}}')
    columns = InventorySettings(columns={"arn": "id no.", "state": "where"})
    assert staged(file, columns) == read_one_by_one(file, columns)
    assert staged(written(tmp_path, f'{{"id*": "{ARN}1"}}'), InventorySettings(columns={"arn": "id*"})) is None


PARTS = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        '"arn":"@1"',
        '{"arn":"@2"}',
        '"tags":{"a":"b"}',
        "null",
        '"',
        "NaN",
        "1",
    ]
)


@given(st.lists(PARTS, max_size=5), st.integers(0, 40))
@SMALL
def test_whatever_duckdb_reads_of_a_damaged_list_is_what_the_reader_reads(
    tmp_path: Path, parts: list[str], place: int
) -> None:
    text = '[{"arn":"@7","tags":{"a":"b"}},{"arn":"@8"}]'
    file = written(tmp_path, (text[:place] + "".join(parts) + text[place:]).replace("@", ARN))
    read = staged(file)
    assert read is None or read == read_one_by_one(file)

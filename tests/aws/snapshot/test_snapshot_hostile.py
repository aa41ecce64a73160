from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot
from policyengine.base.errors import SnapshotError
from policyengine.base.source import Source

pytestmark = pytest.mark.scale

NAMES = ("s.json", "s.yaml")


def reason(text: str, name: str = "s.yaml") -> str:
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source(name, text))
    return str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("opening", ["[", "{", '{"a":', "[[{", '{"a":['])
def test_brackets_without_an_end_are_refused(opening: str, name: str) -> None:
    assert "s." in reason(opening * 5000, name)
    assert len(reason(opening * 200_000, name)) < 500


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [101, 500, 5000])
def test_deep_documents_are_refused(depth: int, name: str) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    text = f'{{"version": 1,\n"root": {{}},\n"policies": {{"p": {{"content": {deep}}}}}}}'
    assert "the nesting is deeper than 100 levels" in reason(text, name)
    assert "the nesting is deeper than 100 levels" in reason(f"{text} # not JSON any more")


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 1, "root": {"LONG": {}}} # not JSON',
        "version: 1\nroot:\n  LONG: {}\n",
        "version: 1\nroot:\n  'LONG': {}\n",
        "version: 1\nroot: {name: r, LONG: {}}\n",
    ],
)
def test_a_key_that_is_too_long_for_yaml_is_reported_as_such(text: str) -> None:
    long = text.replace("LONG", "9" * 1200)
    assert "a key has more than 1,024 characters, and YAML takes no longer ones" in reason(long)


@pytest.mark.parametrize(
    "text", ["version: 1\nroot: [\n", "version: 1\nroot: {accounts: [\n", "version: 1\nroot: [,]\n"]
)
def test_a_bracket_without_what_belongs_into_it_is_reported_as_such(text: str) -> None:
    assert "expected a value, or a bracket that closes" in reason(text)


def test_a_long_text_with_a_colon_is_no_long_key() -> None:
    assert "a text with `: ` in it needs quotes" in reason(f"root:\n  name: {'word ' * 300}note: more\n")


def test_a_document_of_a_hundred_levels_is_taken() -> None:
    deep = '{"a":' * 90 + "1" + "}" * 90
    snapshot = read_snapshot(
        Source("s.json", f'{{"version": 1, "root": {{}}, "policies": {{"p": {{"content": {deep}}}}}}}')
    )
    assert snapshot.policies is not None


def test_deep_units_are_no_matter_of_recursion() -> None:
    units = '{"name": "u", "units": [' * 300 + "]}" * 300
    assert "s.json" in reason(f'{{"version": 1, "root": {{"units": [{units}]}}}}', "s.json")


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert "the aliases of this file expand to more than 1,000,000 values" in reason("\n".join(lines))


def test_aliases_that_nest_ever_deeper_are_refused() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 200))]
    assert "the nesting is deeper than 100 levels" in reason("\n".join(lines))


def test_an_alias_of_itself_is_refused() -> None:
    assert "the alias `*a` stands inside the value that it repeats" in reason("version: 1\nroot: &a {units: [*a]}")


def test_a_snapshot_that_is_faulty_throughout_is_reported_throughout() -> None:
    accounts = [{"id": f"x{n:011}", "name": "\u202e" * 50} for n in range(5000)]
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source("s.json", json.dumps({"version": 1, "root": {"accounts": accounts}})))
    assert len(caught.value.faults) == 5000
    assert caught.value.faults[4999].path == "root.accounts[4999].id"


def test_of_very_many_faults_the_first_are_reported() -> None:
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source("s.json", json.dumps({f"k{n}": n for n in range(60_000)})))
    assert len(caught.value.faults) == 10_000


def entries(number: int) -> str:
    return '{"version": 1, "last_valid": {' + '"000000000001": {}, ' * number + '"x": {}}}'


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("s.json", entries(2_000_000), "there are 4,000,004 commas and opening brackets, expected at most 4,000,000"),
        (
            "s.yaml",
            f"note: {'x' * (32 << 20)}\n",
            "there are 33,554,439 characters of YAML, expected at most 33,554,432: write it as JSON, of which more is read",
        ),
        (
            "s.yaml",
            '"000000000001": {}\n' * 1_000_001,
            (
                "there are 3,000,003 lines, colons, commas, dashes and opening brackets of YAML, expected at most 3,000,000: "
                "write it as JSON, of which more is read"
            ),
        ),
        (
            "s.json",
            entries(1_100_000),
            (
                "a key stands twice in one mapping, a number or a character is none that JSON knows, or the nesting is deeper "
                "than 100 levels; the file is too large to say where"
            ),
        ),
    ],
    ids=["values", "YAML", "values of YAML", "odd, and too large to look where"],
)
def test_what_takes_too_long_to_read_is_refused(name: str, text: str, message: str) -> None:
    assert message in reason(text, name)


def test_of_repeated_keys_without_number_the_first_are_reported() -> None:
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source("s.json", entries(3000)))
    assert len(caught.value.faults) == 1001
    assert "of such faults the first 1,000 are listed" in str(caught.value)


RIGHT, WRONG = {"id": "000000000001", "name": "a"}, {"id": "x", "name": 1}


@pytest.mark.parametrize(
    ("accounts", "number"),
    [([1] * 120_000, 10_000), ([WRONG] * 60_000, 10_000), ([RIGHT] * 20_000 + [1] * 120_000, 1)],
    ids=["items", "parts of items", "behind what is right"],
)
def test_of_faults_without_number_those_of_the_first_items_are_reported(accounts: list[object], number: int) -> None:
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Source("s.json", json.dumps({"version": 1, "root": {"accounts": accounts}})))
    assert len(caught.value.faults) == number
    if number == 1:
        assert caught.value.faults[0].message == "120,000 values are not what is expected where they stand"


def test_long_names_are_taken() -> None:
    name = "[red]" + "n" * 100_000
    snapshot = read_snapshot(Source("s.json", json.dumps({"version": 1, "root": {"units": [{"name": name}]}})))
    assert [unit.name for unit in snapshot.root.units or ()] == [name]


texts = st.text("aé\U00010000 :#-*&!{}[]\"'\n", max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-1, 1) | texts | st.just("222222222222"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "id", "units", "accounts", "lock", "x"]) | texts, inner)
    ),
    max_leaves=8,
)
keys = sorted(Snapshot.model_fields)


@given(st.dictionaries(st.sampled_from(keys), values), st.sampled_from([None, 1]))
def test_any_value_is_a_snapshot_or_a_list_of_faults_and_both_readers_agree(
    parts: dict[str, object], indent: int | None
) -> None:
    text = json.dumps({"version": 1, "root": {}, **parts}, indent=indent, ensure_ascii=False)
    as_json, as_yaml = read_or_faults("s", f"{text}\n", ".json"), read_or_faults("s", f"{text}\n# YAML\n", ".yaml")
    assert as_json == as_yaml


def read_or_faults(name: str, text: str, ending: str) -> object:
    try:
        return read_snapshot(Source(f"{name}{ending}", text)).model_dump()
    except SnapshotError as error:
        return [(fault.line, fault.path, fault.message) for fault in error.faults]


@given(st.text(), st.sampled_from(NAMES))
def test_any_text_is_a_snapshot_or_a_list_of_faults(text: str, name: str) -> None:
    assert read_or_faults("s", text, name[1:])
    assert read_or_faults("s", f"version: 1\nroot: {text}", name[1:])


@pytest.mark.parametrize(
    "text", ["version: 1\nroot: {name: é}", "a: &x [1]\nb: *x", "version: 1\n\troot: x", "a: 'b", "x: \ud800"]
)
def test_the_slow_parser_of_yaml_agrees_with_the_fast_one(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_or_faults("s", text, ".yaml")
    monkeypatch.setattr("policyengine.aws.snapshot.yaml_text.FASTEST", yaml.SafeLoader)
    assert read_or_faults("s", text, ".yaml") == fast


def test_whatever_a_parser_of_yaml_says_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def weary(_: str) -> None:
        raise yaml.YAMLError("weary")

    monkeypatch.setattr("policyengine.aws.snapshot.yaml_text.FASTEST", weary)
    assert reason("version: 1") == "s.yaml:1: this is not YAML: `weary`"

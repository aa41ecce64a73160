"""Text from outside on a line: nothing in it is obeyed by a terminal or a CI system, and all of it can be seen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.report.json_output import to_json, to_json_line
from policyengine.report.shown_text import inert, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zürich 語 ½", "Zürich 語 ½"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\x9bb\x7f", "a\\x9bb\\x7f"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200db\u2060", "a\\u200db\\u2060"),
        ("a\u3164b\uffa0", "a\\u3164b\\uffa0"),
        ("a\u034fb", "a\\u034fb"),
        ("a\ufe0fb\U000e0100", "a\\ufe0fb\\U000e0100"),
        ("\u2800", "\\u2800"),
        ("a\u0301", "a\u0301"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("  \u3000::error::x", "  \u3000\\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a ##[error]x", "a \\x23#[error]x"),
        ("##vso[task.complete]", "\\x23#vso[task.complete]"),
        ("##teamcity[buildStatus]", "\\x23#teamcity[buildStatus]"),
        ("###[error]", "#\\x23#[error]"),
        ("## [error] #[x]", "## [error] #[x]"),
    ],
)
def test_commands_for_ci_systems_are_broken(line: str, shown: str) -> None:
    assert inert(line) == shown


def test_commands_are_broken_in_json_too() -> None:
    text = "##[error] ##vso[x] ##teamcity[y]"
    assert to_json_line(text) == '"#\\u0023[error] #\\u0023vso[x] #\\u0023teamcity[y]"'
    assert to_json({text: 1}) == '{\n  "#\\u0023[error] #\\u0023vso[x] #\\u0023teamcity[y]": 1\n}\n'
    assert to_json_line({"b": 1, "a": 2}, sort=True) == '{"a": 2, "b": 1}'


NAMES = st.text("ab#\n\u20ac", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inside: st.lists(inside, max_size=3) | st.lists(NAMES).map(tuple) | st.dictionaries(NAMES, inside),
)


@given(VALUES)
def test_json_is_what_the_library_writes(value: object) -> None:
    assert to_json(value) == json.dumps(value, indent=2) + "\n"

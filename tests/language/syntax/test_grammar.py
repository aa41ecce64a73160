"""The grammar: free of conflicts, read from tables that fit it, and understood by lark in the same way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from language.syntax.strategies import modules
from lark import Lark

from policyengine.base.source import Source
from policyengine.language.syntax import KEYWORDS, format_module, parse
from policyengine.language.syntax import grammar as _grammar
from policyengine.language.syntax import reductions as _actions
from policyengine.language.syntax import tables as _tables
from policyengine.language.syntax.nodes import Module

GRAMMAR = (Path(__file__).parents[3] / "grammar" / "policy.lark").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def fresh() -> bytes:
    """The tables of the grammar."""
    return _tables.build(GRAMMAR)


@cache
def lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr")


def test_the_grammar_has_no_conflict_and_no_collision() -> None:
    assert Lark(GRAMMAR, parser="lalr", strict=True)


def test_keywords_are_plain_strings_and_patterns_know_no_word_boundary() -> None:
    assert "\\b" not in GRAMMAR
    assert {"policy", "rule", "at", "recovery_point_tags"} <= KEYWORDS
    assert not {"retain", "sunday", "schedule"} & KEYWORDS


def test_every_node_of_the_grammar_is_built_by_a_function_and_no_function_is_left_over() -> None:
    assert set(re.findall(r"-> (\w+)", GRAMMAR)) == set(_actions.ACTIONS)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(modules())
def test_lark_itself_reads_what_the_parser_reads(module: Module) -> None:
    text = format_module(module)
    assert lark().parse(text)
    assert not parse(Source("made.bpol", text)).failed


def test_fresh_tables_are_used(fresh: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "tables.bin"
    file.write_bytes(fresh)
    monkeypatch.setattr(_tables, "build", None)
    assert _grammar.find_tables(file, GRAMMAR) == fresh


STALE: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "cut off": lambda fresh: fresh[:1000],
    "another layout": lambda fresh: fresh.replace(b'"format":1', b'"format":0'),
    "another grammar": lambda _: _tables.build(GRAMMAR + "\n// changed\n"),
}


@pytest.mark.parametrize("stale", STALE)
def test_other_tables_are_made_anew(stale: str, fresh: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, found = tmp_path / "tables.bin", STALE[stale](fresh)
    assert found != fresh
    if found is not None:
        file.write_bytes(found)
    monkeypatch.setattr(_tables, "build", {GRAMMAR: b"new ones"}.__getitem__)
    assert _grammar.find_tables(file, GRAMMAR) == b"new ones"


def test_tables_do_not_depend_on_the_run(fresh: bytes) -> None:
    script = f"import sys; from {_tables.__name__} import build; sys.stdout.buffer.write(build(sys.stdin.read()))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], input=GRAMMAR.encode(), capture_output=True, check=True, env=_seeded(seed)
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs == [fresh, fresh]


def _seeded(seed: str) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": seed}

"""The grammar as the parser uses it: LALR tables, and the pattern that cuts a text into tokens.

The tables are built with the package (`tables.py`); where they are missing or belong to another grammar, they are built
at start-up.
"""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from policyengine.aws.settings import plain_blocks
from policyengine.base.records import Record

FORMAT = 1
END = "<END>"
NAME = "<NAME>"
STRING = "<STRING>"
COMMENT = "<COMMENT>"
UNKNOWN = "<UNKNOWN>"  # a character that begins no token
MARK = "<MARK>"  # any sign such as `{` or `+=`; the tables have it by its text

_PACKAGED = Path(__file__).parents[2] / "_grammar" / "policy.lark"
_CHECKOUT = Path(__file__).parents[3] / "grammar" / "policy.lark"
_TABLES = Path(__file__).with_name("tables.bin")
_PLAIN = re.compile("^plain_block: .*", re.MULTILINE)


class Grammar(Record):
    """The LALR tables, laid out as `tables.build` says, and how to find tokens.

    Attributes:
        states: For each state the action for each key of a terminal.
        gotos: For each state the state after a reduction to each nonterminal.
        rules: Nonterminal, length and action of each rule.
        start: The state in which parsing begins.
        end: The state in which it ends before `END`.
        nesting: The states that are entered by the start of a nested level.
        words: The keywords of the grammar.
        marks: Its signs.
        token: Matches blanks and a token at every offset, so that `finditer` covers the whole text.
        kinds: The kind of a token by the `lastindex` of its match.
    """

    states: list[dict[str, int]]
    gotos: list[dict[str, int]]
    rules: list[tuple[str, int, str]]
    start: int
    end: int
    nesting: frozenset[int]
    words: frozenset[str]
    marks: frozenset[str]
    token: re.Pattern[str]
    kinds: tuple[str, ...]


@cache
def grammar() -> Grammar:
    """The grammar of the language; read once in a process, which takes some milliseconds."""
    file = _PACKAGED if _PACKAGED.is_file() else _CHECKOUT
    return load(find_tables(_TABLES, _with_blocks(file.read_text(encoding="utf-8"))))


def _with_blocks(text: str) -> str:
    """The grammar with a word for each plain block of the table of settings, whether the file has it or not."""
    plain = _PLAIN.search(text)
    if plain is None:
        raise LookupError("the grammar has no plain blocks")
    words = "".join(f' | "{row.kind}"' for row in plain_blocks() if f'"{row.kind}"' not in plain[0])
    return text[: plain.end()] + words + text[plain.end() :]


def find_tables(file: Path, text: str) -> bytes:
    """The tables in a file if they are complete and built from exactly this grammar, else new ones.

    New ones are equally right and take longer: lark must be imported, which nothing else needs. The version of lark in
    the tables is for people only: the tables of a grammar without conflicts do not depend on it, and asking which lark
    is installed would take longer than reading them.
    """
    head = b'{"format":%d,"grammar":"%s",' % (FORMAT, sha256(text.encode()).hexdigest().encode())
    built = file.read_bytes() if file.is_file() else b""
    if built.startswith(head) and built.endswith(b"}"):
        return built
    tables: bytes = import_module("policyengine.language.syntax.tables").build(text)
    return tables


def load(tables: bytes) -> Grammar:
    """The grammar from its serialized tables."""
    raw = json.loads(tables)
    words = frozenset(text for text in raw["texts"] if text[0].isalpha())
    marks = frozenset(raw["texts"]) - words
    token, kinds = _token_pattern(raw, marks)
    return Grammar(
        states=raw["states"],
        gotos=raw["gotos"],
        rules=[(name, size, action) for name, size, action in raw["rules"]],
        start=raw["start"],
        end=raw["end"],
        nesting=frozenset(raw["nesting"]),
        words=words,
        marks=marks,
        token=token,
        kinds=kinds,
    )


def _token_pattern(raw: dict[str, Any], marks: frozenset[str]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """A pattern for all tokens with a group for each kind, and the kinds by the number of their group (from 1)."""
    patterns = dict(raw["patterns"])
    blanks = next(patterns.pop(key) for key in raw["ignored"] if key != COMMENT)
    mark = "|".join(re.escape(text) for text in sorted(marks, key=lambda text: (-len(text), text)))
    # Names and strings go first, as most tokens are names and no other pattern begins with a letter or a quote; signs
    # go after the patterns, as `:15` begins like the sign `:`.
    first = {key: patterns.pop(key) for key in (NAME, STRING)}
    groups = {**first, **patterns, MARK: mark, END: r"\Z", UNKNOWN: "."}
    text = f"(?:{blanks})?(?:" + "|".join(f"({_ungrouped(pattern)})" for pattern in groups.values()) + ")"
    return re.compile(text), ("", *groups)


def _ungrouped(pattern: str) -> str:
    """A pattern without capturing groups of its own, which would shift the numbers of the others."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)

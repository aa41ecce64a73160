"""The grammar as the parser uses it: tables, and the pattern that cuts a text into tokens.

Read from the tables that were built with the package, or built here from the grammar where there are none that fit.
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
from policyengine.base.records import record

FORMAT = 1
END = "<END>"
NAME = "<NAME>"
STRING = "<STRING>"
COMMENT = "<COMMENT>"
UNKNOWN = "<UNKNOWN>"  # what the language has no use for
MARK = "<MARK>"  # any of the marks: the parser looks it up by its text

_PACKAGED = Path(__file__).parents[2] / "_grammar" / "policy.lark"
_CHECKOUT = Path(__file__).parents[3] / "grammar" / "policy.lark"
_TABLES = Path(__file__).with_name("tables.bin")
_PLAIN = re.compile("^plain_block: .*", re.MULTILINE)


@record
class Grammar:
    """The LALR tables (see `_tables.build` for their layout) and how to find tokens.

    `token.finditer(text)` leaves nothing out: each match is blanks and one token, `kinds[match.lastindex]` its kind.
    `words` are the words that the grammar uses, `marks` the signs.
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
    """The grammar of the language, read once."""
    file = _PACKAGED if _PACKAGED.is_file() else _CHECKOUT
    return load(find_tables(_TABLES, _with_blocks(file.read_text(encoding="utf-8"))))


def _with_blocks(text: str) -> str:
    """The grammar with a word for each plain block of the table of settings, whether the file has it or not."""
    found = _PLAIN.search(text)
    if found is None:
        raise LookupError("the grammar has no plain blocks")
    words = "".join(f' | "{row.kind}"' for row in plain_blocks() if f'"{row.kind}"' not in found[0])
    return text[: found.end()] + words + text[found.end() :]


def find_tables(file: Path, text: str) -> bytes:
    """The tables of a file if they are whole and were made from exactly this grammar, else new ones.

    New ones are right too, and take longer: lark must be imported for them, which nothing else needs. The version of
    lark that made the tables is written in them for people only. Tables of a grammar without conflicts do not depend
    on it, and asking which lark is installed would take longer than reading them.
    """
    head = b'{"format":%d,"grammar":"%s",' % (FORMAT, sha256(text.encode()).hexdigest().encode())
    built = file.read_bytes() if file.is_file() else b""
    if built.startswith(head) and built.endswith(b"}"):
        return built
    tables: bytes = import_module("policyengine.language.syntax.tables").build(text)
    return tables


def load(tables: bytes) -> Grammar:
    """The grammar from its tables."""
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
    """One pattern for all tokens, a group for each kind, and the kinds in the order of the groups (from 1)."""
    patterns = dict(raw["patterns"])
    blanks = next(patterns.pop(key) for key in raw["ignored"] if key != COMMENT)
    mark = "|".join(re.escape(text) for text in sorted(marks, key=lambda text: (-len(text), text)))
    # Names and marks are most of a text, and no other pattern but `:15` begins as they do.
    first = {key: patterns.pop(key) for key in (NAME, STRING)}
    groups = {**first, **patterns, MARK: mark, END: r"\Z", UNKNOWN: "."}
    text = f"(?:{blanks})?(?:" + "|".join(f"({_ungrouped(pattern)})" for pattern in groups.values()) + ")"
    return re.compile(text), ("", *groups)


def _ungrouped(pattern: str) -> str:
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)

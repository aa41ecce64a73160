"""Texts from outside as every format shows them: harmless, measured, cut; and numbers with their nouns.

Names, tags and policy text pass `printable`: no control character, escape or direction mark reaches a reader, and
nothing is read as markup or as a command of a CI system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

_T = TypeVar("_T")

LOG_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
"""How commands begin that CI systems take from anywhere in a log: `##[error]`, `##vso[...]`, `##teamcity[...]`."""

_COMMAND = re.compile(rf"(^\s*):(?=:)|{LOG_COMMAND.pattern}")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and a sign that no font shows; two names that look equal may differ by them.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)


def printable(text: str) -> str:
    r"""The text with control and invisible characters spelled out: `\x1b`, `\u202e`, `\u3164`."""
    if text.isprintable() and (text.isascii() or _INVISIBLE.isdisjoint(text)):
        return text
    return "".join(map(_spelled, text))


def is_shown(character: str) -> bool:
    """Whether a reader sees a character, at its place, and nothing else happens."""
    return unicodedata.category(character) not in _UNSAFE and character not in _INVISIBLE


def clipped(text: str, longest: int) -> str:
    """The text, or its first `longest` characters with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def inert(line: str) -> str:
    r"""The line without what a CI system takes for a command in a log (`::error::`, `##[error]`): `\x3a:error::`."""
    if "::" not in line and "##" not in line:
        return line
    return _COMMAND.sub(lambda match: r"\x23#" if match[1] is None else rf"{match[1]}\x3a", line)


def width(text: str) -> int:
    """The number of terminal columns that a printable text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def count(number: int, noun: str) -> str:
    """`1 account`, `12,000 accounts`, `2 policies`, `3 days`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def some(names: Sequence[_T], most: int = 5, shown: Callable[[_T], str] = str) -> str:
    """The first names, as they are to be shown, and how many more there are."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(shown, names[:most])) + rest


@lru_cache(1024)
def _spelled(character: str) -> str:
    if is_shown(character):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


@lru_cache(1024)
def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

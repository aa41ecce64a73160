"""Plain and coloured lines for a terminal.

Everything that comes from outside (names, tags, policy text) passes `printable`: no control character, escape or
direction mark reaches the terminal, and nothing is read as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache, lru_cache
from typing import TypeVar

from rich.color import ColorSystem
from rich.style import Style

_T = TypeVar("_T")

Part = str | tuple[str, str]

_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "good": "bold green",
    "strong": "bold",
    "dim": "dim",
    "place": "blue",
}
LOG_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")
"""How commands begin that CI systems take from anywhere in a log: `##[error]`, `##vso[...]`, `##teamcity[...]`."""

_COMMAND = re.compile(rf"(^\s*):(?=:)|{LOG_COMMAND.pattern}")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and a sign that no font shows; two names that look alike may differ by them.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)


class Page:
    """Lines in the making; `color` decides whether styles are written or dropped."""

    def __init__(self, *, color: bool) -> None:
        self._color = color
        self._lines: list[str] = []
        self._passages: dict[Hashable, list[str]] = {}

    def line(self, *parts: Part) -> None:
        """Adds a line without blanks at its end; a part is plain text, or text with the name of a style."""
        self._lines.append(inert("".join(self._part(part) for part in parts).rstrip()))

    def verbatim(self, part: Part) -> None:
        """Adds a line with the blanks at its end."""
        self._lines.append(inert(self._part(part)))

    def passage(self, key: Hashable, write: Callable[[Page], None]) -> None:
        """Adds what `write` adds to a page; lines that stand in many places under one key are made once."""
        if key not in self._passages:
            page = Page(color=self._color)
            write(page)
            self._passages[key] = page._lines
        self._lines += self._passages[key]

    def text(self) -> str:
        """All lines, each ended."""
        return "".join(f"{line}\n" for line in self._lines)

    def _part(self, part: Part) -> str:
        if isinstance(part, str):
            return printable(part)
        text, style = part
        return (
            _style(style).render(printable(text), color_system=ColorSystem.STANDARD) if self._color else printable(text)
        )


def plain(parts: Iterable[Part]) -> str:
    """The text of parts, without their styles."""
    return "".join(part if isinstance(part, str) else part[0] for part in parts)


def printable(text: str) -> str:
    r"""The text with everything spelled out that a terminal could obey or nobody sees: `\x1b`, `\u202e`, `\u3164`."""
    if text.isprintable() and (text.isascii() or _INVISIBLE.isdisjoint(text)):
        return text
    return "".join(map(_spelled, text))


def is_shown(character: str) -> bool:
    """Whether a reader sees a character, at its place, and nothing else happens."""
    return unicodedata.category(character) not in _UNSAFE and character not in _INVISIBLE


def clipped(text: str, longest: int) -> str:
    """The text, or as much of it as makes `longest` characters, and a sign that something is missing."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def inert(line: str) -> str:
    r"""The line without what a CI system takes for a command in a log (`::error::`, `##[error]`): `\x3a:error::`."""
    if "::" not in line and "##" not in line:
        return line
    return _COMMAND.sub(lambda found: r"\x23#" if found[1] is None else rf"{found[1]}\x3a", line)


def width(text: str) -> int:
    """How many terminal columns a printable text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def count(number: int, noun: str) -> str:
    """`1 account`, `12,000 accounts`, `2 policies`, `3 days`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def some(names: Sequence[_T], most: int = 5, shown: Callable[[_T], str] = str) -> str:
    """The first names, as they are to be shown, and how many more there are."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(shown, names[:most])) + rest


@cache
def _style(name: str) -> Style:
    return Style.parse(_STYLES[name])


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

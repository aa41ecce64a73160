"""Lines on a terminal, plain or in colours, broken between words; and the unified diff of a text.

What comes from outside passes `printable` on its way to a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import unified_diff
from functools import cache

from rich.color import ColorSystem
from rich.style import Style

from policyengine.report.shown_text import inert, printable, width

Part = str | tuple[str, str]
"""A text, or a text with the name of its style."""

_STYLES = {
    "error": "bold color(196)",
    "warning": "bold color(130)",
    "info": "bold color(31)",
    "good": "bold color(28)",
    "strong": "bold",
    "dim": "dim",
    "place": "color(63)",
}
"""The colours are fixed ones, which themes leave alone: each has a contrast of at least 4 to black and to white."""

_LEAD = re.compile(r"\s*(?:[=+!-] |\|\s+)?")  # what stands before the text of a line: blanks and a mark
_NARROWEST = 20  # columns of a table's last one that words still fit in
_DEEPER, _BELOW = 4, 2  # columns by which a line without a mark goes on, and one that is indented already
_WORDS = re.compile(r"\s+|\S+")
_DIFF_STYLES = {"+": "good", "-": "error", "@": "place"}


class TerminalPage:
    """Lines in the making; `color` decides whether styles are written or dropped.

    Lines longer than `width` columns are broken between words, and what follows is indented; None breaks none.
    """

    def __init__(self, *, color: bool, width: int | None = None) -> None:
        self._color = color
        self.width = width
        self._lines: list[str] = []
        self._passages: dict[Hashable, list[str]] = {}

    def line(self, *parts: Part) -> None:
        """Adds a line without blanks at its end; a part is plain text, or text with the name of a style."""
        for row in broken([_styled(part) for part in parts], self.width):
            self._lines.append(inert("".join(self._part(part) for part in row).rstrip()))

    def branch(self, lead: str, below: str, *parts: Part) -> None:
        """Adds a line of a tree; its rows after the first begin with what stands before all `below` it."""
        columns = max(self.width - width(lead), self.width // 2) if self.width else None
        for number, row in enumerate(broken([_styled(part) for part in parts], columns)):
            self.unbroken((below if number else lead, "dim"), *row)

    def hanging(self, lead: Sequence[Part], *parts: Part) -> None:
        """Adds a line of a table; the rows after the first begin below its last column, if that has room for them."""
        taken = width(plain(lead))
        columns = self.width - taken if self.width else None
        if columns is None or columns < _NARROWEST:
            self.line(*lead, *parts)
            return
        for number, row in enumerate(broken([_styled(part) for part in parts], columns, deeper=0)):
            self.unbroken(*([" " * taken] if number else lead), *row)

    def unbroken(self, *parts: Part) -> None:
        """Adds a line that stays one at any width, such as source text."""
        self._lines.append(inert("".join(self._part(part) for part in parts).rstrip()))

    def gap(self) -> None:
        """Adds an empty line, unless there is one or nothing to set apart."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def verbatim(self, part: Part) -> None:
        """Adds a line with the blanks at its end, which stays one at any width."""
        self._lines.append(inert(self._part(part)))

    def passage(self, key: Hashable, write: Callable[[TerminalPage], None]) -> None:
        """Adds what `write` adds to a page; lines under a key are written once and repeated."""
        if key not in self._passages:
            page = TerminalPage(color=self._color, width=self.width)
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
            _style(style).render(printable(text), color_system=ColorSystem.EIGHT_BIT)
            if self._color and style
            else printable(text)
        )


def _styled(part: Part) -> tuple[str, str]:
    text, style = (part, "") if isinstance(part, str) else part
    return printable(text), style


def broken(
    parts: Sequence[tuple[str, str]], columns: int | None, *, deeper: int = _DEEPER
) -> list[list[tuple[str, str]]]:
    """The rows of a line of printable texts and their styles, each of at most so many columns.

    It breaks between words only; a word that no row has room for stays in the first half of a row. Rows after the
    first begin below the text, not below the mark before it (`   = help: ...`).
    """
    text = "".join(text for text, _ in parts)
    if columns is None or width(text) <= columns:
        return [list(parts)]
    lead = _LEAD.match(text)
    deep = len(lead[0]) if lead else 0
    hang = " " * min(deep if text[:deep].strip() else deep + (_BELOW if deep else deeper), columns // 2)
    rows: list[list[tuple[str, str]]] = [[]]
    taken = 0
    for word in _words(parts):
        gap, wide = word[0][0] if word[0][0].isspace() else "", sum(width(text) for text, _ in word)
        fits = wide - len(gap) <= columns - len(hang)
        if rows[-1] and gap and taken + wide > columns and (fits or taken > columns // 2):
            rows.append([(hang, ""), *word[1:]])
            taken = len(hang) + wide - len(gap)
        else:
            rows[-1] += word
            taken += wide
    return rows


def _words(parts: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The words of a line in pieces of one style, each with the blanks before it as its first piece."""
    words: list[list[tuple[str, str]]] = []
    for text, style in parts:
        for piece in _WORDS.findall(text):
            if piece.isspace() or not words:
                words.append([(piece, style)])
            else:
                words[-1].append((piece, style))
    return words


def plain(parts: Iterable[Part]) -> str:
    """The text of parts, without their styles."""
    return "".join(part if isinstance(part, str) else part[0] for part in parts)


@cache
def _style(name: str) -> Style:
    return Style.parse(_STYLES[name])


def write_text_diff(page: TerminalPage, name: str, before: str, after: str) -> None:
    """Adds the unified diff of two texts of a file to a page."""
    for line in unified_diff(_ended_lines(before), _ended_lines(after), name, name):
        text = line.removesuffix("\n")
        page.verbatim((text, _DIFF_STYLES[line[0]]) if line[0] in _DIFF_STYLES else text)
        if text == line:
            page.line("\\ No newline at end of file")


def _ended_lines(text: str) -> list[str]:
    *ended, rest = text.split("\n")
    return [f"{line}\n" for line in ended] + ([rest] if rest else [])

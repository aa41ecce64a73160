"""Text from outside in Markdown that others show, and the comment on a pull request that it goes into.

Whatever the text holds, it is shown and does nothing: no HTML, no link, no mention, no reference to an issue, no
emphasis. Code is where Markdown means nothing, so all that is not a plain word or number becomes code. A comment's
first line is a mark to find it by, so that the next run can put its own in the same place; entries that are too many
for a comment are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from policyengine.report.shown_text import clipped, inert, printable

_TOKEN = re.compile(r"""(["'(]*)(.*?)([)"'.,;:!?]*)""")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[0-9][0-9.,]{0,5}|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_SIGNS = frozenset({"→", "%"})
_BAR = "\\|"
_COMMIT = re.compile(r"[0-9a-f]{7,}", re.IGNORECASE)
_LONGEST = 1000  # characters of one text

_Piece = tuple[bool, str]  # whether it is code, and what it says
_MOST = 60_000  # characters; GitHub takes 65,536
_LONGEST_REST = len("- and 1,000,000,000 more\n")


def code(text: str) -> str:
    """A text as code, longer texts cut."""
    shown = printable(clipped(text, _LONGEST)) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown[0] in " `" or shown[-1] in " `" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence with words in backticks, longer texts cut: its plain words as they are, all else as code."""
    shown = printable(clipped(text, _LONGEST))
    parts = shown.split("`")
    if len(parts) % 2 == 0:  # a backtick too many: none of them means anything
        parts = ["'".join(parts)]
    pieces: list[_Piece] = []
    for number, part in enumerate(parts):
        for piece in [(True, part)] if number % 2 else _pieces(part):
            _append(pieces, piece)
    return "".join(code(piece) if is_code else piece for is_code, piece in pieces)


def _append(pieces: list[_Piece], piece: _Piece) -> None:
    """Adds a piece; code beside code is one, since their backticks would make one fence."""
    if pieces and pieces[-1][0] and piece[0]:
        piece = (True, pieces.pop()[1] + piece[1])
    pieces.append(piece)


def _pieces(text: str) -> Iterator[_Piece]:
    for token in re.split(r"(\s+)", text):
        if not token or token.isspace():
            yield from [(False, " ")] if token else ()
            continue
        before, core, after = _parted(token)
        harmless = not core or core in _SIGNS or (_WORD.fullmatch(core) and not _COMMIT.fullmatch(core))
        yield from (
            (is_code, part) for is_code, part in ((False, before), (not harmless, core), (False, after)) if part
        )


def _parted(token: str) -> tuple[str, str, str]:
    """A token as the punctuation before it, itself, and the punctuation after it."""
    match = _TOKEN.fullmatch(token)
    return (match[1], match[2], match[3]) if match else ("", token, "")


class Section(NamedTuple):
    """Lines that stand around entries, and each entry's own."""

    head: str
    entries: Sequence[str]
    foot: str = ""

    @property
    def frame(self) -> int:
        """Characters that it takes without any entry."""
        return len(self.head) + len(self.foot) + _LONGEST_REST


def item(line: str) -> str:
    """A line of an entry, ended; it holds no command for a CI system that prints it."""
    return f"{inert(line)}\n"


def table_row(*cells: str) -> str:
    """A row of a table; cells are Markdown already, and hold no bar that ends one."""
    return item(f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |")


def block(text: str) -> str:
    """Source text of ours as a block of code below an item of a list."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    lines = (fence, *map(printable, text.splitlines()), fence)
    return "".join(item(f"    {line}") for line in lines)


def folded(title: str, entries: Sequence[str]) -> Section:
    """A section that shows its title until it is opened."""
    return Section(f"\n<details>\n<summary>{title}</summary>\n\n", entries, "\n</details>\n")


def comment(name: str, summary: str, sections: Iterable[Section]) -> str:
    """A comment of at most 60,000 characters; sections without entries are left out.

    `name` is the command, `summary` and all else is Markdown already.
    """
    head = f"<!-- policyengine-{name} -->\n### policyengine {name}\n\n{summary}\n"
    shown = [section for section in sections if section.entries]
    room = _MOST - len(head) - sum(section.frame for section in shown)
    text = [head]
    for section in shown:
        entries = _fitting(section.entries, room)
        room -= sum(map(len, entries))
        rest = len(section.entries) - len(entries)
        text += [section.head, *entries, f"- and {rest:,} more\n" if rest else "", section.foot]
    return "".join(text)


def _fitting(entries: Sequence[str], room: int) -> Sequence[str]:
    """The first entries, as many as there is room for."""
    taken = 0
    for number, entry in enumerate(entries):
        taken += len(entry)
        if taken > room:
            return entries[:number]
    return entries

"""Text from outside in Markdown that others show, such as a comment on a pull request.

Whatever it holds, it is shown and does nothing: no HTML, no link, no mention, no reference to an issue, no emphasis.
Code is where Markdown means nothing, so all that is not a plain word or number becomes code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policyengine.report.text import clipped, printable

_TOKEN = re.compile(r"""(["'(]*)(.*?)([)"'.,;:!?]*)""")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[0-9][0-9.,]{0,5}")
_SIGNS = frozenset({"→", "%"})
_COMMIT = re.compile(r"[0-9a-f]{7,}", re.IGNORECASE)
_LONGEST = 1000  # characters of one text

_Piece = tuple[bool, str]  # whether it is code, and what it says


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
    return "".join(code(said) if is_code else said for is_code, said in pieces)


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
            (is_code, said) for is_code, said in ((False, before), (not harmless, core), (False, after)) if said
        )


def _parted(token: str) -> tuple[str, str, str]:
    """A token as the punctuation before it, itself, and the punctuation after it."""
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2], found[3]) if found else ("", token, "")

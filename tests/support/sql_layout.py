"""SQL over several lines, for goldens that a person reads: nothing but white space differs from the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"'(?:[^']|'')*'|\(|\)|,|(?:(?:LEFT|CROSS) )?JOIN\b|UNION ALL|GROUP BY|ORDER BY"
    r"|\b(?:WITH|SELECT|FROM|WHERE|WHEN|ELSE|END|AND|OR)\b|[^\s'(),]+|\s+"
)
_CLAUSES = {"FROM", "WHERE", "GROUP BY", "ORDER BY", "JOIN", "LEFT JOIN", "CROSS JOIN", "UNION ALL"}
_PARTS = {"AND", "OR", "WHEN", "ELSE"}
_OPENING, _CLOSING = "(", ")"
_WIDTH = 100


def laid_out(text: str) -> str:
    """The lines of a query: what is in brackets and longer than a line stands indented on lines of its own."""
    pieces = [match[0] for match in _TOKEN.finditer(text)]
    assert "".join(pieces) == text
    text = "".join(_pieces(pieces, _closings(pieces)))
    return re.sub(r" *(?:\n *)*(\n(?:  )*) ?(?=\S)", r"\1", text).strip() + "\n"


def _closings(pieces: list[str]) -> dict[int, int]:
    """Where each bracket closes."""
    opened: list[int] = []
    closings = {}
    for place, piece in enumerate(pieces):
        if piece == _OPENING:
            opened.append(place)
        elif piece == _CLOSING:
            closings[opened.pop()] = place
    return closings


def _pieces(pieces: list[str], closings: dict[int, int]) -> Iterator[str]:
    """The pieces, with line ends between them where the innermost brackets around them are long."""
    around: list[tuple[int, int] | None] = [(0, 0)]  # indents of the line with the bracket, and inside; None: short
    indent = 0
    for place, piece in enumerate(pieces):
        inner = around[-1]
        if piece == _CLOSING:
            around.pop()
        if inner and piece in {_CLOSING, *_CLAUSES, *_PARTS}:
            indent = inner[0] if piece == _CLOSING else inner[1] + (piece in _PARTS)
            yield _line(indent)
        yield piece
        if piece == _OPENING:
            is_long = len("".join(pieces[place : closings[place]])) > _WIDTH
            around.append((indent, indent + 1) if is_long else None)
        if piece in {_OPENING, ","} and (inside := around[-1]):
            indent = inside[1] + (piece == "," and inside == (0, 0))
            yield _line(indent)


def _line(indent: int) -> str:
    return "\n" + "  " * indent

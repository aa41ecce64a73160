"""Which brace is missing or too many. The parser only sees that one is, in the end; the layout shows which."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policyengine.value import value

_MARKS = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*|(?P<line>\n[ \t]*)|(?P<brace>[{}])')


@value
class _Brace:
    """A brace, the number of its line, how far that is indented, and whether the brace is the first thing on it."""

    offset: int
    opens: bool
    line: int
    depth: int
    first: bool


def never_closed(text: str, start: int, end: int) -> int | None:
    """The offset of the `{` between two offsets that lacks its `}`; None where all are closed.

    The first one whose place is taken by a `}` that lines up with an outer block, else the innermost one open.
    `start` is the beginning of a line.
    """
    waiting: list[_Brace] = []
    outer: dict[int, int] = {}  # how many that wait are indented so far
    culprit = None
    for brace in _braces(text, start, end):
        if brace.opens:
            waiting.append(brace)
            outer[brace.depth] = outer.get(brace.depth, 0) + 1
        elif waiting:
            last = waiting.pop()
            outer[last.depth] -= 1
            if culprit is None and brace.first and brace.depth < last.depth and outer.get(brace.depth):
                culprit = last
    if not waiting:
        return None
    return (culprit or waiting[-1]).offset


def one_too_many(text: str) -> int | None:
    """The offset of the `}` that closes what it should not; None where there are no more than `{`.

    The first one that ends a block of several lines and does not line up with its beginning, else the last one.
    """
    waiting: list[_Brace] = []
    culprit = surplus = None
    for brace in _braces(text, 0, len(text)):
        if brace.opens:
            waiting.append(brace)
        elif not waiting:
            surplus = brace
        else:
            begin = waiting.pop()
            lined_up = brace.line == begin.line or (brace.first and brace.depth == begin.depth)
            culprit = culprit or (None if lined_up else brace)
    return (culprit or surplus).offset if surplus and not waiting else None


def _braces(text: str, start: int, end: int) -> Iterator[_Brace]:
    line, depth, begin = 0, 0, start
    for match in _MARKS.finditer(text, start, end):
        if match["brace"]:
            yield _Brace(match.start(), match["brace"] == "{", line, depth, match.start() == begin)
        elif match["line"]:
            line, depth, begin = line + 1, match.end() - match.start() - 1, match.end()

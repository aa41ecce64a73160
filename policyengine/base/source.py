"""Source text and spans of it: every later value points back here.

Takes a file's name and text, gives line and column of any offset. What the text means is for the readers.
"""

from __future__ import annotations

from bisect import bisect_right

from msgspec import field

from policyengine.base.records import Record


class Position(Record):
    """Line and column, both from 1; columns count characters."""

    line: int
    column: int


class Source(Record, uncompared=("_starts",)):
    """A named text. `name` is what messages print: a path relative to the project, or `<stdin>`."""

    name: str
    text: str
    # Offsets of the lines, filled at the first question for a position: most sources are never asked.
    _starts: list[int] = field(default_factory=list)

    def position(self, offset: int) -> Position:
        """Line and column of a character offset; an offset past the end counts as the end."""
        starts = self._line_starts()
        offset = min(max(offset, 0), len(self.text))
        row = bisect_right(starts, offset) - 1
        return Position(row + 1, offset - starts[row] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        starts = self._line_starts()
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        if not self._starts:
            self._starts.append(0)
            find, end = self.text.find, -1
            while (end := find("\n", end + 1)) >= 0:
                self._starts.append(end + 1)
        return self._starts


class Span(Record):
    """A range of a source: character offsets, `end` exclusive."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters under the span."""
        return self.source.text[self.start : self.end]

    @property
    def first(self) -> Position:
        """The position of its first character."""
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """The position behind its last character."""
        return self.source.position(self.end)

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other` (same source)."""
        return Span(self.source, self.start, other.end)

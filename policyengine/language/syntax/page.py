"""The page that the formatter writes: lines, and the author's comments and blank lines in their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from policyengine.base.records import record
from policyengine.base.source import Span
from policyengine.language.syntax.nodes import Comment, Module

WIDTH = 100

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_TO_BRACE = re.compile(r'(?:[^"#{]+|"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*)*')


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


Part = TypeVar("Part", bound=_Placed)


@record
class Manner(Generic[Part]):
    """How the parts of a row are written.

    `reach` says up to where comments inside of a part move before it, because it has no place for them; `parted`
    whether two neighbours have a blank line between them even where the author wrote none.
    """

    write: Callable[[Part], None]
    reach: Callable[[Part], int]
    parted: Callable[[Part, Part], bool] = lambda _before, _after: False


class LayoutPage:
    """Lines so far, and the comments still to be placed.

    Places are offsets in the source that a module was read from; in a module that was built by hand they are all 0,
    and there is nothing to place.
    """

    def __init__(self, module: Module) -> None:
        self._lines: list[str] = []
        self._text = module.source.text
        self._comments = module.comments
        self._next = 0
        self._end = 0  # of what was written last, in the source

    def text(self) -> str:
        """All lines; empty where there is none."""
        return "".join(f"{line}\n" for line in self._lines)

    def line(self, depth: int, text: str) -> None:
        """Writes a line."""
        self._lines.append("  " * depth + text if text else "")

    def lines(self, depth: int, texts: Sequence[str]) -> None:
        """Writes lines."""
        for text in texts:
            self.line(depth, text)

    def fits(self, depth: int, text: str) -> bool:
        """Whether a text fits on a line."""
        return len(text) + 2 * depth <= WIDTH

    def comments_before(self, offset: int) -> bool:
        """Whether a comment that is not placed yet stands before an offset."""
        return self._next < len(self._comments) and self._comments[self._next].span.start < offset

    def own_lines(self, depth: int, offset: int) -> None:
        """Writes the comments before an offset, each on a line of its own."""
        for comment in self._take(offset):
            self.line(depth, comment.text)

    def brace_after(self, offset: int) -> int:
        """Where the next opening brace stands."""
        match = _TO_BRACE.match(self._text, offset)
        return match.end() if match else offset

    def trail(self, end: int, limit: int) -> None:
        """Puts a comment that stands behind something on its line there: after `end`, before `limit`."""
        self._end = end
        if self.comments_before(limit) and "\n" not in self._text[end : self._comments[self._next].span.start]:
            comment = self._comments[self._next]
            self._next += 1
            self._lines[-1] += f"  {comment.text}"
            self._end = comment.span.end

    def parts(
        self,
        parts: Sequence[Part],
        depth: int,
        end: int,
        manner: Manner[Part],
    ) -> None:
        """Writes what stands in a row up to an offset, with the comments before, behind and after each part."""
        for index, part in enumerate(parts):
            apart = index > 0 and manner.parted(parts[index - 1], part)
            self._lead(part, depth, manner.reach(part), first=index == 0, apart=apart)
            manner.write(part)
            self.trail(part.span.end, parts[index + 1].span.start if index + 1 < len(parts) else end)
        self._close(depth, end, first=not parts)

    def _lead(self, part: _Placed, depth: int, reach: int, *, first: bool, apart: bool) -> None:
        before = list(self._take(part.span.start))
        inside = list(self._take(reach))
        blanks = self._blanks([*(comment.span for comment in before), part.span])
        if first:
            blanks[0] = False
        elif apart and not any(blanks):
            blanks[0] = True
        for comment, blank in zip(before, blanks, strict=False):
            self._comment(depth, comment, blank=blank)
        if blanks[-1]:
            self.line(0, "")
        for comment in inside:
            self.line(depth, comment.text)

    def _close(self, depth: int, end: int, *, first: bool) -> None:
        comments = list(self._take(end))
        blanks = self._blanks([comment.span for comment in comments])
        for index, (comment, blank) in enumerate(zip(comments, blanks, strict=True)):
            self._comment(depth, comment, blank=blank and not (first and index == 0))

    def _comment(self, depth: int, comment: Comment, *, blank: bool) -> None:
        if blank:
            self.line(0, "")
        self.line(depth, comment.text)
        self._end = comment.span.end

    def _blanks(self, spans: list[Span]) -> list[bool]:
        """Whether the author left a blank line before each of these, the first one counted from what was written."""
        ends = [self._end, *(span.end for span in spans)]
        return [
            _BLANK_LINE.search(self._text, end, span.start) is not None for end, span in zip(ends, spans, strict=False)
        ]

    def _take(self, offset: int) -> Iterator[Comment]:
        while self.comments_before(offset):
            self._next += 1
            yield self._comments[self._next - 1]

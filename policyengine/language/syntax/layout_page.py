"""The output of the formatter: its lines, with the author's comments and blank lines in their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.language.syntax.nodes import Comment, Module

WIDTH = 100

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_TO_BRACE = re.compile(r'(?:[^"#{]+|"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|#[^\n]*)*')


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


Part = TypeVar("Part", bound=_Spanned)


class PartStyle(Record, Generic[Part]):
    """How the parts of a list (statements, items, steps) are written.

    Attributes:
        write: Writes a part.
        hoist_end: The offset up to which comments inside a part move before it, since its layout has no place for them.
        blank_between: Whether two neighbours get a blank line between them even where the author wrote none.
    """

    write: Callable[[Part], None]
    hoist_end: Callable[[Part], int]
    blank_between: Callable[[Part, Part], bool] = lambda _before, _after: False


class LayoutPage:
    """The lines written so far, and the comments that are not written yet.

    Offsets are those of the source that the module was parsed from. In a module that was built in memory they are all
    0, and it has no comments.
    """

    def __init__(self, module: Module) -> None:
        self._lines: list[str] = []
        self._text = module.source.text
        self._comments = module.comments
        self._next = 0
        self._end = 0  # the offset at which the part or comment written last ends in the source

    def text(self) -> str:
        """All lines, each with a line feed."""
        return "".join(f"{line}\n" for line in self._lines)

    def line(self, depth: int, text: str) -> None:
        """Writes a line, `depth` levels indented."""
        self._lines.append("  " * depth + text if text else "")

    def lines(self, depth: int, texts: Sequence[str]) -> None:
        """Writes lines, all `depth` levels indented."""
        for text in texts:
            self.line(depth, text)

    def fits(self, depth: int, text: str) -> bool:
        """Whether a text fits on a line that is `depth` levels indented."""
        return len(text) + 2 * depth <= WIDTH

    def comments_before(self, offset: int) -> bool:
        """Whether a comment that is not written yet stands before an offset."""
        return self._next < len(self._comments) and self._comments[self._next].span.start < offset

    def own_lines(self, depth: int, offset: int) -> None:
        """Writes the comments before an offset, each on a line of its own."""
        for comment in self._take(offset):
            self.line(depth, comment.text)

    def brace_after(self, offset: int) -> int:
        """The offset of the next opening brace, strings and comments skipped."""
        match = _TO_BRACE.match(self._text, offset)
        return match.end() if match else offset

    def trail(self, end: int, limit: int) -> None:
        """Appends the comment that follows on the same line, between `end` and `limit`, to the last line."""
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
        style: PartStyle[Part],
    ) -> None:
        """Writes the parts of a list up to the offset `end`, with the comments before, behind and after each part."""
        for index, part in enumerate(parts):
            blank = index > 0 and style.blank_between(parts[index - 1], part)
            self._lead(part, depth, style.hoist_end(part), first=index == 0, blank=blank)
            style.write(part)
            self.trail(part.span.end, parts[index + 1].span.start if index + 1 < len(parts) else end)
        self._close(depth, end, first=not parts)

    def _lead(self, part: _Spanned, depth: int, hoist_end: int, *, first: bool, blank: bool) -> None:
        """Writes the comments and blank lines before a part; with `blank` there is a blank line somewhere."""
        before = list(self._take(part.span.start))
        inside = list(self._take(hoist_end))
        blanks = self._blanks([*(comment.span for comment in before), part.span])
        if first:
            blanks[0] = False
        elif blank and not any(blanks):
            blanks[0] = True
        for comment, blank_before in zip(before, blanks, strict=False):
            self._comment(depth, comment, blank=blank_before)
        if blanks[-1]:
            self.line(0, "")
        for comment in inside:
            self.line(depth, comment.text)

    def _close(self, depth: int, end: int, *, first: bool) -> None:
        """Writes the comments behind the last part; `first` where there is no part."""
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
        """Whether the author left a blank line before each span; the first is preceded by what was written last."""
        ends = [self._end, *(span.end for span in spans)]
        return [
            _BLANK_LINE.search(self._text, end, span.start) is not None for end, span in zip(ends, spans, strict=False)
        ]

    def _take(self, offset: int) -> Iterator[Comment]:
        """The comments before an offset that are not written yet; they count as written."""
        while self.comments_before(offset):
            self._next += 1
            yield self._comments[self._next - 1]

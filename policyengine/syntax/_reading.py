"""One text on its way to a tree: what the functions that build nodes share."""

from __future__ import annotations

from dataclasses import dataclass, field

from policyengine.diagnostics import Diagnostic, Rule
from policyengine.source import Source, Span
from policyengine.wording import quoted

Token = tuple[str, int, int]
"""A token as the parser keeps it: its text, where it starts, where it ends."""

MOST_FINDINGS = 100
"""After so many findings the rest of a file is not read: it is no policy file, or one cause made them all."""


@dataclass(slots=True)
class Reading:
    """The source, what was found wrong with it, the `language` lines, and what recovering has to remember.

    `missing` are the braces to be read as if they stood at their offsets, in order. `surplus_told` says whether a
    surplus `}` was looked for, `lost` whether a statement was dropped that may have defined a name.
    """

    source: Source
    found: list[Diagnostic] = field(default_factory=list)
    languages: list[Token] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)
    surplus_told: bool = False
    lost: bool = False

    def at(self, token: Token) -> Span:
        """The place of a token."""
        return Span(self.source, token[1], token[2])

    def span(self, start: int, end: int) -> Span:
        """A stretch of the source."""
        return Span(self.source, start, end)

    def report(self, rule: Rule, span: Span, message: str, advice: str = "") -> None:
        """Notes a finding, unless there are too many already."""
        if not self.full:
            self.found.append(rule.at(span, message, help=advice))

    def broken_since(self, start: int) -> bool:
        """Whether anything was found at or behind an offset: then what is missing there may only have been dropped."""
        return any(found.span is not None and found.span.start >= start for found in self.found)

    @property
    def full(self) -> bool:
        """Whether so much was found that reading on helps nobody."""
        return len(self.found) >= MOST_FINDINGS


def excerpt(text: str) -> str:
    """A part of the source in backticks, as if it stood on one line."""
    return quoted(" ".join(text.split()))

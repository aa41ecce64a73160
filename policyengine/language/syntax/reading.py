"""The state that parser and node builders share while they read one text: its diagnostics, and the shape of tokens."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field
from msgspec.structs import replace

from policyengine.base.diagnostics import Details, Diagnostic, Fix
from policyengine.base.rules import Rule
from policyengine.base.source import Source, Span
from policyengine.base.text import quoted

Token = tuple[str, int, int]
"""A token as the parser keeps it: its text, its start and its end as offsets in the source."""

MOST_DIAGNOSTICS = 100
"""The rest of a file with so many diagnostics is not read: it is no policy file, or all have the same cause."""


class Reading(Struct):
    """The state of reading one source: its diagnostics, its `language` lines, and what error recovery has to remember.

    Attributes:
        source: The text.
        diagnostics: In the order of their report, at most `MOST_DIAGNOSTICS`.
        languages: A token for each `language` line: its number, from the word to the end of the number.
        missing_braces: Offset and text of the braces to read as if they stood there, by offset.
        surplus_reported: Whether the text was searched for a surplus `}` already.
        lost: Whether a dropped statement may have defined a name.
    """

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)
    languages: list[Token] = field(default_factory=list)
    missing_braces: list[tuple[int, str]] = field(default_factory=list)
    surplus_reported: bool = False
    lost: bool = False

    def at(self, token: Token) -> Span:
        """The span of a token."""
        return Span(self.source, token[1], token[2])

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(self.source, start, end)

    def report(self, rule: Rule, span: Span, message: str, advice: str = "", fix: Fix | None = None) -> None:
        """Adds a diagnostic, unless there are `MOST_DIAGNOSTICS` already."""
        if not self.full:
            details: Details = {"help": advice, "fix": fix} if fix else {"help": advice}
            self.diagnostics.append(rule.at(span, message, **details))

    def withdraw(self, rule: Rule, applies: Callable[[Span], bool]) -> None:
        """Takes back the diagnostics of a rule at the spans that a predicate holds for."""
        self.diagnostics = [
            each for each in self.diagnostics if each.code != rule.code or each.span is None or not applies(each.span)
        ]

    def drop_fix(self, rule: Rule, start: int) -> None:
        """Takes the fix from the diagnostics of a rule at an offset."""
        self.diagnostics = [
            replace(each, fix=None) if each.code == rule.code and each.span and each.span.start == start else each
            for each in self.diagnostics
        ]

    def broken_since(self, start: int) -> bool:
        """Whether a diagnostic lies at or behind an offset: a part that is missing there may have been dropped."""
        return any(each.span is not None and each.span.start >= start for each in self.diagnostics)

    @property
    def full(self) -> bool:
        """Whether there are so many diagnostics that reading on helps nobody."""
        return len(self.diagnostics) >= MOST_DIAGNOSTICS


def excerpt(text: str) -> str:
    """A part of the source in backticks, its line breaks and indentation as single blanks."""
    return quoted(" ".join(text.split()))

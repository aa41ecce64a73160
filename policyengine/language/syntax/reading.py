"""What the parser and the node builders share while they read one text, and which items each block may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from policyengine.aws.settings import TAG_KEY, blocks, plain_blocks
from policyengine.base.diagnostics import Details, Diagnostic, Fix
from policyengine.base.rules import Rule
from policyengine.base.source import Source, Span
from policyengine.base.text import Advice, quoted
from policyengine.language.language_rules import MISPLACED_PART, RESERVED_WORD
from policyengine.language.syntax.grammar import grammar
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Block, ChildrenMay, CopyNode, Item, LockedKey, SettingNode, Where

Token = tuple[str, int, int]
"""A token as the parser keeps it: its text, its start and its end as offsets in the source."""

MOST_DIAGNOSTICS = 100
"""The rest of a file with so many diagnostics is not read: it is no policy file, or all have the same cause."""


@dataclass(slots=True)
class Reading:
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


OwnerKind: TypeAlias = str
"""A kind of block, `policy` or `copy`."""

TAG_BLOCKS = frozenset(row.parent for row in blocks() if row.kind == TAG_KEY.block)

_KINDS = {SettingNode: "setting", LockedKey: "setting", ChildrenMay: "children", Where: "where", CopyNode: "copy"}
"""What messages and `ALLOWED` call the items that are no blocks."""

_SETTINGS = frozenset({"setting", "children"})
_PLAIN = {row.kind: row.parent for row in plain_blocks()}


def _blocks_in(kind: str) -> frozenset[str]:
    return frozenset(row.kind for row in blocks() if row.parent == kind and row.kind != TAG_KEY.block)


ALLOWED: Mapping[OwnerKind, frozenset[str]] = {
    "policy": frozenset({"plan", "children"}),
    "tag selection": _SETTINGS | {"where"},
    "resource selection": _SETTINGS | {"where"},
    **{kind: _SETTINGS | _blocks_in(kind) for kind in ("plan", "rule", "copy", *_PLAIN)},
}
"""The kinds of items that a block of each kind may hold (language.md 3.2)."""

_NOUNS = {
    "policy": "a policy",
    "setting": "a setting",
    "where": "a condition (`where`)",
    "plan": "a plan",
    "rule": "a rule",
    "copy": "a copy",
    "tag selection": "a tag selection",
    "resource selection": "a resource selection",
    "children": "`children may`",
}
_BELONGS_IN = {
    "children": "a policy",
    "locked": "a policy",
    "setting": "a plan, a rule, a selection or a copy",
    "where": "a selection",
    "plan": "a policy",
    "rule": "a plan",
    "copy": "a rule",
    "tag selection": "a plan",
    "resource selection": "a plan",
    **{kind: f"a {parent}" for kind, parent in _PLAIN.items()},
}
_ADVICE = {
    "setting": "name the plan: `plan daily { ... }`",
    "rule": "rules stand in the braces of `plan daily { ... }`",
    "copy": "copies stand in the braces of `rule nightly { ... }`",
}


def accepted(reading: Reading, owner: OwnerKind, items: list[Item]) -> tuple[Item, ...]:
    """The items that a block of this kind may hold, in written order; the others are reported and left out."""
    allowed = ALLOWED[owner]
    if owner in TAG_BLOCKS:
        for item in items:
            if isinstance(item, (SettingNode, LockedKey)):
                check_tag_key(reading, item.key)
    for item in items:
        if _kind(item) not in allowed:
            _report_misplaced(reading, owner, item)
    return tuple(item for item in items if _kind(item) in allowed)


def check_tag_key(reading: Reading, key: Name) -> None:
    """Reports a keyword that is the key of a tag without quotes (language.md section 2)."""
    if not key.quoted and key.text in grammar().words:
        message = f"`{key.text}` is a word of the language and needs quotes as the key of a tag"
        reading.report(RESERVED_WORD, key.span, message, Advice.to_write(f'"{key.text}"'))


def misplaced(kind: str, where: str) -> tuple[str, str]:
    """Message and advice for an item of a `kind` in the wrong place; `where` is that place: `in a plan`."""
    return f"{_noun(kind)} belongs in {_BELONGS_IN[kind]}, not {where}", _ADVICE.get(kind, "")


def _report_misplaced(reading: Reading, owner: OwnerKind, item: Item) -> None:
    message, advice = misplaced(_kind(item), f"in {_noun(owner)}")
    span = item.head if isinstance(item, Block | CopyNode) else item.span
    reading.report(MISPLACED_PART, span, message, advice)


def _kind(item: Item) -> str:
    return item.kind if isinstance(item, Block) else _KINDS[type(item)]


def _noun(kind: str) -> str:
    return _NOUNS.get(kind, f"`{kind}`")

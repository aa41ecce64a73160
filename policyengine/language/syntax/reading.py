"""One text while it is read: its tokens and findings, and which part may stand in which block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from policyengine.base.catalogue.language import misplaced_part, reserved_word
from policyengine.base.diagnostics import Diagnostic, Rule
from policyengine.base.source import Source, Span
from policyengine.base.text import quoted
from policyengine.language.syntax.grammar import grammar
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Block, BlockKind, ChildrenMay, CopyNode, Item, SettingNode, Where

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


OwnerKind = BlockKind | Literal["policy", "copy"]

TAG_BLOCKS = frozenset({"recovery_point_tags", "plan_tags"})

_SETTINGS = frozenset({"setting", "children"})
_SELECTION = _SETTINGS | {"where"}

ALLOWED: dict[OwnerKind, frozenset[str]] = {
    "policy": frozenset({"plan", "children"}),
    "plan": _SETTINGS | {"rule", "tag selection", "resource selection", "plan_tags", "advanced", "malware_scan"},
    "rule": _SETTINGS | {"copy", "recovery_point_tags"},
    "copy": _SETTINGS,
    "tag selection": _SELECTION,
    "resource selection": _SELECTION,
    "recovery_point_tags": _SETTINGS,
    "plan_tags": _SETTINGS,
    "advanced": _SETTINGS,
    "malware_scan": _SETTINGS,
}
"""What may stand in the braces of what."""

_ONE_OF = {
    "setting": "a setting",
    "where": "a condition (`where`)",
    "plan": "a plan",
    "rule": "a rule",
    "copy": "a copy",
    "tag selection": "a tag selection",
    "resource selection": "a resource selection",
    "children": "`children may`",
}
_HOME = {
    "children": "a policy",
    "locked": "a policy",
    "setting": "a plan, a rule, a selection or a copy",
    "where": "a selection",
    "plan": "a policy",
    "rule": "a plan",
    "copy": "a rule",
    "tag selection": "a plan",
    "resource selection": "a plan",
    "recovery_point_tags": "a rule",
    "plan_tags": "a plan",
    "advanced": "a plan",
    "malware_scan": "a plan",
}
_ADVICE = {
    "setting": "name the plan: `plan daily { ... }`",
    "rule": "rules stand in the braces of `plan daily { ... }`",
    "copy": "copies stand in the braces of `rule nightly { ... }`",
}


def accepted(reading: Reading, owner: OwnerKind, items: list[Item]) -> tuple[Item, ...]:
    """The items that may stand in a block of this kind; what is wrong with the others is reported."""
    allowed = ALLOWED[owner]
    if owner in TAG_BLOCKS:
        for item in items:
            if isinstance(item, SettingNode):
                check_tag_key(reading, item.key)
    if all(_kind(item) in allowed for item in items):
        return tuple(items)
    return tuple(item for item in items if _kind(item) in allowed or _refuse(reading, owner, item))


def check_tag_key(reading: Reading, key: Name) -> None:
    """Reports a word of the language that stands as a tag's key without quotes."""
    if not key.quoted and key.text in grammar().words:
        message = f"`{key.text}` is a word of the language and needs quotes as the key of a tag"
        reading.report(reserved_word.RULE, key.span, message, f'write `"{key.text}"`')


def misplaced(kind: str, owner: str) -> tuple[str, str]:
    """Message and advice for a part in the wrong place."""
    found = _ONE_OF.get(kind, f"`{kind}`")
    return f"{found} belongs in {_HOME[kind]}, not {owner}", _ADVICE.get(kind, "")


def _refuse(reading: Reading, owner: OwnerKind, item: Item) -> bool:
    kind = _kind(item)
    message, advice = misplaced(kind, f"in {_ONE_OF.get(owner, f'`{owner}`') if owner != 'policy' else 'a policy'}")
    span = item.head if isinstance(item, Block | CopyNode) else item.span
    reading.report(misplaced_part.RULE, span, message, advice)
    return False


def _kind(item: Item) -> str:
    return item.kind if isinstance(item, Block) else _KINDS[type(item)]


_KINDS = {SettingNode: "setting", ChildrenMay: "children", Where: "where", CopyNode: "copy"}

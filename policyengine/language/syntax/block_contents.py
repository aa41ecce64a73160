"""Which items the blocks of the language may hold (language.md 3.2), and what is said of one in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from policyengine.aws.settings import TAG_KEY, blocks, plain_blocks
from policyengine.base.text import Advice
from policyengine.language.language_rules import MISPLACED_PART, RESERVED_WORD
from policyengine.language.syntax.grammar import grammar
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Block, ChildrenMay, CopyNode, Item, LockedKey, SettingNode, Where
from policyengine.language.syntax.reading import Reading

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

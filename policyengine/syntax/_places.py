"""Which part may stand in which block, and the words that need quotes as the key of a tag."""

from __future__ import annotations

from typing import Literal

from policyengine.catalogue.language import misplaced_part, reserved_word
from policyengine.syntax._grammar import grammar
from policyengine.syntax._reading import Reading
from policyengine.syntax.nodes import Block, BlockKind, ChildrenMay, Copy, Item, Setting, Where
from policyengine.syntax.values import Name

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
            if isinstance(item, Setting):
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
    span = item.head if isinstance(item, Block | Copy) else item.span
    reading.report(misplaced_part.RULE, span, message, advice)
    return False


def _kind(item: Item) -> str:
    return item.kind if isinstance(item, Block) else _KINDS[type(item)]


_KINDS = {Setting: "setting", ChildrenMay: "children", Where: "where", Copy: "copy"}

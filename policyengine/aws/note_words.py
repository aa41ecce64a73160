"""The words of notes: what a merge left out and why, as AWS's documents say it and as the language does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policyengine.aws.documents import APPEND, ASSIGN, REMOVE
from policyengine.aws.merge import (
    MAY,
    EarlierPeer,
    Note,
    OtherOrders,
    Peer,
    RepeatedItem,
    Restriction,
    Value,
    value_text,
)
from policyengine.aws.rows import SettingRow
from policyengine.aws.setting_words import in_words, path_steps, word

_SIGNS = {ASSIGN: "", APPEND: " +=", REMOVE: " -="}
_MAY_WORDS = {ASSIGN: "assign", APPEND: "append", REMOVE: "remove"}
"""The operators as `children may` names them."""


def note_detail(note: Note) -> str:
    """What a note says, in AWS's words: `` `@@assign` is ignored: `base` at the root allows only `@@append` here ``."""
    match note.reason:
        case Restriction(path, allowed, controls):
            names = " and ".join(f"`{operator}`" for operator in _operators(allowed))
            allows = f"{_places(controls)} allows {f'only {names}' if names else 'nothing'}"
            if note.operator:
                return f"`{note.operator}` is ignored: {allows} here"
            return f"the new key is ignored with all beneath it: {allows} on `{path}`"
        case EarlierPeer(peer):
            return f"`{note.operator}` is ignored: `{peer.policy.name}` is attached here first"
    return _open_point(note, value_text)


def note_in_words(note: Note, words_of_value: Callable[[Value | None], str] = value_text) -> str:
    """What a note says as the author of its policy calls it, in the language's words.

    `` `regions` is ignored: `base` at the root allows children only to `append` here ``. `words_of_value` has the text
    of a value of the setting.
    """
    match note.reason:
        case Restriction(path, allowed, controls):
            names = " and ".join(f"`{_MAY_WORDS[operator]}`" for operator in _operators(allowed))
            allows = f"{_places(controls)} allows {f'children only to {names}' if names else 'nothing'}"
            if note.operator:
                return f"{_ignored(note)}: {allows} here"
            return f"{_key_ignored(note)}: {allows} in `{in_words(path)}`"
        case EarlierPeer(peer):
            return f"{_ignored(note)}: `{peer.policy.name}` is attached here first"
    return _open_point(note, words_of_value)


def _ignored(note: Note) -> str:
    return f"`{word(note.path)}{_SIGNS[note.operator]}` is ignored"


def _key_ignored(note: Note) -> str:
    step = path_steps(note.path)[-1]
    if isinstance(step.row, SettingRow):
        return f"`{word(note.path)}` is ignored"
    return f"the new `{step.word} {step.name}".rstrip() + "` is ignored with all in it"


def _open_point(note: Note, words_of_value: Callable[[Value | None], str]) -> str:
    match note.reason:
        case OtherOrders(values, complete):
            others = [f"`{text}`" for text in sorted(map(words_of_value, values))]
            gives = " or ".join(others if complete else [*others, "others"])
            return f"the attachment order is not known; another order gives {gives}"
        case RepeatedItem(item):
            return f"`{item}` stands in the list twice; how AWS publishes that has not been observed"
    return "the list was emptied; whether AWS publishes `[]` or nothing has not been observed"


def _operators(allowed: int) -> list[str]:
    return [operator for operator, bit in MAY.items() if allowed & bit]


def _places(controls: Iterable[Peer]) -> str:
    return " with ".join(f"`{peer.policy.name}` at {peer.entity.path or 'the root'}" for peer in controls)

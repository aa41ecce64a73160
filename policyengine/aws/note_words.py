"""The words of notes and errors: what a merge left out and why, and what makes its result invalid.

As AWS's documents say it and as the language does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from policyengine.aws.documents import APPEND, ASSIGN, REMOVE
from policyengine.aws.merge import (
    MAY,
    EarlierPeer,
    EffectiveError,
    EmptiedList,
    Note,
    OtherOrders,
    Peer,
    RepeatedItem,
    Restriction,
    Value,
    keys,
    segment,
    value_text,
)
from policyengine.aws.setting_rows import SettingRow
from policyengine.aws.setting_words import in_words, path_steps, word

_SIGNS = {ASSIGN: "", APPEND: " +=", REMOVE: " -="}
_MAY_WORDS = {ASSIGN: "assign", APPEND: "append", REMOVE: "remove"}
"""The operators as `children may` names them."""


class _Vocabulary(NamedTuple):
    """How notes call an operator and a new key that are ignored, the operators that are allowed, and where they are."""

    ignored_operator: Callable[[Note], str]
    ignored_key: Callable[[Note], str]
    only: Callable[[Sequence[str]], str]
    within: Callable[[str], str]


def note_detail(note: Note) -> str:
    """A note in AWS's words: `` `@@assign` is ignored: `base` at the root allows only `@@append` here ``."""
    return _text(note, _AWS, value_text)


def note_in_words(note: Note, words_of_value: Callable[[Value | None], str] = value_text) -> str:
    """The text of a note as the author of its policy calls it, in the language's words.

    `` `regions` is ignored: `base` at the root allows children only to `append` here ``. `words_of_value` has the text
    of a value of the setting.
    """
    return _text(note, _LANGUAGE, words_of_value)


def error_text(error: EffectiveError) -> str:
    """An error in the words of the file of the last policy that contributes to it; of a document in AWS's."""
    if error.contributors and error.contributors[-1].policy.origin(keys(error.path)):
        return error_in_words(error)
    return f"{error.code} at {error.path}: {error.message}"


def error_in_words(error: EffectiveError) -> str:
    """An error as the author of a policy calls what it is about: ``KEY_REQUIRED at `plan x`: `regions` is missing``."""
    fault = error.message
    if error.conflict:
        fault = f"these exclude each other: {error.conflict.value}"
    elif error.missing:
        fault = f"`{word('/'.join(map(segment, error.missing)))}` is missing"
    elif error.code == "ELEMENTS_TOO_FEW":
        fault = f"`{word(error.path)}` is empty"
    return f"{error.code} at `{in_words(error.path)}`: {fault}"


def _text(note: Note, vocabulary: _Vocabulary, words_of_value: Callable[[Value | None], str]) -> str:
    match note.reason:
        case Restriction(path, allowed, controls):
            operators = [operator for operator, bit in MAY.items() if allowed & bit]
            allows = f"{_places(controls)} allows {vocabulary.only(operators) if operators else 'nothing'}"
            if note.operator:
                return f"{vocabulary.ignored_operator(note)}: {allows} here"
            return f"{vocabulary.ignored_key(note)}: {allows} {vocabulary.within(path)}"
        case EarlierPeer(peer):
            return f"{vocabulary.ignored_operator(note)}: `{peer.policy.name}` is attached here first"
        case OtherOrders(values, complete):
            others = [f"`{text}`" for text in sorted(map(words_of_value, values))]
            gives = " or ".join(others if complete else [*others, "others"])
            return f"the attachment order is not known; another order gives {gives}"
        case RepeatedItem(item):
            return f"`{item}` stands in the list twice; how AWS publishes that has not been observed"
        case EmptiedList():
            return "the list was emptied; whether AWS publishes `[]` or nothing has not been observed"


def _places(controls: Iterable[Peer]) -> str:
    return " with ".join(f"`{peer.policy.name}` at {peer.entity.path or 'the root'}" for peer in controls)


def _key_in_words(note: Note) -> str:
    step = path_steps(note.path)[-1]
    if isinstance(step.row, SettingRow):
        return f"`{word(note.path)}` is ignored"
    return f"the new `{step.word} {step.name}".rstrip() + "` is ignored with all in it"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


_AWS = _Vocabulary(
    ignored_operator=lambda note: f"`{note.operator}` is ignored",
    ignored_key=lambda _: "the new key is ignored with all beneath it",
    only=lambda operators: f"only {_listed(operators)}",
    within=lambda path: f"on `{path}`",
)
_LANGUAGE = _Vocabulary(
    ignored_operator=lambda note: f"`{word(note.path)}{_SIGNS[note.operator]}` is ignored",
    ignored_key=_key_in_words,
    only=lambda operators: f"children only to {_listed(_MAY_WORDS[operator] for operator in operators)}",
    within=lambda path: f"in `{in_words(path)}`",
)

"""Keys of other notations that people write in backup policies, the keys that they mean, and texts that name keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from policyengine.aws.facts.data_files import read_data
from policyengine.base.text import quoted


class Key(str):
    """A key of AWS's in a message, shown by the author's word for it where a document is written in the language."""

    __slots__ = ()


class Fields(str):
    """The fields of a schedule in a message, shown as a whole schedule: the language has them in quotes."""

    __slots__ = ()


Wording: TypeAlias = str | tuple[str, ...]
"""A text, or the pieces of one, some of which are a `Key` or `Fields`."""

_LONGEST_SCHEDULE = 200  # characters: whoever is to write it wants to see all of it


def worded(wording: Wording, words: Mapping[str, str]) -> str:
    """A text with the author's `words` for AWS's keys, and AWS's own for the others, in backticks.

    `words` are empty for a document that is not written in the language.
    """
    if isinstance(wording, str):
        return wording
    return "".join(_shown(piece, words) for piece in wording)


def _shown(piece: str, words: Mapping[str, str]) -> str:
    if isinstance(piece, Key):
        return quoted(words.get(piece, piece))
    if isinstance(piece, Fields):
        return quoted(f'cron("{piece}")' if words else f"cron({piece})", _LONGEST_SCHEDULE)
    return piece


class ForeignKeys(NamedTuple):
    """Keys of AWS Backup's API, CloudFormation and Terraform that people write in policies, each as a `plain_key`.

    `aliases` maps them to the path of the right key, below the same container; `advice` says what to do about those
    that have no counterpart.
    """

    aliases: Mapping[str, tuple[str, ...]]
    advice: Mapping[str, Wording]


def foreign_keys_at(path: tuple[str, ...]) -> ForeignKeys:
    """The wrong keys at a place of a document, the author's names in its path being any: `("plans", "*", "rules")`."""
    containers, name = read_data("backup_policy_schema.json")["containers"], "document"
    for key in path:
        container = containers.get(name, {})
        name = container.get("each") or container.get("keys", {}).get(key, "")
    return foreign_keys(name)


@cache
def foreign_keys(container: str) -> ForeignKeys:
    """The wrong keys of a container of a backup policy's syntax tree (`rule`, `lifecycle`, `copy_action`).

    None of a container that the facts do not name.
    """
    raw = read_data("backup_policy_schema.json")["containers"].get(container, {})
    aliases = {key: tuple(right.split("/")) for right, keys in raw.get("aliases", {}).items() for key in keys}
    advice = {key: _wording(text) for text, keys in raw.get("advice", {}).items() for key in keys}
    return ForeignKeys(MappingProxyType(aliases), MappingProxyType(advice))


def _wording(text: str) -> Wording:
    """A text of the facts, in which backticks mark AWS's keys."""
    pieces = text.split("`")
    return tuple(Key(piece) if place % 2 else piece for place, piece in enumerate(pieces))


def plain_key(key: str) -> str:
    """A key without case, `_` and `-`, in which AWS's notations differ: `deleteafterdays` for `DeleteAfterDays`."""
    return key.lower().replace("_", "").replace("-", "")

"""AWS's syntax tree of a backup policy: the containers of the facts, with the settings of the table in them.

Data only. What the kinds of values mean is in `formats.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from policyengine.aws.facts.foreign_keys import ForeignKeys, foreign_keys
from policyengine.aws.setting_rows import ANY, SettingRow
from policyengine.aws.settings import places
from policyengine.base.records import Record

_Path: TypeAlias = tuple[str, ...]


class Container(Record, eq=False):
    """An inner node: fixed `keys` (by their folded names), or nodes of one kind, `each`, under names of the author's.

    `names` says what those names look like: `name`, `vault_arn` or `any`; `noun` is what people call this node when its
    parent names it ("rule"). `required` keys must stand in every fragment that AWS is sent, and one of `one_of`;
    `most` bounds the number of grandchildren. `key_is_name`: its `tag_key` repeats its own name.
    `foreign` are keys of other notations, with the right one or with what to do.
    """

    keys: Mapping[str, Node]
    spelled: tuple[str, ...]
    noun: str
    each: Container | None
    names: str
    required: tuple[str, ...]
    one_of: tuple[str, ...]
    most: int
    key_is_name: bool
    foreign: ForeignKeys


Node: TypeAlias = SettingRow | Container


@cache
def schema() -> Container:
    """The root of the tree: the document itself."""
    text = files("policyengine.aws.facts").joinpath("backup_policy_schema.json").read_text(encoding="utf-8")
    return _Tree(json.loads(text)["containers"]).container("document", "", ())


class _Tree:
    """Puts settings into containers. `facts` are those of the containers, by their names in the file."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self._below: dict[_Path, dict[str, SettingRow | None]] = {}  # None for a container on the way to a setting
        for row, path in places():
            for length, key in enumerate(path):
                setting = row if length == len(path) - 1 else None
                self._below.setdefault(path[:length], {}).setdefault(key, setting)

    def container(self, name: str, noun: str, path: _Path) -> Container:
        """The container at a path; one that only settings speak of has no name and no facts."""
        raw = self._facts.get(name, {})
        keys = dict(self._nodes(raw.get("keys", {}), path))
        each = self.container(raw["each"], raw["named"], (*path, ANY)) if "each" in raw else None
        return Container(
            keys={key.lower(): node for key, node in keys.items()},
            spelled=tuple(keys),
            noun=noun,
            each=each,
            names=raw.get("names", "name"),
            required=tuple(raw.get("required", ())),
            one_of=tuple(raw.get("one_of", ())),
            most=raw.get("most", 0),
            key_is_name=raw.get("key_is_name", False),
            foreign=foreign_keys(name),
        )

    def _nodes(self, inner: Mapping[str, str], path: _Path) -> Iterator[tuple[str, Node]]:
        """The nodes in a container: settings first, then containers."""
        fixed = {key: row for key, row in self._below.get(path, {}).items() if key != ANY}
        yield from ((key, row) for key, row in fixed.items() if row)
        names = {**inner, **{key: "" for key, row in fixed.items() if row is None and key not in inner}}
        yield from ((key, self.container(name, "", (*path, key))) for key, name in names.items())


def setting_at(keys: tuple[str, ...]) -> SettingRow | None:
    """The setting at a path of a document, whatever the case of its keys; None where none is."""
    node: Node | None = schema()
    for key in keys:
        if not isinstance(node, Container):
            return None
        node = node.keys.get(key.lower()) or node.each
    return node if isinstance(node, SettingRow) else None

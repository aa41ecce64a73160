"""AWS's syntax tree of a backup policy, read from the facts: which keys stand where, what each setting takes.

Data only. What the words in `takes` mean is in `formats.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from policyengine.aws.facts.names import ForeignKeys, foreign_keys
from policyengine.base.records import entity


@entity
class Setting:
    """A leaf of the tree: it holds operators, and they hold values.

    `takes` names the format of a value: `text` (`least` to `most` characters), `integer` (of `unit`, from `least`, at
    most `digits` digits), `choice` (one of `choices`), or one that its word explains. `many`: a list of such values,
    which takes all three operators; `may_be_empty`: AWS admits the empty list.
    """

    takes: str
    many: bool
    may_be_empty: bool = False
    least: int = 0
    most: int = 0
    digits: int = 0
    unit: str = ""
    choices: tuple[str, ...] = ()


@entity
class Container:
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


Node: TypeAlias = Setting | Container


@cache
def schema() -> Container:
    """The root of the tree: the document itself."""
    text = files("policyengine.aws.facts").joinpath("backup_policy_schema.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    settings = {name: _setting(fields) for name, fields in raw["settings"].items()}
    return _container(raw["containers"], settings, "document", "")


def _setting(raw: dict[str, Any]) -> Setting:
    plain = {key: value for key, value in raw.items() if key not in {"list", "choices"}}
    return Setting(many=raw.get("list", False), choices=tuple(raw.get("choices", ())), **plain)


def _container(containers: dict[str, Any], settings: dict[str, Setting], name: str, noun: str) -> Container:
    raw = containers[name]
    keys: dict[str, Node] = {
        key.lower(): settings.get(kind) or _container(containers, settings, kind, "")
        for key, kind in raw.get("keys", {}).items()
    }
    return Container(
        keys=keys,
        spelled=tuple(raw.get("keys", ())),
        noun=noun,
        each=_container(containers, settings, raw["each"], raw["named"]) if "each" in raw else None,
        names=raw.get("names", "name"),
        required=tuple(raw.get("required", ())),
        one_of=tuple(raw.get("one_of", ())),
        most=raw.get("most", 0),
        key_is_name=raw.get("key_is_name", False),
        foreign=foreign_keys(name),
    )

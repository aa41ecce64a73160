"""The settings of an effective document, by path: what is compared, and what `before` and `after` of a change say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from policyengine.effective import segment
from policyengine.model.documents import Json, spelled

Setting: TypeAlias = str | tuple[str, ...]
"""A scalar as the text that AWS makes of it, or a list of them. A list of one is no scalar."""


def settings(document: Json | Mapping[str, Json], path: str = "") -> dict[str, Setting]:
    """Every setting at or beneath a node by its path below it, keys folded."""
    return dict(_settings(document, path))


def written(setting: Setting | None) -> str | None:
    """A setting in one text that stands for no other one: a list as JSON."""
    return json.dumps(setting, ensure_ascii=False) if isinstance(setting, tuple) else setting


def _settings(document: Json | Mapping[str, Json], path: str) -> Iterator[tuple[str, Setting]]:
    if isinstance(document, Mapping):
        for key, child in document.items():
            yield from _settings(child, f"{path}/{segment(key)}" if path else segment(key))
    elif isinstance(document, list):
        yield path, tuple(spelled(item) for item in document)
    elif document is not None:
        yield path, spelled(document)


def block(document: Json | Mapping[str, Json], *path: str) -> Mapping[str, Json]:
    """The object at keys beneath a node, empty where there is none."""
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}

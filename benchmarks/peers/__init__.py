"""What can be used instead of the engine. A peer takes the documents of a chain, root first, and gives its settings.

Settings are by folded keys, so that results can be held against each other. A peer that is not installed is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeAlias

Tree: TypeAlias = dict[str, Any]
Settings: TypeAlias = "dict[tuple[str, ...], str | tuple[str, ...]]"


class Peer(NamedTuple):
    """A peer: what it does less than the engine, and how it is called for one chain of policy names.

    `merge` is what is timed, `settings` makes its result comparable.
    """

    lacks: str
    merge: Callable[[Sequence[Sequence[str]]], Any]
    settings: Callable[[Any], Settings]


Documents: TypeAlias = Mapping[str, Tree]


def library(name: str) -> Any:  # noqa: ANN401 - a module that need not be there, so nothing is known of it
    """A peer's module, None where it is not installed."""
    return import_module(name) if find_spec(name) else None


def flat(document: Tree, at: tuple[str, ...] = ()) -> Settings:
    """The settings of an effective document."""
    found: Settings = {}
    for key, value in document.items():
        if isinstance(value, dict):
            found.update(flat(value, (*at, key.lower())))
        else:
            found[(*at, key.lower())] = tuple(value) if isinstance(value, list) else value
    return found

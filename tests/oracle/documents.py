"""A policy document taken apart: which nodes carry which operators. Keys and operators are folded to lower case (R19).

Documents are taken as AWS admits them; what AWS would refuse raises a plain Python error here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

CONTROL = "@@operators_allowed_for_child_policies"
ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
OPERATORS = (ASSIGN, APPEND, REMOVE)
EVERYTHING = frozenset(OPERATORS)

Tree = dict[str, Any]
Path = tuple[str, ...]
Value = str | list[str]


class Fragment(NamedTuple):
    """Value operators by leaf, and the allowed set by node, both by folded path."""

    uses: dict[Path, dict[str, Value]]
    controls: dict[Path, frozenset[str]]


def take_apart(document: Tree) -> Fragment:
    """The operators and controls of one document. What stands on the document root itself has no effect (3.1)."""
    fragment = Fragment({}, {})
    _walk(document, (), fragment)
    fragment.uses.pop((), None)
    fragment.controls.pop((), None)
    return fragment


def text_of(path: Path) -> str:
    """A path as errors, notes and trails write it: `/` between keys, `~1` for a `/` and `~0` for a `~` in a key."""
    return "/".join(key.replace("~", "~0").replace("/", "~1") for key in path)


def nested(values: dict[Path, Value]) -> Tree:
    """The leaves put together to a document; without leaves there are no maps, so empty ones are pruned (R10)."""
    document: Tree = {}
    for path, value in values.items():
        node = document
        for key in path[:-1]:
            node = node.setdefault(key, {})
        node[path[-1]] = list(value) if isinstance(value, list) else value
    return document


def _walk(node: Tree, path: Path, fragment: Fragment) -> None:
    folded: set[str] = set()
    for spelled, content in node.items():
        key = spelled.lower()
        if key in folded:
            raise ValueError(f"{spelled!r} stands twice at {path}")
        folded.add(key)
        if key == CONTROL:
            fragment.controls[path] = _allowed(content)
        elif key in OPERATORS:
            fragment.uses.setdefault(path, {})[key] = _value(content)
        else:
            _walk(content, (*path, key), fragment)


def _allowed(names: list[str]) -> frozenset[str]:
    folded = {name.lower() for name in names}
    if "@@all" in folded:
        return EVERYTHING
    return frozenset(folded - {"@@none"})


def _value(content: object) -> Value:
    if isinstance(content, list):
        return [_string(item) for item in content]
    return _string(content)


def _string(scalar: object) -> str:
    """Every scalar as AWS publishes it (section 7)."""
    if scalar is True:
        return "true"
    if scalar is False:
        return "false"
    if scalar is None:
        return "null"
    return str(scalar)

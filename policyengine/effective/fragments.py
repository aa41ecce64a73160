"""A policy document read for merging: keys folded, operators apart from children, values as strings.

Takes AWS's JSON, gives a tree of fragments. Made once per document, whatever the number of its attachments.
"""

from __future__ import annotations

from typing import TypeAlias

from policyengine.model.documents import CONTROL, VALUE_OPERATORS, Json

Value: TypeAlias = "str | tuple[str, ...]"

MAY_ASSIGN, MAY_APPEND, MAY_REMOVE = 1, 2, 4
MAY_ALL = MAY_ASSIGN | MAY_APPEND | MAY_REMOVE
MAY = {"@@assign": MAY_ASSIGN, "@@append": MAY_APPEND, "@@remove": MAY_REMOVE}
_CONTROLS = {**MAY, "@@all": MAY_ALL}


class Fragment:
    """What one policy says about one node of the document.

    `path` is the folded path (interface.md section 4), `control` the operators left to lower entities or None,
    `operators` the value operators used here with their values. Children that mention nothing are left out, so every
    fragment counts as a mention (semantics.md R18).
    """

    __slots__ = ("children", "control", "operators", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.control: int | None = None
        self.operators: dict[str, Value] = {}
        self.children: dict[str, Fragment] = {}


def read_fragments(content: Json) -> Fragment:
    """The fragments of a document; operators and controls on the document root have no effect (semantics.md 3.1)."""
    root = Fragment("")
    if isinstance(content, dict):
        for key, value in content.items():
            if isinstance(value, dict) and not key.startswith("@@"):
                _adopt(root, key.lower(), _read(segment(key), value))
    return root


def segment(key: str) -> str:
    """A key as a segment of a path: folded, `~` as `~0`, `/` as `~1` (interface.md section 4)."""
    key = key.lower()
    return key.replace("~", "~0").replace("/", "~1") if "/" in key or "~" in key else key


def keys(path: str) -> tuple[str, ...]:
    """The folded keys of a path, the reverse of joined segments."""
    return tuple([key.replace("~1", "/").replace("~0", "~") for key in path.split("/")])


def _read(path: str, content: dict[str, Json]) -> Fragment:
    fragment = Fragment(path)
    for key, value in content.items():
        if key.startswith("@@"):
            _read_operator(fragment, key.lower(), value)
        elif isinstance(value, dict):
            _adopt(fragment, key.lower(), _read(f"{path}/{segment(key)}", value))
    return fragment


def _adopt(parent: Fragment, key: str, child: Fragment) -> None:
    if child.operators or child.children or child.control is not None:
        parent.children[key] = child


def _read_operator(fragment: Fragment, operator: str, value: Json) -> None:
    if operator in VALUE_OPERATORS:
        fragment.operators[operator] = tuple(map(_string, value)) if isinstance(value, list) else _string(value)
    elif operator == CONTROL and isinstance(value, list):
        fragment.control = 0
        for name in value:
            fragment.control |= _CONTROLS.get(str(name).lower(), 0)


def _string(value: Json) -> str:
    """A scalar as AWS publishes it: numbers as spelled, `true`, `false`, `null` (semantics.md R23)."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)

"""A policy document read for merging: keys folded, operators apart from children, values as strings.

Takes AWS's JSON, gives a tree of fragments. A fragment is read when a merge first looks into it: most plans meet no
other policy and are published as one piece.
"""

from __future__ import annotations

from typing import TypeAlias

from policyengine.effective.operators import Value, operate
from policyengine.model.documents import CONTROL, Json

MAY_ASSIGN, MAY_APPEND, MAY_REMOVE = 1, 2, 4
MAY_ALL = MAY_ASSIGN | MAY_APPEND | MAY_REMOVE
# Also the order of evaluation within a level (semantics.md R3).
MAY = {"@@assign": MAY_ASSIGN, "@@append": MAY_APPEND, "@@remove": MAY_REMOVE}
_CONTROLS = {**MAY, "@@all": MAY_ALL}

Content: TypeAlias = "dict[str, Json]"


class Fragment:
    """What one policy says about one node of the document.

    `path` is the folded path (interface.md section 4), `control` the operators left to lower entities or None,
    `operators` the value operators used here with their values. Children that mention nothing are left out, so every
    fragment counts as a mention (semantics.md R18).
    """

    __slots__ = ("_children", "_content", "_document", "control", "operators", "path")

    def __init__(self, path: str, content: Content) -> None:
        self.path = path
        self.control: int | None = None
        self.operators: dict[str, Value] = {}
        self._content = content
        self._children: dict[str, Fragment] | None = None
        self._document: tuple[Json] | None = None
        for key, value in content.items():
            if key.startswith("@@"):
                self._read_operator(key.lower(), value)

    @property
    def children(self) -> dict[str, Fragment]:
        """The mentioned keys beneath this one, folded."""
        if self._children is None:
            path = f"{self.path}/" if self.path else ""
            self._children = {
                key.lower(): Fragment(path + segment(key), value)
                for key, value in self._content.items()
                if isinstance(value, dict) and not key.startswith("@@") and _mentions(value)
            }
        return self._children

    @property
    def document(self) -> Json:
        """What would be published of this fragment if no other policy mentioned anything here."""
        if self._document is None:
            self._document = (_publish(self._content),)
        return self._document[0]

    def _read_operator(self, operator: str, value: Json) -> None:
        if operator in MAY:
            self.operators[operator] = _value(value)
        elif operator == CONTROL and isinstance(value, list):
            self.control = 0
            for name in value:
                self.control |= _CONTROLS.get(str(name).lower(), 0)


def read_fragments(content: Json) -> Fragment:
    """The fragments of a document; operators and controls on the document root have no effect (semantics.md 3.1)."""
    content = content if isinstance(content, dict) else {}
    return Fragment("", {key: value for key, value in content.items() if not key.startswith("@@")})


def segment(key: str) -> str:
    """A key as a segment of a path: folded, `~` as `~0`, `/` as `~1` (interface.md section 4)."""
    key = key.lower()
    return key.replace("~", "~0").replace("/", "~1") if "/" in key or "~" in key else key


def keys(path: str) -> tuple[str, ...]:
    """The folded keys of a path, the reverse of joined segments."""
    return tuple([key.replace("~1", "/").replace("~0", "~") for key in path.split("/")])


def _mentions(content: Content) -> bool:
    """Whether anything is said at or beneath a node; empty objects say nothing."""
    return any(key.startswith("@@") or (isinstance(value, dict) and _mentions(value)) for key, value in content.items())


def _publish(content: Content) -> Json:
    operators: dict[str, Value] = {}
    children: dict[str, Json] = {}
    for key, value in content.items():
        if key.startswith("@@"):
            if (operator := key.lower()) in MAY:
                operators[operator] = _value(value)
        elif isinstance(value, dict) and (below := _publish(value)) is not None:
            children[key.lower()] = below
    if children:
        return dict(sorted(children.items()))
    result: Value | None = None
    for operator in MAY:
        if operator in operators:
            result = operate(result, operator, operators[operator])
    return list(result) if isinstance(result, tuple) else result


def _value(value: Json) -> Value:
    return tuple([_string(item) for item in value]) if isinstance(value, list) else _string(value)


def _string(value: Json) -> str:
    """A scalar as AWS publishes it: numbers as spelled, `true`, `false`, `null` (semantics.md R23)."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)

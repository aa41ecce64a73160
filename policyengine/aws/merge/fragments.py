"""A policy document read for merging: keys folded, operators apart from children, values as strings.

Takes AWS's JSON, returns a tree of fragments. A fragment is read when a merge first looks into it: most plans are in a
single policy and are published unmerged.

Also what each value operator does to a value (semantics.md section 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from policyengine.aws.documents import APPEND, ASSIGN, CONTROL, Json, spelled

Value: TypeAlias = "str | tuple[str, ...]"


def operate(value: Value | None, operator: str, operand: Value) -> Value | None:
    """The value after one operator; None stands for a setting that is absent, () for an empty list.

    `@@assign` replaces, duplicates kept (R25); `@@append` creates the list and adds only what is not there (R7);
    `@@remove` drops values and leaves an absent setting absent (R8, R9).
    """
    if operator == ASSIGN:
        return operand
    listed = items_of(value)
    if operator == APPEND:
        return _append(listed, items_of(operand))
    return None if value is None else tuple([item for item in listed if item not in items_of(operand)])


def _append(listed: tuple[str, ...], operand: tuple[str, ...]) -> tuple[str, ...]:
    new = [item for item in dict.fromkeys(operand) if item not in listed]
    return (*listed, *new)


def items_of(value: Value | None) -> tuple[str, ...]:
    """The items of a value, a plain text being one of them; none of a setting that is absent."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def value_text(value: Value | None) -> str:
    """A value in a message: `35`, `[eu-west-1, eu-central-1]`, `no value` for None."""
    if value is None:
        return "no value"
    return value if isinstance(value, str) else f"[{', '.join(value)}]"


MAY_ASSIGN, MAY_APPEND, MAY_REMOVE = 1, 2, 4
MAY_ALL = MAY_ASSIGN | MAY_APPEND | MAY_REMOVE
# Also the order of evaluation within a level (semantics.md R3).
MAY = {"@@assign": MAY_ASSIGN, "@@append": MAY_APPEND, "@@remove": MAY_REMOVE}
_CONTROLS = {**MAY, "@@all": MAY_ALL}

Content: TypeAlias = "dict[str, Json]"


class Standalone(NamedTuple):
    """The published form of a fragment that no other policy touches.

    `document` has its keys folded and sorted. `not_assigned` are the settings with other operators than a single
    `@@assign`, each as its folded keys below the fragment.
    """

    document: Json
    not_assigned: tuple[tuple[str, ...], ...]

    def beneath(self, key: str) -> Standalone:
        """The published form of the fragment at a key of this one: a part of `document`, not a copy."""
        document = self.document.get(key) if isinstance(self.document, dict) else None
        return Standalone(document, tuple(keys[1:] for keys in self.not_assigned if keys[:1] == (key,)))


class Fragment:
    """The content of a policy at a node of the document.

    `path` is the folded path (interface.md section 4), `control` the operators left to lower entities or None,
    `operators` the value operators used here with their values. Children without any operator beneath are left out, so
    every fragment counts as a mention (semantics.md R18).
    """

    __slots__ = (
        "_children",
        "_content",
        "_first_setting",
        "_has_unobserved_list",
        "_settings",
        "_standalone",
        "control",
        "operators",
        "path",
    )

    def __init__(self, path: str, content: Content, standalone: Standalone | None = None) -> None:
        self.path = path
        self.control: int | None = None
        self.operators: dict[str, Value] = {}
        self._content = content
        self._children: dict[str, Fragment] | None = None
        self._standalone = standalone
        self._settings: tuple[tuple[str, ...], tuple[Value, ...]] | None = None
        self._has_unobserved_list: bool | None = None
        self._first_setting: tuple[tuple[str, str] | None] | None = None
        for key, value in content.items():
            if key.startswith("@@"):
                self._read_operator(key.lower(), value)

    @property
    def children(self) -> dict[str, Fragment]:
        """The fragments directly beneath this one, by folded key."""
        if self._children is None:
            path = f"{self.path}/" if self.path else ""
            self._children = {
                key.lower(): Fragment(
                    path + segment(key), value, self._standalone and self._standalone.beneath(key.lower())
                )
                for key, value in self._content.items()
                if isinstance(value, dict) and not key.startswith("@@") and _mentions(value)
            }
        return self._children

    def find(self, path: tuple[str, ...]) -> Fragment | None:
        """The fragment at folded keys beneath this one."""
        fragment: Fragment | None = self
        for key in path:
            fragment = fragment.children.get(key) if fragment else None
        return fragment

    @property
    def standalone(self) -> Standalone:
        """The published form where no other policy touches this fragment.

        It contains those of the fragments beneath, so that equal parts of several results are the same object.
        """
        if self._standalone is None:
            self._standalone = self._put_together() if self._children else self._in_one_piece()
        return self._standalone

    def _in_one_piece(self) -> Standalone:
        not_assigned: list[tuple[str, ...]] = []
        document = _publish((), self._content, not_assigned)
        return Standalone(document, tuple(not_assigned))

    def _put_together(self) -> Standalone:
        parts = {key: child.standalone for key, child in sorted(self.children.items())}
        document: Json = {key: part.document for key, part in parts.items() if part.document is not None}
        not_assigned = [(key, *keys) for key, part in parts.items() for keys in part.not_assigned]
        return Standalone(document or _publish_setting((), self._content, not_assigned), tuple(not_assigned))

    @property
    def settings(self) -> tuple[tuple[str, ...], tuple[Value, ...]]:
        """The settings of `standalone`: their paths, and beside them their values."""
        if self._settings is None:
            paths: list[str] = []
            values: list[Value] = []
            _collect(self.path, self.standalone.document, paths, values)
            self._settings = (tuple(paths), tuple(values))
        return self._settings

    @property
    def first_setting(self) -> tuple[str, str] | None:
        """The path of the first setting at or beneath this fragment, in written order, and its first operator.

        None where the fragment has only controls. Operators are in the order of evaluation.
        """
        if self._first_setting is None:
            here = next(((self.path, operator) for operator in MAY if operator in self.operators), None)
            below = (first for child in self.children.values() if (first := child.first_setting))
            self._first_setting = (here or next(below, None),)
        return self._first_setting[0]

    @property
    def has_unobserved_list(self) -> bool:
        """Whether a list of `standalone` is empty or repeats a value: how AWS publishes these was not observed."""
        if self._has_unobserved_list is None:
            self._has_unobserved_list = _has_unobserved_list(self.standalone.document)
        return self._has_unobserved_list

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


def same_meaning(first: Json, second: Json) -> bool:
    """Whether two documents merge to the same: they differ in the case of keys and the spelling of numbers."""
    return _same(read_fragments(first), read_fragments(second))


def _same(first: Fragment, second: Fragment) -> bool:
    return (
        first.operators == second.operators
        and first.control == second.control
        and first.children.keys() == second.children.keys()
        and all(_same(child, second.children[key]) for key, child in first.children.items())
    )


def differing_paths(first: Json, second: Json) -> tuple[str, ...]:
    """The folded paths at which two documents do not merge equally, sorted; a block that only one has counts once."""
    return tuple(sorted(_differing(read_fragments(first), read_fragments(second))))


def _differing(first: Fragment, second: Fragment) -> Iterator[str]:
    if first.operators != second.operators or first.control != second.control:
        yield first.path
    for key in first.children.keys() | second.children.keys():
        ours, theirs = first.children.get(key), second.children.get(key)
        if ours and theirs:
            yield from _differing(ours, theirs)
        elif only := ours or theirs:
            yield only.path


def operand(content: Json, path: str, operator: str) -> Value | None:
    """The operand of an operator at a folded path of a document; None where the document does not use it there."""
    node = content
    for key in keys(path):
        blocks = node.items() if isinstance(node, dict) else ()
        node = next((child for name, child in blocks if name.lower() == key), None)
    return Fragment(path, node).operators.get(operator) if isinstance(node, dict) else None


def segment(key: str) -> str:
    """A key as a segment of a path: folded, `~` as `~0`, `/` as `~1` (interface.md section 4)."""
    return key.lower().replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=65_536)
def keys(path: str) -> tuple[str, ...]:
    """The folded keys of a path, the reverse of joined segments."""
    return tuple([key.replace("~1", "/").replace("~0", "~") for key in path.split("/")])


def _mentions(content: Content) -> bool:
    """Whether a node has an operator, here or beneath."""
    return any(key.startswith("@@") or (isinstance(value, dict) and _mentions(value)) for key, value in content.items())


def _publish(at: tuple[str, ...], content: Content, not_assigned: list[tuple[str, ...]]) -> Json:
    children: dict[str, Json] = {}
    for key in sorted(content, key=str.lower):
        value = content[key]
        if not isinstance(value, dict):
            continue
        assigned = value.get(ASSIGN) if len(value) == 1 else None
        if isinstance(assigned, str):  # most settings are, and need no other look
            children[key.lower()] = assigned
        elif (below := _publish((*at, key.lower()), value, not_assigned)) is not None:
            children[key.lower()] = below
    return children or _publish_setting(at, content, not_assigned)


def _publish_setting(at: tuple[str, ...], content: Content, not_assigned: list[tuple[str, ...]]) -> Json:
    operators = {operator: value for key, value in content.items() if (operator := key.lower()) in MAY}
    result: Value | None = None
    for operator in MAY:
        if operator in operators:
            result = operate(result, operator, _value(operators[operator]))
    if operators.keys() != {ASSIGN}:
        not_assigned.append(at)
    return list(result) if isinstance(result, tuple) else result


def _collect(path: str, document: Json, paths: list[str], values: list[Value]) -> None:
    if isinstance(document, dict):
        for key, value in document.items():
            setting_path = f"{path}/{segment(key)}"
            if isinstance(value, str):  # most are: a call for each would double the time
                paths.append(setting_path)
                values.append(value)
            else:
                _collect(setting_path, value, paths, values)
    elif document is not None:
        paths.append(path)
        values.append(tuple(map(str, document)) if isinstance(document, list) else str(document))


def _has_unobserved_list(document: Json) -> bool:
    if isinstance(document, dict):
        return any(map(_has_unobserved_list, document.values()))
    return isinstance(document, list) and len(set(map(str, document))) < max(len(document), 1)


def _value(value: Json) -> Value:
    return tuple([spelled(item) for item in value]) if isinstance(value, list) else spelled(value)

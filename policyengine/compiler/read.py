"""From an AWS document to the tree: keys folded, scalars as strings, empty containers dropped.

What has no place in the tree is named, never lost in silence.
"""

from __future__ import annotations

import json
import re

from policyengine.compiler.lower import CHILD_OPERATORS
from policyengine.compiler.node import Assigned, Control, Node
from policyengine.compiler.shape import POLICY
from policyengine.model.documents import ASSIGN, CONTROL, VALUE_OPERATORS, Json, Origin
from policyengine.source import Span

Path = tuple[str, ...]

_HALF = re.compile("[\ud800-\udfff]")  # half a character: JSON can escape it, no file can hold it
_CONTROLS = frozenset(CHILD_OPERATORS.values())


def read(content: Json, span: Span) -> tuple[Node, list[Path]]:
    """The tree of a document, its root AWS's `plans`, and the paths of what the tree cannot hold.

    Every origin is `span`: a raw document has no places.
    """
    root = Node(POLICY, POLICY.key, Origin(span))
    strange: list[Path] = []
    for key, value in content.items() if isinstance(content, dict) else ():
        if key.lower() == POLICY.key:
            _read_node(root, value, (key,), strange)
        else:
            strange.append((key,))
    _prune(root)
    return root, strange


def _read_node(node: Node, raw: Json, path: Path, strange: list[Path]) -> None:
    if not isinstance(raw, dict):
        strange.append(path)
        return
    for key, value in raw.items():
        here, folded = (*path, key), key.lower()
        if folded == CONTROL and (operators := _operators(value)):
            node.control = Control(operators, node.origin)
        elif folded in VALUE_OPERATORS and (held := _value(node, folded, value)) is not None:
            node.values[folded] = Assigned(held, node.origin)
        elif folded.startswith("@@") or node.shape.below(key) is None or folded in node.children:
            strange.append(here)
        else:
            _read_node(node.grow((key,), node.origin), value, here, strange)


def _operators(raw: Json) -> Path:
    """A list of control operators, folded and each once; empty where it is no such list."""
    if not isinstance(raw, list) or not all(isinstance(entry, str) for entry in raw):
        return ()
    folded = tuple(dict.fromkeys(str(entry).lower() for entry in raw))
    return folded if _CONTROLS.issuperset(folded) else ()


def _value(node: Node, operator: str, raw: Json) -> str | list[str] | None:
    row = node.shape.row
    if row is None or isinstance(raw, list) != row.many or not (row.many or operator == ASSIGN):
        return None
    if isinstance(raw, list):
        texts = [_scalar(item) for item in raw]
        return None if None in texts else [text for text in texts if text is not None]
    return _scalar(raw)


def _scalar(raw: Json) -> str | None:
    """A scalar as AWS publishes it: `true` and 60 as text."""
    if isinstance(raw, str):
        return None if _HALF.search(raw) else raw
    try:
        return None if isinstance(raw, (dict, list)) else json.dumps(raw)
    except ValueError:  # more digits than Python writes out
        return None


def _prune(node: Node) -> bool:
    """Drop containers that hold nothing, from below; whether the node itself holds something."""
    node.children = {key: child for key, child in node.children.items() if _prune(child)}
    return bool(node.children or node.values or node.control)

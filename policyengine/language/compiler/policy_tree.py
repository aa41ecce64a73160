"""A policy between text and document: AWS's tree with what each place holds and who wrote it.

The same tree serves both ways: text is lowered into it, a document is read into it. `emit` writes it as AWS's
document, with its sizes and the place of every key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from policyengine.aws.documents import CONTROL, VALUE_OPERATORS, Json, PolicyDocument, WrittenAt
from policyengine.base.records import record
from policyengine.language.compiler.settings import Shape
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Policy

Layer = tuple[int, int]
"""How far from the policy's own text a piece stands: templates between its plan, and its rule, and the text."""

OWN: Layer = (0, 0)


@record
class Assigned:
    """The value of one operator on a setting: a text, or a list of texts."""

    value: str | list[str]
    origin: WrittenAt


@record
class Control:
    """AWS's operators that child policies may use on a node, in written order."""

    operators: tuple[str, ...]
    origin: WrittenAt
    layer: Layer = OWN


@record
class TreeLock:
    """The word `locked` on a node: closes it and every node beneath."""

    origin: WrittenAt
    layer: Layer = OWN


@dataclass(slots=True, eq=False)
class TreeNode:
    """One place of the tree.

    `key` is spelled as written, `children` are found by folded key. `declared` tells a block, tag or condition that
    the text writes out from a place that something else implies (`rules`, or a path of `children may`).
    """

    shape: Shape
    key: str
    origin: WrittenAt
    declared: bool = False
    like: Name | None = None
    lock: TreeLock | None = None
    control: Control | None = None
    values: dict[str, Assigned] = field(default_factory=dict)  # by AWS's operator
    children: dict[str, TreeNode] = field(default_factory=dict)

    def find(self, path: tuple[str, ...]) -> TreeNode | None:
        """The node at a path of AWS's keys below this one, None where nothing has been written."""
        node: TreeNode | None = self
        for key in path:
            node = node.children.get(key.lower()) if node else None
        return node

    def grow(self, path: tuple[str, ...], origin: WrittenAt) -> TreeNode:
        """The node at a path of AWS's keys, made together with what leads there if need be.

        INVARIANT: the shape knows every key of the path; who takes keys from outside asks `shape.below` first.
        """
        node = self
        for key in path:
            folded = key.lower()
            if folded not in node.children:
                shape = node.shape.named or node.shape.children[folded]
                node.children[folded] = TreeNode(shape, shape.key or key, origin)
            node = node.children[folded]
        return node


Path = tuple[str, ...]


def emit(policy: Policy, root: TreeNode) -> PolicyDocument:
    """The document of a policy from its tree, whose root is AWS's `plans`."""
    content: Json = {root.key: _content(root)}
    size = len(json.dumps(content, separators=(",", ":"), ensure_ascii=False))
    origins, words = _places(root)
    return PolicyDocument(
        name=policy.name.text,
        content=content,
        size=size,
        minified_size=size,
        span=policy.head,
        description=policy.description.value if policy.description else "",
        origins=origins,
        words=words,
    )


def _content(node: TreeNode) -> Json:
    written: dict[str, Json] = {}
    if node.control:
        written[CONTROL] = list(node.control.operators)
    for operator in VALUE_OPERATORS:
        if operator in node.values:
            value = node.values[operator].value
            written[operator] = value if isinstance(value, str) else list(value)
    for child in _in_order(node):
        written[child.key] = _content(child)
    return written


def _in_order(node: TreeNode) -> Iterator[TreeNode]:
    """The children in the order of AWS's tree; named ones as they were written."""
    if node.shape.named:
        yield from node.children.values()
    else:
        yield from (node.children[key] for key in node.shape.children if key in node.children)


def _places(root: TreeNode) -> tuple[dict[Path, WrittenAt], dict[Path, Mapping[str, str]]]:
    """Where everything was written, and the words of each block."""
    origins: dict[Path, WrittenAt] = {}
    words: dict[Path, Mapping[str, str]] = {}
    waiting: list[tuple[Path, TreeNode]] = [((root.key.lower(),), root)]
    while waiting:
        path, node = waiting.pop()
        origins[path] = node.origin
        if node.shape.block == "tag":  # `Owner = "x"`
            words[path] = {"tag_value": node.key}
        elif node.shape.spoken:
            words[path] = node.shape.spoken
        if node.control:
            origins[*path, CONTROL] = node.control.origin
        for operator, held in node.values.items():
            origins[*path, operator] = held.origin
        waiting.extend(((*path, key), child) for key, child in node.children.items())
    return origins, words

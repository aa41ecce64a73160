"""The intermediate form of a policy, between text and document: AWS's tree, each node with its values and origin.

It serves both directions: text is lowered into it, and a document is read into it. `emit` writes it as AWS's document,
with its size and the origin of every key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from policyengine.aws.documents import CONTROL, VALUE_OPERATORS, Json, PolicyDocument, WrittenAt
from policyengine.aws.settings import TAG_VALUE
from policyengine.base.records import Record
from policyengine.language.compiler.scope import Call
from policyengine.language.compiler.vocabulary import PolicyShape
from policyengine.language.syntax.nodes import Policy

Path = tuple[str, ...]
Layer = tuple[int, int, int]
"""How many templates of policies, of plans, and of what stands in plans lie between a part of the tree and the policy's
own text, negated."""

OWN: Layer = (0, 0, 0)


class Assigned(Record):
    """The value of one operator on a setting: a text, or a list of texts."""

    value: str | list[str]
    origin: WrittenAt


class Control(Record):
    """The operators that child policies may use on a node, as AWS spells them, in written order."""

    operators: tuple[str, ...]
    origin: WrittenAt
    layer: Layer = OWN


class TreeLock(Record):
    """The keyword `locked` on a node, which closes it and every node below."""

    origin: WrittenAt
    layer: Layer = OWN


class TreeNode(Struct, eq=False):
    """A node of AWS's tree.

    Attributes:
        shape: What AWS and the language allow here.
        key: AWS's key, spelled as written.
        origin: The part of the text that wrote the node, or the first that implied it.
        declared: Whether the text writes the node as a block, copy, tag or condition. Others are implied by a node
            below them (`rules`) or by the path of a `children may`.
        like: The template that the block is like.
        lock: `locked`, where it stands on this node.
        unset: Where `locked` stands before a key alone, whose value a template has.
        control: The operators of `children may` for this node.
        values: The values of a setting, by AWS's operator.
        children: By folded key.
    """

    shape: PolicyShape
    key: str
    origin: WrittenAt
    declared: bool = False
    like: Call | None = None
    lock: TreeLock | None = None
    unset: WrittenAt | None = None
    control: Control | None = None
    values: dict[str, Assigned] = field(default_factory=dict)
    children: dict[str, TreeNode] = field(default_factory=dict)

    def find(self, path: tuple[str, ...]) -> TreeNode | None:
        """The node at a path of AWS's keys below this one; None where nothing is written there."""
        node: TreeNode | None = self
        for key in path:
            node = node.children.get(key.lower()) if node else None
        return node

    def grow(self, path: tuple[str, ...], origin: WrittenAt) -> TreeNode:
        """The node at a path of AWS's keys below this one; missing nodes are added with the given origin.

        INVARIANT: the shape has every key of the path; callers that take keys from outside ask `shape.below` first.
        """
        node = self
        for key in path:
            folded = key.lower()
            if folded not in node.children:
                shape = node.shape.named or node.shape.children[folded]
                node.children[folded] = TreeNode(shape, shape.key or key, origin)
            node = node.children[folded]
        return node


def emit(policy: Policy, root: TreeNode) -> PolicyDocument:
    """The document of a policy from its tree, whose root is AWS's `plans`; its sizes are in characters of JSON."""
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
    content: dict[str, Json] = {}
    if node.control:
        content[CONTROL] = list(node.control.operators)
    for operator in VALUE_OPERATORS:
        if operator in node.values:
            value = node.values[operator].value
            content[operator] = value if isinstance(value, str) else list(value)
    for child in _in_order(node):
        content[child.key] = _content(child)
    return content


def _in_order(node: TreeNode) -> Iterator[TreeNode]:
    """The children in the order of AWS's tree; those with names of the author's in written order."""
    if node.shape.named:
        yield from node.children.values()
    else:
        yield from (node.children[key] for key in node.shape.children if key in node.children)


def _places(root: TreeNode) -> tuple[dict[Path, WrittenAt], dict[Path, Mapping[str, str]]]:
    """The origin of every path, and for each block the language's words for AWS's keys below it."""
    origins: dict[Path, WrittenAt] = {}
    words: dict[Path, Mapping[str, str]] = {}
    waiting: list[tuple[Path, TreeNode]] = [((root.key.lower(),), root)]
    while waiting:
        path, node = waiting.pop()
        origins[path] = node.origin
        if node.shape.block == TAG_VALUE.block:  # `Owner = "x"`
            words[path] = {TAG_VALUE.aws_key: node.key}
        elif node.shape.spoken:
            words[path] = node.shape.spoken
        if node.control:
            origins[*path, CONTROL] = node.control.origin
        for operator, assigned in node.values.items():
            origins[*path, operator] = assigned.origin
        waiting.extend(((*path, key), child) for key, child in node.children.items())
    return origins, words

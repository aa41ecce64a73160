"""A policy while it is being built: AWS's tree with what each place holds and who wrote it.

The same tree serves both ways: text is lowered into it and written out as AWS's document, a document is read into it
and raised to text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policyengine.compiler.shape import Shape
from policyengine.model.documents import Origin
from policyengine.syntax.values import Name
from policyengine.value import value

Layer = tuple[int, int]
"""How far from the policy's own text a piece stands: templates between its plan, and its rule, and the text."""

OWN: Layer = (0, 0)


@value
class Assigned:
    """The value of one operator on a setting: a text, or a list of texts."""

    value: str | list[str]
    origin: Origin


@value
class Control:
    """AWS's operators that child policies may use on a node, in written order."""

    operators: tuple[str, ...]
    origin: Origin
    layer: Layer = OWN


@value
class Lock:
    """The word `locked` on a node: closes it and every node beneath."""

    origin: Origin
    layer: Layer = OWN


@dataclass(slots=True, eq=False)
class Node:
    """One place of the tree.

    `key` is spelled as written, `children` are found by folded key. `declared` tells a block, tag or condition that
    the text writes out from a place that something else implies (`rules`, or a path of `children may`).
    """

    shape: Shape
    key: str
    origin: Origin
    declared: bool = False
    like: Name | None = None
    lock: Lock | None = None
    control: Control | None = None
    values: dict[str, Assigned] = field(default_factory=dict)  # by AWS's operator
    children: dict[str, Node] = field(default_factory=dict)

    def find(self, path: tuple[str, ...]) -> Node | None:
        """The node at a path of AWS's keys below this one, None where nothing has been written."""
        node: Node | None = self
        for key in path:
            node = node.children.get(key.lower()) if node else None
        return node

    def grow(self, path: tuple[str, ...], origin: Origin) -> Node:
        """The node at a path of AWS's keys, made together with what leads there if need be.

        INVARIANT: the shape knows every key of the path; who takes keys from outside asks `shape.below` first.
        """
        node = self
        for key in path:
            folded = key.lower()
            if folded not in node.children:
                shape = node.shape.named or node.shape.children[folded]
                node.children[folded] = Node(shape, shape.key or key, origin)
            node = node.children[folded]
        return node

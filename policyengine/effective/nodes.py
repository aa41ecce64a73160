"""The state of a merge: an immutable tree that entities further down share and extend.

A node never changes once it is made; a level that touches it makes a new one and keeps the children it left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from policyengine.effective.fragments import MAY_ALL, Value
from policyengine.model.documents import Json, PolicyDocument
from policyengine.organization.tree import Entity

StepOutcome = Literal["applied", "overridden", "blocked", "shadowed"]


class Peer(NamedTuple):
    """One policy at one entity."""

    policy: PolicyDocument
    entity: Entity


class Step(NamedTuple):
    """What one operator of one policy did to a setting: an entry of its trail.

    `changed` tells whether the value was another one afterwards: an append may add nothing new.
    """

    policy: PolicyDocument
    entity: Entity
    operator: str
    outcome: StepOutcome
    changed: bool


class Reordering(NamedTuple):
    """The values a setting can have when the peers of one entity stand in another order."""

    peer: Peer
    values: frozenset[Value | None]


class Orders(NamedTuple):
    """What unknown attachment orders leave open: all possible values, and those that one entity alone decides."""

    values: frozenset[Value | None]
    alone: tuple[Reordering, ...]


class Node:
    """One node of the merged document.

    `allowed` is what entities further down may do here, `controls` who restricted it. `value` is None while no value
    operator took effect. `orders` is None where the attachment order is known or does not matter.
    """

    __slots__ = ("_document", "allowed", "children", "controls", "orders", "path", "trail", "value")

    def __init__(  # noqa: PLR0913, PLR0917 - made by merge alone, and often
        self,
        path: str,
        value: Value | None,
        trail: tuple[Step, ...],
        children: dict[str, Node],
        allowed: int,
        controls: tuple[Peer, ...],
        orders: Orders | None,
    ) -> None:
        self.path = path
        self.value = value
        self.trail = trail
        self.children = children
        self.allowed = allowed
        self.controls = controls
        self.orders = orders
        self._document: Json | _Unmade = _UNMADE

    @property
    def document(self) -> Json:
        """The published form of this node, keys sorted; None where nothing is published (semantics.md R9, R10).

        Nodes are shared, so the documents are: treat them as read-only.
        """
        if isinstance(self._document, _Unmade):
            self._document = self._publish()
        return self._document

    def leaves(self) -> Iterator[Node]:
        """The published settings at and beneath this node, by path."""
        if self.value is not None:
            yield self
        for key in sorted(self.children):
            yield from self.children[key].leaves()

    def find(self, path: tuple[str, ...]) -> Node | None:
        """The node at folded keys beneath this one."""
        node: Node | None = self
        for key in path:
            node = node.children.get(key) if node else None
        return node

    def _publish(self) -> Json:
        if self.value is not None:
            return self.value if isinstance(self.value, str) else list(self.value)
        children = self.children
        document: dict[str, Json] = {}
        for key in sorted(children):
            if (below := children[key].document) is not None:
                document[key] = below
        return document or None


class _Unmade:
    """Marks a document that nobody has asked for yet."""


_UNMADE = _Unmade()


def empty_state() -> Node:
    """The state above the root: nothing mentioned, everything allowed."""
    return Node("", None, (), {}, MAY_ALL, (), None)

"""The state of a merge: an immutable tree that entities further down share and extend.

A node never changes once it is made; a level that touches it makes a new one and keeps the children it left alone.

What AWS does not tell: each operator, key and value that a merge left out, and how sure we are of the rule.

`detail` is for people; `kind`, `path`, `policy`, `entity`, `operator` and `basis` are for programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Literal, NamedTuple

from policyengine.aws.documents import ASSIGN, Json, PolicyDocument
from policyengine.aws.merge.fragments import MAY, MAY_ALL, MAY_REMOVE, Fragment, Value, operate
from policyengine.aws.organization.tree import Entity

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
    """What unknown attachment orders leave open: possible values, and those that one entity alone decides.

    `values` are all that are possible where it is `complete`, else some of them, two at least.
    """

    values: frozenset[Value | None]
    alone: tuple[Reordering, ...]
    complete: bool


class Setting(NamedTuple):
    """The value of a node, None while no value operator took effect; its trail; what unknown orders leave open."""

    value: Value | None
    trail: tuple[Step, ...]
    orders: Orders | None


class Leaf(NamedTuple):
    """A published setting: its path, its value, its trail, and what unknown orders leave open."""

    path: str
    value: Value
    trail: tuple[Step, ...]
    orders: Orders | None


class Limit(NamedTuple):
    """What lower entities may do at a node, and the peers whose controls say so."""

    allowed: int
    controls: tuple[Peer, ...]


UNSET = Setting(None, (), None)
NO_LIMIT = Limit(MAY_ALL, ())


class Node:
    """One node of the merged document: what it is set to, and what entities further down may do here.

    `brought_by` is the one policy that brought the node in with all beneath it, None once another one touched it.
    `noted` keeps what `open_points` found.
    """

    __slots__ = ("_children", "_document", "brought_by", "limit", "noted", "path", "setting")

    def __init__(self, path: str, setting: Setting, limit: Limit, children: dict[str, Node] | None) -> None:
        self.path = path
        self.setting = setting
        self.limit = limit
        self._children = children
        self.brought_by: tuple[Peer, Fragment] | None = None
        self._document: tuple[Json] | None = None
        self.noted: tuple[Note, ...] | None = None

    @classmethod
    def fresh(cls, peer: Peer, fragment: Fragment) -> Node:
        """A key that no entity above mentions and one policy brings in: nothing can be in its way.

        What is beneath it is only looked at when somebody asks.
        """
        setting = _setting(peer, fragment.operators) if fragment.operators else UNSET
        limit = NO_LIMIT if fragment.control is None else Limit(fragment.control, (peer,))
        node = cls(fragment.path, setting, limit, None)
        node.brought_by = (peer, fragment)
        return node

    @property
    def children(self) -> dict[str, Node]:
        """The nodes beneath this one by folded key; not to be changed."""
        if self._children is None:
            peer, fragment = self.brought_by or (None, None)
            below = fragment.children.items() if fragment else ()
            self._children = {key: Node.fresh(peer, child) for key, child in below} if peer else {}
        return self._children

    @property
    def document(self) -> Json:
        """The published form of this node, keys sorted; None where nothing is published (semantics.md R9, R10).

        Nodes are shared, so the documents are: treat them as read-only.
        """
        if self._document is None:
            self._document = (self.brought_by[1].alone.document if self.brought_by else self._publish(),)
        return self._document[0]

    @property
    def leaves(self) -> Iterator[Leaf]:
        """The published settings at and beneath this node, by path; made as they are asked for, since few ever are."""
        pending = [self]
        while pending:
            node = pending.pop()
            if node.brought_by:
                yield from _fresh_leaves(*node.brought_by)
            elif (value := node.setting.value) is not None:
                yield Leaf(node.path, value, node.setting.trail, node.setting.orders)
            else:
                pending.extend(child for _, child in sorted(node.children.items(), reverse=True))

    @property
    def settings(self) -> Iterator[Node]:
        """The settings at and beneath this node that any policy touched, published or not."""
        if self.setting.trail:
            yield self
        for child in self.children.values():
            yield from child.settings

    @property
    def in_force(self) -> list[Step]:
        """The steps of the trail that nothing overrode, shadowed or blocked."""
        return [step for step in self.setting.trail if step.outcome == "applied"]

    def find(self, path: tuple[str, ...]) -> Node | None:
        """The node at folded keys beneath this one."""
        node: Node | None = self
        for key in path:
            node = node.children.get(key) if node else None
        return node

    def _publish(self) -> Json:
        if (value := self.setting.value) is not None:
            return value if isinstance(value, str) else list(value)
        document: dict[str, Json] = {}
        for key, child in sorted(self.children.items()):
            if (below := child.document) is not None:
                document[key] = below
        return document or None


def _setting(peer: Peer, operators: dict[str, Value]) -> Setting:
    value: Value | None = None
    trail: tuple[Step, ...] = ()
    for operator in MAY:
        if operator in operators:
            before, value = value, operate(value, operator, operators[operator])
            trail = (*trail, Step(peer.policy, peer.entity, operator, "applied", value != before))
    return Setting(value, trail, None)


def _fresh_leaves(peer: Peer, fragment: Fragment) -> Iterator[Leaf]:
    """Most settings are made by one `@@assign`: their trails are one and the same."""
    assigned = (Step(peer.policy, peer.entity, ASSIGN, "applied", changed=True),)
    paths, values = fragment.settings
    trails: Iterable[tuple[Step, ...]] = repeat(assigned)
    if made_otherwise := fragment.alone.made_otherwise:
        settings = [found for keys_below in made_otherwise if (found := fragment.find(keys_below))]
        others = {found.path: _setting(peer, found.operators).trail for found in settings}
        trails = [others.get(path, assigned) for path in paths]
    return map(Leaf, paths, values, trails, repeat(None))


def empty_state() -> Node:
    """The state above the root: nothing mentioned, everything allowed."""
    return Node("", UNSET, NO_LIMIT, {})


NoteKind = Literal["operator-blocked", "key-blocked", "assign-shadowed", "peer-order-unknown", "unverified-rendering"]
Basis = Literal["observed", "documented", "inferred"]


class Note(NamedTuple):
    """One thing that a merge decided silently. `by` are the policies that caused it, with their entities."""

    kind: NoteKind
    path: str
    policy: PolicyDocument
    entity: Entity
    operator: str
    detail: str
    basis: Basis
    by: tuple[Peer, ...] = ()


def operator_blocked(peer: Peer, path: str, operator: str, above: Node | None) -> Note:
    """A forbidden operator: dropped, the rest of its policy applies (semantics.md R12)."""
    allowed, controls = above.limit if above else NO_LIMIT
    detail = f"`{operator}` is ignored: {_places(controls)} allows {_operators(allowed)} here"
    return Note("operator-blocked", path, peer.policy, peer.entity, operator, detail, "observed", controls)


def key_blocked(peer: Peer, path: str, above: Node) -> Note:
    """A new key under a container that takes none: ignored with all beneath it (semantics.md R16, R17)."""
    allowed, controls = above.limit
    basis: Basis = "inferred" if allowed == MAY_REMOVE else "documented"
    reason = f"{_places(controls)} allows {_operators(allowed)} on `{above.path}`"
    detail = f"the new key is ignored with all beneath it: {reason}"
    return Note("key-blocked", path, peer.policy, peer.entity, "", detail, basis, controls)


def assign_shadowed(peer: Peer, path: str, winner: Peer) -> Note:
    """A later peer's `@@assign`: the first attached wins (semantics.md R2)."""
    detail = f"`@@assign` is ignored: `{winner.policy.name}` is attached here first"
    return Note("assign-shadowed", path, peer.policy, peer.entity, "@@assign", detail, "observed", (winner,))


def order_unknown(leaf: Leaf, peer: Peer, others: list[str], *, complete: bool) -> Note:
    """A value that hangs on an attachment order which nobody knows (semantics.md R6).

    `others` are the values that other orders give; unless `complete`, there are more.
    """
    alternatives = " or ".join([*(f"`{other}`" for other in others), *(() if complete else ("others",))])
    detail = f"the attachment order is not known; another order gives {alternatives}"
    return Note("peer-order-unknown", leaf.path, peer.policy, peer.entity, "", detail, "observed")


def repeated_value(leaf: Leaf, step: Step, value: str) -> Note:
    """A list that holds a value twice: kept as written, nobody has seen AWS's rendering (semantics.md R25)."""
    detail = f"`{value}` stands in the list twice; how AWS publishes that has not been observed"
    return Note("unverified-rendering", leaf.path, step.policy, step.entity, step.operator, detail, "inferred")


def emptied_index(leaf: Leaf, step: Step) -> Note:
    """An emptied `index_actions/resource_types`: rendered as `[]` by R9, not observed (semantics.md R36)."""
    detail = "the list was emptied; whether AWS publishes `[]` or nothing has not been observed"
    return Note("unverified-rendering", leaf.path, step.policy, step.entity, step.operator, detail, "inferred")


def _places(controls: tuple[Peer, ...]) -> str:
    named = [f"`{peer.policy.name}` at {peer.entity.path or 'the root'}" for peer in controls]
    return " with ".join(named)


def _operators(allowed: int) -> str:
    names = [f"`{operator}`" for operator, bit in MAY.items() if allowed & bit]
    return f"only {' and '.join(names)}" if names else "nothing"

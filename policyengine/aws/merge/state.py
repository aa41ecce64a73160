"""The state of a merge: an immutable tree that entities further down share and extend.

A node never changes; a level that touches it builds a new one, which keeps the children that the level did not touch.

Also the notes: AWS does not report which operators, keys and values a merge left out, nor on which values it is not
known what AWS does (`open_points`; semantics.md R6, R25, R36). A note has values alone; its words are those of
`note_words`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from enum import StrEnum
from itertools import repeat
from typing import Literal, NamedTuple

from policyengine.aws.documents import ASSIGN, REMOVE, Json, PolicyDocument
from policyengine.aws.merge.fragments import MAY, MAY_ALL, MAY_REMOVE, Fragment, Value, keys, operate
from policyengine.aws.organization import Entity

StepOutcome = Literal["applied", "overridden", "blocked", "shadowed"]


class Peer(NamedTuple):
    """A policy, and an entity where it is attached."""

    policy: PolicyDocument
    entity: Entity


class Step(NamedTuple):
    """An entry of the trail of a setting: an operator of a policy, and its outcome.

    `changed`: the value differs afterwards. It does not where an append adds only what is there.
    """

    policy: PolicyDocument
    entity: Entity
    operator: str
    outcome: StepOutcome
    changed: bool


class Reordering(NamedTuple):
    """The values of a setting under all orders of the peers of an entity; `peer` is one of these peers."""

    peer: Peer
    values: frozenset[Value | None]


class Orders(NamedTuple):
    """The values that a setting can have under unknown attachment orders.

    `values` are all possible values if `complete`, else two of them at least. `decisive` are the entities whose order
    alone changes the value, root first.
    """

    values: frozenset[Value | None]
    decisive: tuple[Reordering, ...]
    complete: bool


class Setting(NamedTuple):
    """The value of a node, None while no value operator took effect; its trail; its values under other orders."""

    value: Value | None
    trail: tuple[Step, ...]
    orders: Orders | None


class Leaf(NamedTuple):
    """A published setting: its path, its value, its trail, and its values under other orders, None if all agree."""

    path: str
    value: Value
    trail: tuple[Step, ...]
    orders: Orders | None


class Limit(NamedTuple):
    """The operators that lower entities may use at a node, as bits, and the peers whose controls restrict them."""

    allowed: int
    controls: tuple[Peer, ...]


UNSET = Setting(None, (), None)
NO_LIMIT = Limit(MAY_ALL, ())


class Node:
    """A node of the merged document: its setting, and the operators that lower entities may use.

    `sole_source` is the policy that alone has this node with all beneath it, None where several have.
    `open_notes` are the notes of `open_points`, None until they are computed.
    """

    __slots__ = ("_children", "_document", "limit", "open_notes", "path", "setting", "sole_source")

    def __init__(self, path: str, setting: Setting, limit: Limit, children: dict[str, Node] | None) -> None:
        self.path = path
        self.setting = setting
        self.limit = limit
        self._children = children
        self.sole_source: tuple[Peer, Fragment] | None = None
        self._document: tuple[Json] | None = None
        self.open_notes: tuple[Note, ...] | None = None

    @classmethod
    def fresh(cls, peer: Peer, fragment: Fragment) -> Node:
        """The node of a key that no entity above mentions and a single policy has, so that nothing restricts it.

        The nodes beneath are built on demand.
        """
        setting = _setting(peer, fragment.operators)
        limit = NO_LIMIT if fragment.control is None else Limit(fragment.control, (peer,))
        node = cls(fragment.path, setting, limit, None)
        node.sole_source = (peer, fragment)
        return node

    @property
    def content(self) -> Fragment | Node:
        """The object that the document of this node is built from; nodes with the same one have the same document."""
        return self.sole_source[1] if self.sole_source else self

    @property
    def authorship(self) -> Hashable:
        """Equal for nodes whose document, trails and limits are those of a single policy at an equal place.

        What else is attached on the chain has no part in them; of the entity counts what messages say of it.
        """
        if not self.sole_source:
            return self
        (policy, entity), fragment = self.sole_source
        return policy, fragment, entity.standing

    @property
    def children(self) -> dict[str, Node]:
        """The nodes beneath this one by folded key; not to be changed."""
        if self._children is None:
            peer, fragment = self.sole_source or (None, None)
            below = fragment.children.items() if fragment else ()
            self._children = {key: Node.fresh(peer, child) for key, child in below} if peer else {}
        return self._children

    @property
    def document(self) -> Json:
        """The published form of this node, keys sorted; None where nothing is published (semantics.md R9, R10).

        Nodes are shared, so the documents are: treat them as read-only.
        """
        if self._document is None:
            self._document = (self.sole_source[1].standalone.document if self.sole_source else self._publish(),)
        return self._document[0]

    @property
    def leaves(self) -> Iterator[Leaf]:
        """The published settings at and beneath this node, by path; built on demand, since few are needed."""
        pending = [self]
        while pending:
            node = pending.pop()
            if node.sole_source:
                yield from _fresh_leaves(*node.sole_source)
            elif (value := node.setting.value) is not None:
                yield Leaf(node.path, value, node.setting.trail, node.setting.orders)
            else:
                pending.extend(child for _, child in sorted(node.children.items(), reverse=True))

    @property
    def settings(self) -> Iterator[Node]:
        """The nodes at and beneath this one with a trail, published or not."""
        if self.setting.trail:
            yield self
        for child in self.children.values():
            yield from child.settings

    @property
    def in_force(self) -> list[Step]:
        """The steps of the trail that nothing overrode, shadowed or blocked."""
        return [step for step in self.setting.trail if step.outcome == "applied"]

    def find(self, path: tuple[str, ...]) -> Node | None:
        """The node at folded keys beneath this one; None where no policy mentions it."""
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
    """Most settings have a single `@@assign`: these share a trail."""
    assigned = (Step(peer.policy, peer.entity, ASSIGN, "applied", changed=True),)
    paths, values = fragment.settings
    trails: Iterable[tuple[Step, ...]] = repeat(assigned)
    if not_assigned := fragment.standalone.not_assigned:
        settings = [below for keys in not_assigned if (below := fragment.find(keys))]
        others = {below.path: _setting(peer, below.operators).trail for below in settings}
        trails = [others.get(path, assigned) for path in paths]
    return map(Leaf, paths, values, trails, repeat(None))


def empty_state() -> Node:
    """The state above the root: nothing mentioned, everything allowed."""
    return Node("", UNSET, NO_LIMIT, {})


class NoteKind(StrEnum):
    """The decisions of a merge that AWS does not report; the value is their name in JSON (interface.md section 3)."""

    OPERATOR_BLOCKED = "operator-blocked"
    KEY_BLOCKED = "key-blocked"
    ASSIGN_SHADOWED = "assign-shadowed"
    PEER_ORDER_UNKNOWN = "peer-order-unknown"
    UNVERIFIED_RENDERING = "unverified-rendering"


Basis = Literal["observed", "documented", "inferred"]


class Restriction(NamedTuple):
    """Why an operator or a new key is ignored: at the node `path` only the operators `allowed`, as bits, may be used.

    `controls` are the peers whose controls have that effect together, root first.
    """

    path: str
    allowed: int
    controls: tuple[Peer, ...]


class EarlierPeer(NamedTuple):
    """Why an `@@assign` is ignored: `peer`, attached before its policy at the same entity, assigns as well."""

    peer: Peer


class OtherOrders(NamedTuple):
    """The values that a setting has under other attachment orders; there are more unless `complete`."""

    values: frozenset[Value | None]
    complete: bool


class RepeatedItem(NamedTuple):
    """An item that stands in a list twice."""

    item: str


class EmptiedList(NamedTuple):
    """A list without an item left."""


Reason = Restriction | EarlierPeer | OtherOrders | RepeatedItem | EmptiedList


class Note(NamedTuple):
    """A decision of a merge that AWS does not report, and its reason.

    `operator` is the one of `policy` that it concerns, empty where it is about a key or an order.
    """

    kind: NoteKind
    path: str
    policy: PolicyDocument
    entity: Entity
    operator: str
    reason: Reason
    basis: Basis

    @property
    def by(self) -> tuple[Peer, ...]:
        """The policies that caused it, with their entities."""
        match self.reason:
            case Restriction(controls=controls):
                return controls
            case EarlierPeer(peer=peer):
                return (peer,)
        return ()


def operator_blocked(peer: Peer, path: str, operator: str, limit: Limit) -> Note:
    """A forbidden operator: dropped, the rest of its policy applies (semantics.md R12)."""
    reason = Restriction(path, *limit)
    return Note(NoteKind.OPERATOR_BLOCKED, path, peer.policy, peer.entity, operator, reason, "observed")


def key_blocked(peer: Peer, path: str, above: Node) -> Note:
    """A new key under a container that takes none: ignored with all beneath it (semantics.md R16, R17)."""
    reason = Restriction(above.path, *above.limit)
    basis: Basis = "inferred" if reason.allowed == MAY_REMOVE else "documented"
    return Note(NoteKind.KEY_BLOCKED, path, peer.policy, peer.entity, "", reason, basis)


def assign_shadowed(peer: Peer, path: str, winner: Peer) -> Note:
    """A later peer's `@@assign`: the first attached wins (semantics.md R2)."""
    kind = NoteKind.ASSIGN_SHADOWED
    return Note(kind, path, peer.policy, peer.entity, ASSIGN, EarlierPeer(winner), "observed")


def order_unknown(leaf: Leaf, peer: Peer, orders: Orders) -> Note:
    """A value that depends on an unknown attachment order (semantics.md R6)."""
    reason = OtherOrders(orders.values - {leaf.value}, orders.complete)
    return Note(NoteKind.PEER_ORDER_UNKNOWN, leaf.path, peer.policy, peer.entity, "", reason, "observed")


def repeated_value(leaf: Leaf, step: Step, value: str) -> Note:
    """A list that holds a value twice: kept as written, AWS's rendering was not observed (semantics.md R25)."""
    return _rendering_note(leaf, step, RepeatedItem(value))


def emptied_index(leaf: Leaf, step: Step) -> Note:
    """An emptied `index_actions/resource_types`: rendered as `[]` by R9, not observed (semantics.md R36)."""
    return _rendering_note(leaf, step, EmptiedList())


def _rendering_note(leaf: Leaf, step: Step, reason: Reason) -> Note:
    kind = NoteKind.UNVERIFIED_RENDERING
    return Note(kind, leaf.path, step.policy, step.entity, step.operator, reason, "inferred")


def open_points(node: Node) -> tuple[Note, ...]:
    """One note for each published setting at or beneath a node that another order, or AWS's rendering, could change.

    In the order of paths. Computed once for a node: results share most of theirs with those above them.
    """
    if node.open_notes is None:
        node.open_notes = tuple(_open_notes(node))
    return node.open_notes


def _open_notes(node: Node) -> Iterator[Note]:
    if node.sole_source is None and node.setting.value is None:
        for _, child in sorted(node.children.items()):
            yield from open_points(child)
    elif node.sole_source is None or node.sole_source[1].has_unobserved_list:  # else all is known
        for leaf in node.leaves:
            if leaf.orders:
                yield order_unknown(leaf, leaf.orders.decisive[-1].peer, leaf.orders)
            if isinstance(leaf.value, tuple):
                yield from _unverified_rendering(leaf, leaf.value)


def _unverified_rendering(leaf: Leaf, values: tuple[str, ...]) -> Iterator[Note]:
    steps = [step for step in leaf.trail if step.outcome == "applied" and step.changed]
    repeated = [value for place, value in enumerate(values) if value in values[:place]]
    if repeated:
        assigned = next(step for step in leaf.trail if step.outcome == "applied")  # appends add no item twice
        yield repeated_value(leaf, assigned, repeated[0])
    removing = [step for step in steps if step.operator == REMOVE]
    if not values and removing and _is_index(leaf.path):
        yield emptied_index(leaf, removing[-1])


def _is_index(path: str) -> bool:
    """Whether the path is of an index list of a rule: a selection may be called the same."""
    steps = keys(path)
    return steps[2:3] == ("rules",) and steps[4:] == ("index_actions", "resource_types")

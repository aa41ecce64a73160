"""What AWS does not tell: each operator, key and value that a merge left out, and how sure we are of the rule.

`detail` is for people; `kind`, `path`, `policy`, `entity`, `operator` and `basis` are for programs.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from policyengine.effective.fragments import MAY, MAY_REMOVE
from policyengine.effective.nodes import NO_LIMIT, Leaf, Node, Peer, Step
from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity

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


def order_unknown(leaf: Leaf, peer: Peer, others: list[str]) -> Note:
    """A value that hangs on an attachment order which nobody knows (semantics.md R6)."""
    alternatives = " or ".join(f"`{other}`" for other in others)
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

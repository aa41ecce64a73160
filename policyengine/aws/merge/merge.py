"""One entity's policies merged into the state that it inherits (semantics.md sections 1 to 4 and 14).

All peers of an entity are merged at once: per setting the first `@@assign`, then every `@@append`, then every
`@@remove`, each only as far as entities above allow it.

Settings whose value hangs on an attachment order that nobody knows (semantics.md R6, interface.md section 2).

Only the first `unordered` peers of an entity are open, and those of them that the project names keep its order.
Controls do not depend on the order, so what is allowed is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations

from policyengine.aws.documents import APPEND, ASSIGN
from policyengine.aws.merge.fragments import MAY, MAY_ALL, MAY_APPEND, MAY_ASSIGN, Fragment, Value, operate
from policyengine.aws.merge.state import (
    NO_LIMIT,
    UNSET,
    Limit,
    Node,
    Note,
    Orders,
    Peer,
    Reordering,
    Setting,
    Step,
    StepOutcome,
    assign_shadowed,
    key_blocked,
    operator_blocked,
)

Part = tuple[Peer, Fragment]

# Beyond this many peers on one setting only exchanges of two are tried: 10 peers have 3.6 million orders.
_ALL_ORDERS = 6


def reorder(value: Value | None, above: Orders | None, parts: Sequence[Part], allowed: int) -> Orders | None:
    """What the setting can be below this level; None when every order gives the same.

    `value` is what the listed order gives above this level, `above` what other orders gave there, `parts` the peers
    that mention the setting, `allowed` the operators left to them.
    """
    users = [part for part in parts if part[1].operators]
    orders = list(_orders(users))
    here = frozenset(_values(value, order, allowed) for order in orders)
    alone = [
        Reordering(old.peer, frozenset(_values(start, users, allowed) for start in old.values))
        for old in (above.alone if above else ())
    ]
    alone.append(Reordering(_supplier(users, allowed), here))
    starts = above.values if above else frozenset((value,))
    values = frozenset(_values(start, order, allowed) for start in starts for order in orders)
    decisive = tuple(reordering for reordering in alone if len(reordering.values) > 1)
    return Orders(values, decisive) if decisive else None


def _values(value: Value | None, parts: Sequence[Part], allowed: int) -> Value | None:
    for operator, bit in MAY.items():
        if not allowed & bit:
            continue
        for _, fragment in parts:
            if (operand := fragment.operators.get(operator)) is not None:
                value = operate(value, operator, operand)
                if operator == ASSIGN:
                    break
    return value


def _supplier(parts: Sequence[Part], allowed: int) -> Peer:
    """The peer that the listed order takes the value from: the first to assign, else the first to append."""
    for operator in (ASSIGN, APPEND):
        for peer, fragment in parts:
            if allowed & MAY[operator] and operator in fragment.operators:
                return peer
    return parts[0][0]


def _orders(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    entity = parts[0][0].entity
    open_peers = entity.policies[: entity.unordered]
    free = [part for part in parts if part[0].policy in open_peers]
    fixed = [part for part in parts if part[0].policy not in open_peers]
    known = {name: place for place, name in enumerate(entity.known_order)}
    for order in permutations(free) if len(free) <= _ALL_ORDERS else _exchanges(free):
        places = [known[part[0].policy.name] for part in order if part[0].policy.name in known]
        if places == sorted(places):
            yield [*order, *fixed]


def _exchanges(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    yield parts
    for first, second in combinations(range(len(parts)), 2):
        exchanged = list(parts)
        exchanged[first], exchanged[second] = parts[second], parts[first]
        yield exchanged


Parts = list[tuple[Peer, Fragment]]


@dataclass(slots=True)
class Merge:
    """One level: the notes it makes, and whether the order of its peers is open."""

    order_open: bool
    notes: list[Note] = field(default_factory=list)

    def into(self, above: Node, parts: Parts) -> Node:
        """The state below an entity whose peers say `parts`, given the state `above` it."""
        return self._node(above, parts)

    def _node(self, above: Node | None, parts: Parts) -> Node:
        if above is None and len(parts) == 1:
            return Node.fresh(*parts[0])
        setting = self._setting(above, parts)
        return Node(parts[0][1].path, setting, _restrict(above, parts), self._children(above, parts))

    def _children(self, above: Node | None, parts: Parts) -> dict[str, Node]:
        children = dict(above.children) if above else {}
        closed = above and not above.limit.allowed & (MAY_ASSIGN | MAY_APPEND)
        for key, mentions in _by_key(parts).items():
            known = children.get(key)
            if known is None and above and closed:
                self.notes.extend(key_blocked(peer, child.path, above) for peer, child in mentions)
            else:
                children[key] = self._node(known, mentions)
        return children

    def _setting(self, above: Node | None, parts: Parts) -> Setting:
        before = above.setting if above else UNSET
        if not any(fragment.operators for _, fragment in parts):
            return before
        value, trail, orders = before
        if orders or self.order_open:
            orders = reorder(value, orders, parts, above.limit.allowed if above else MAY_ALL)
        steps: list[Step] = []
        value = self._operate(value, above, parts, steps)
        if any(step.operator == ASSIGN and step.outcome == "applied" for step in steps):
            trail = tuple([_overridden(step) for step in trail])
        return Setting(value, (*trail, *steps), orders)

    def _operate(self, value: Value | None, above: Node | None, parts: Parts, steps: list[Step]) -> Value | None:
        """The value after all peers' operators, phase by phase; what each did is added to `steps`."""
        allowed = above.limit.allowed if above else MAY_ALL
        for operator, bit in MAY.items():
            winner: Peer | None = None
            for peer, fragment in parts:
                if (operand := fragment.operators.get(operator)) is None:
                    continue
                outcome: StepOutcome = "applied"
                before = value
                if not allowed & bit:
                    outcome = "blocked"
                    self.notes.append(operator_blocked(peer, fragment.path, operator, above))
                elif operator == ASSIGN and winner:
                    outcome = "shadowed"
                    self.notes.append(assign_shadowed(peer, fragment.path, winner))
                else:
                    winner = peer
                    value = operate(value, operator, operand)
                steps.append(Step(peer.policy, peer.entity, operator, outcome, value != before))
        return value


def _by_key(parts: Parts) -> dict[str, Parts]:
    """The children that any peer mentions, each with those who do."""
    if len(parts) == 1:
        peer, fragment = parts[0]
        return {key: [(peer, child)] for key, child in fragment.children.items()}
    below: dict[str, Parts] = {}
    for peer, fragment in parts:
        for key, child in fragment.children.items():
            below.setdefault(key, []).append((peer, child))
    return below


def _restrict(above: Node | None, parts: Parts) -> Limit:
    """Controls bind strictly lower entities and only ever restrict (semantics.md R13, R14)."""
    limit = above.limit if above else NO_LIMIT
    for peer, fragment in parts:
        control = fragment.control
        if control is not None and control & limit.allowed != limit.allowed:
            limit = Limit(limit.allowed & control, (*limit.controls, peer))
    return limit


def _overridden(step: Step) -> Step:
    return step._replace(outcome="overridden") if step.outcome == "applied" else step

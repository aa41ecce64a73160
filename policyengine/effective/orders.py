"""Settings whose value hangs on an attachment order that nobody knows (semantics.md R6, interface.md section 2).

Only the first `unordered` peers of an entity are open, and those of them that the project names keep its order.
Controls do not depend on the order, so what is allowed is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from policyengine.effective.fragments import MAY, Fragment
from policyengine.effective.nodes import Orders, Peer, Reordering
from policyengine.effective.operators import Value, operate
from policyengine.model.documents import APPEND, ASSIGN

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

"""One entity's policies merged into the state that it inherits (semantics.md sections 1 to 4 and 14).

All peers of an entity are merged at once: per setting the first `@@assign`, then every `@@append`, then every
`@@remove`, each only as far as entities above allow it.

Also the values of a setting under unknown attachment orders (semantics.md R6, interface.md section 2). Only the first
`unordered` peers of an entity are open, and those of them that the project names keep its order. Controls do not
depend on the order, so what is allowed is the same under all orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle, islice, permutations, product
from math import factorial

from msgspec import Struct, field

from policyengine.aws.documents import APPEND, ASSIGN
from policyengine.aws.merge.fragments import MAY, MAY_APPEND, MAY_ASSIGN, Fragment, Value, operate
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
from policyengine.aws.organization import MOST_ORDERS

Part = tuple[Peer, Fragment]

# Cases of a setting that are all tried: every order of five peers. Ten peers on each of five levels have more orders
# than there are atoms.
_CASES = 120


def reorder(value: Value | None, above: Orders | None, parts: Sequence[Part], allowed: int) -> Orders | None:
    """The values of a setting below this level under all orders; None when all orders agree.

    `value` is that of the listed order above this level, `above` those of other orders there, `parts` the peers that
    mention the setting, `allowed` the operators left to them. Up to `_CASES` combinations of a value from above and an
    order here are all tried; beyond, enough of them that a second value appears wherever there is one.
    """
    users = [part for part in parts if part[1].operators]
    starts = above.values if above else frozenset((value,))
    orders, every_order = _orders(users, allowed, len(starts))
    here = frozenset(_values(value, order, allowed) for order in orders)
    reorderings = [
        Reordering(old.peer, frozenset(_values(start, users, allowed) for start in old.values))
        for old in (above.decisive if above else ())
    ]
    reorderings.append(Reordering(_supplier(users, allowed), here))
    decisive = tuple(reordering for reordering in reorderings if len(reordering.values) > 1)
    if not decisive and len(starts) > 1:
        decisive = _jointly(starts, orders, allowed, reorderings[-1].peer)
    if not decisive:
        return None
    every_order = every_order and len(starts) * len(orders) <= _CASES
    cases = product(starts, orders) if every_order else _each_once(starts, orders)
    complete = every_order and (not above or above.complete or _number(users, ASSIGN, allowed) > 0)
    return Orders(frozenset(_values(start, order, allowed) for start, order in cases), decisive, complete)


def _jointly(
    starts: Iterable[Value | None], orders: Sequence[Sequence[Part]], allowed: int, peer: Peer
) -> tuple[Reordering, ...]:
    """The values under the orders of an entity whose order matters only together with another one above it."""
    for start in sorted(starts, key=repr):  # sets have another order in every run
        values = frozenset(_values(start, order, allowed) for order in orders)
        if len(values) > 1:
            return (Reordering(peer, values),)
    return ()


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
    suppliers = [
        part
        for operator in (ASSIGN, APPEND)
        for part in parts
        if allowed & MAY[operator] and operator in part[1].operators
    ]
    return (suppliers or parts)[0][0]  # peers that only remove decide nothing


def _orders(parts: Sequence[Part], allowed: int, starts: int) -> tuple[list[list[Part]], bool]:
    """Orders of the peers, the listed one included, and whether these give all possible values."""
    entity = parts[0][0].entity
    open_peers = entity.policies[: entity.unordered]
    free = [part for part in parts if part[0].policy in open_peers]
    fixed = [part for part in parts if part[0].policy not in open_peers]
    if entity.orders:
        names = {part[0].policy.name: part for part in free}
        possible = dict.fromkeys(tuple(name for name in order if name in names) for order in entity.orders)
        return [[*(names[name] for name in order), *fixed] for order in possible], len(entity.orders) < MOST_ORDERS
    stated = {name: place for place, name in enumerate(entity.project_order)}
    assigning, appending = (_number(free, operator, allowed) for operator in (ASSIGN, APPEND))
    if appending > 1 and starts * factorial(len(free)) <= _CASES:
        every = (order for order in permutations(free) if _keeps(stated, order))
        return [[*order, *fixed] for order in every], True
    in_front = [_leading(free, stated, place) for place in range(len(free))]
    orders = in_front or [[]]
    if assigning > 1 and appending > 1:
        orders = [[*first, *second] for first, second in product(in_front, repeat=2)]
    return [[*order, *parts] for order in orders], appending <= 1  # a peer that comes again changes nothing


def _keeps(stated: Mapping[str, int], order: Iterable[Part]) -> bool:
    """Whether an order keeps the peers that the project orders in that order."""
    places = [stated[part[0].policy.name] for part in order if part[0].policy.name in stated]
    return places == sorted(places)


def _leading(free: Sequence[Part], stated: Mapping[str, int], place: int) -> list[Part]:
    """A peer behind those that the project puts before it: the head of an order that has it as early as possible.

    The first peer that assigns gives the value, the first that appends an item gives its position: with each peer as
    early as possible, every winner and every order of two items occurs.
    """
    last = stated.get(free[place][0].policy.name, -1)
    before = [part for part in free if stated.get(part[0].policy.name, last) < last]
    return [*sorted(before, key=lambda part: stated[part[0].policy.name]), free[place]]


def _number(parts: Iterable[Part], operator: str, allowed: int) -> int:
    """The number of peers that use an operator that is allowed to them."""
    return sum(1 for _, fragment in parts if allowed & MAY[operator] and operator in fragment.operators)


def _each_once(
    starts: Iterable[Value | None], orders: Sequence[Sequence[Part]]
) -> Iterator[tuple[Value | None, Sequence[Part]]]:
    """Every value from above with some order, and every order with some value, for each set of items.

    The order of inherited items depends on the value from above alone, that of new items on the order of peers alone:
    values that differ in all combinations differ in these as well.
    """
    groups: dict[object, list[Value | None]] = {}
    for start in sorted(starts, key=repr):  # sets have another order in every run
        items = tuple(sorted(start)) if isinstance(start, tuple) else start
        groups.setdefault(items, []).append(start)
    for group in groups.values():
        number = max(len(group), len(orders))
        yield from islice(zip(cycle(group), cycle(orders), strict=False), number)


Parts = list[tuple[Peer, Fragment]]


class Merge(Struct):
    """The merge of a level: its notes, and whether the order of its peers is unknown."""

    order_open: bool
    notes: list[Note] = field(default_factory=list)

    def into(self, above: Node, parts: Parts) -> Node:
        """The state below an entity, given the state `above` it and its peers with their documents (`parts`)."""
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
            inherited = children.get(key)
            if inherited is None and above and closed:
                self.notes.extend(key_blocked(peer, child.path, above) for peer, child in mentions)
            else:
                children[key] = self._node(inherited, mentions)
        return children

    def _setting(self, above: Node | None, parts: Parts) -> Setting:
        before = above.setting if above else UNSET
        if not any(fragment.operators for _, fragment in parts):
            return before
        value, trail, orders = before
        limit = above.limit if above else NO_LIMIT
        if orders or self.order_open:
            orders = reorder(value, orders, parts, limit.allowed)
        steps: list[Step] = []
        value = self._operate(value, limit, parts, steps)
        if any(step.operator == ASSIGN and step.outcome == "applied" for step in steps):
            trail = tuple([_overridden(step) for step in trail])
        return Setting(value, (*trail, *steps), orders)

    def _operate(self, value: Value | None, limit: Limit, parts: Parts, steps: list[Step]) -> Value | None:
        """The value after all peers' operators, phase by phase; a step for each is added to `steps`."""
        for operator, bit in MAY.items():
            winner: Peer | None = None
            for peer, fragment in parts:
                if (operand := fragment.operators.get(operator)) is None:
                    continue
                outcome: StepOutcome = "applied"
                before = value
                if not limit.allowed & bit:
                    outcome = "blocked"
                    self.notes.append(operator_blocked(peer, fragment.path, operator, limit))
                elif operator == ASSIGN and winner:
                    outcome = "shadowed"
                    self.notes.append(assign_shadowed(peer, fragment.path, winner))
                else:
                    winner = peer
                    value = operate(value, operator, operand)
                steps.append(Step(peer.policy, peer.entity, operator, outcome, value != before))
        return value


def _by_key(parts: Parts) -> dict[str, Parts]:
    """The keys that any peer mentions, each with the peers that do and their fragments."""
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

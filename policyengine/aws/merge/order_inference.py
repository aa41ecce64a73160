"""Attachment orders that explain the effective policies that AWS publishes; no API tells them (semantics.md R6).

The order of the peers of an entity shows in a published document in two ways only: which of those that assign a setting
is first, and in which order those that append bring their items. Each is a condition on one entity. Whatever else the
document has is the same under every order, and must be there, or the document is of another state and proves nothing.

A condition lets a peer come next or not, and a peer that may come next still may after any other one (if the setting is
decided, nothing restricts it; if items are still missing, it brings fewer of them). So conditions of an entity are
searched without ever going back, and their number, not that of the orders, is what the search costs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, permutations
from math import factorial
from typing import NamedTuple, TypeAlias

from policyengine.aws.documents import APPEND, ASSIGN, REMOVE, Json, spelled
from policyengine.aws.merge.effective_policies import Effective, Resolved
from policyengine.aws.merge.fragments import Value, items_of, keys, operate
from policyengine.aws.merge.state import Node, Step
from policyengine.aws.organization import MOST_ORDERS, Entity
from policyengine.base.records import Record

_MOST_WORLDS = 64  # combinations of ways to explain lists, for entities that depend on each other
_MOST_LISTED = 4 * MOST_ORDERS

Order: TypeAlias = "tuple[str, ...]"


class InferredOrders(Record):
    """The orders of peers that explain published documents.

    `orders` has, by target as in a snapshot (`""` for the root, the path of a unit, the id of an account), the orders
    that explain them, the listed one first where it does. A target that is not in it can have any order. Where an
    entity has `MOST_ORDERS` orders or more, they are not all there: for each setting and each two peers those are that
    show every possibility. `unexplained` are the accounts, by id, whose document is not what the attached policies give
    in any order.
    """

    orders: Mapping[str, tuple[Order, ...]]
    unexplained: tuple[str, ...]


def infer_orders(effective: Effective, published: Mapping[str, Json], *, invalid: Collection[str]) -> InferredOrders:
    """The attachment orders that explain the documents that AWS publishes for accounts.

    `effective` is of the organization with its policies in any order, without substitutes for documents. `published`
    are documents by account id, one for each chain of attached policies or more. For `invalid` accounts AWS publishes
    an older document, which says nothing of the order.
    """
    names: dict[tuple[Resolved, str], list[str]] = {}
    evidence: dict[tuple[Resolved, str], _Evidence | None] = {}
    for account, _, resolved, _ in effective.accounts:
        name = account.id or ""
        if resolved and name in published and name not in invalid:
            document = _published(published[name])
            key = (resolved, repr(document))
            names.setdefault(key, []).append(name)
            if key not in evidence:
                evidence[key] = _Evidence.of(resolved, document, effective)
    worlds, used = _consistent([item for item in evidence.values() if item])
    own = {resolved.entity: resolved for resolved in effective.distinct}
    orders = {
        _target(entity): listed
        for entity, ways in worlds.items()
        if (listed := _listed_orders(entity, ways, lambda entity: _queries(own[entity], effective)))
    }
    unexplained = [name for key, item in evidence.items() if item not in used for name in names[key]]
    return InferredOrders(dict(sorted(orders.items())), tuple(sorted(unexplained)))


def _target(entity: Entity) -> str:
    return entity.id or "" if entity.kind == "account" else entity.path


def _published(document: Json) -> Json:
    """A document with keys folded, in one order, and values as text, as AWS publishes them (semantics.md R19, R23)."""
    if isinstance(document, dict):
        return {
            key: _published(value) for key, value in sorted((key.lower(), value) for key, value in document.items())
        }
    return [spelled(item) for item in document] if isinstance(document, list) else spelled(document)


class _FirstOf(Record):
    """One of `winners` is attached before all other `rivals`."""

    rivals: frozenset[str]
    winners: frozenset[str]

    def after(self, state: int, name: str) -> int | None:
        """The state after a peer: 1 once a rival is attached; None where the peer may not come next."""
        if state or name not in self.rivals:
            return state
        return 1 if name in self.winners else None


class _InSequence(Record):
    """Peers append items such that each comes as soon as all before it are there.

    `supplies` has by peer the places of its items in the published list, in its own order.
    """

    supplies: tuple[tuple[str, tuple[int, ...]], ...]

    def after(self, state: int, name: str) -> int | None:
        """The number of items that are there after a peer; None where the peer may not come next."""
        for supplier, places in self.supplies:
            if supplier == name:
                new = [place for place in places if place >= state]
                return state + len(new) if new == list(range(state, state + len(new))) else None
        return state


_Condition: TypeAlias = "_FirstOf | _InSequence"
_Conditions: TypeAlias = "frozenset[tuple[Entity, _Condition]]"
_Ways: TypeAlias = "tuple[_Conditions, ...]"


def _is_trivial(condition: _Condition) -> bool:
    """Whether every order meets a condition: each peer may come first, so each may come next at any time."""
    peers = condition.rivals if isinstance(condition, _FirstOf) else [name for name, _ in condition.supplies]
    return all(condition.after(0, name) is not None for name in peers)


class _Level(NamedTuple):
    """The peers of an entity that have an operator on a setting, with their operands; blocked ones are left out."""

    entity: Entity
    assigned: tuple[tuple[str, Value], ...]
    appended: tuple[tuple[str, tuple[str, ...]], ...]
    removed: tuple[Value, ...]


def _levels(node: Node, effective: Effective) -> list[_Level]:
    """The entities that take part in the value of a setting, root first."""
    steps: dict[Entity, list[Step]] = {}
    for step in node.setting.trail:
        if step.outcome != "blocked":
            steps.setdefault(step.entity, []).append(step)
    return [_level(entity, node.path, taken, effective) for entity, taken in steps.items()]


def _level(entity: Entity, path: str, steps: Sequence[Step], effective: Effective) -> _Level:
    operands: dict[str, list[tuple[str, Value]]] = {ASSIGN: [], APPEND: [], REMOVE: []}
    for step in steps:
        if fragment := effective.fragments[step.policy].find(keys(path)):
            operands[step.operator].append((step.policy.name, fragment.operators[step.operator]))
    appended = tuple((name, tuple(dict.fromkeys(items_of(items)))) for name, items in operands[APPEND])
    return _Level(entity, tuple(operands[ASSIGN]), appended, tuple(value for _, value in operands[REMOVE]))


class _Evidence(Record):
    """The conditions that the document of a chain sets on the orders of its entities.

    `conditions` hold in any case, of each of `choices` the conditions of one of its ways.
    """

    conditions: _Conditions
    choices: tuple[_Ways, ...]

    @classmethod
    def of(cls, resolved: Resolved, document: Json, effective: Effective) -> _Evidence | None:
        """The evidence of a published document; None where no orders of the chain explain it."""
        conditions: set[tuple[Entity, _Condition]] = set()
        choices: list[_Ways] = []
        for ways in _compare(resolved.root, document or None, effective):
            if not ways:
                return None
            if len(ways) == 1:
                conditions.update(*ways)
            else:
                choices.append(ways)
        evidence = cls(frozenset(conditions), tuple(choices))
        return None if _Worlds([evidence]).contradictory else evidence

    @property
    def entities(self) -> set[Entity]:
        """The entities whose order it restricts."""
        return _entities(self.conditions, *(way for ways in self.choices for way in ways))


def _entities(*conditions: _Conditions) -> set[Entity]:
    return {entity for each in conditions for entity, _ in each}


_NO_WAY: _Ways = ()
_ANY_ORDER: _Ways = (frozenset(),)


def _compare(node: Node, document: Json, effective: Effective) -> Iterator[_Ways]:
    """For each setting at or beneath a node the ways to explain its published value, none where there is no way."""
    if node.sole_source or node.document is None:
        yield _ANY_ORDER if node.document == document else _NO_WAY
    elif node.setting.value is not None:
        value = tuple(map(str, document)) if isinstance(document, list) else document
        yield _ways(_levels(node, effective), value) if isinstance(value, (str, tuple)) else _NO_WAY
    elif not isinstance(document, dict) or document.keys() - node.children.keys():
        yield _NO_WAY
    else:
        for key, child in node.children.items():
            yield from _compare(child, document.get(key), effective)


def _ways(levels: Sequence[_Level], published: Value) -> _Ways:
    """The ways to explain a value, each as conditions; one without conditions where every order gives it."""
    lowest = max((place for place, level in enumerate(levels) if level.assigned), default=None)
    if lowest is None:
        return _NO_WAY if (conditions := _lists(None, levels, published)) is None else (conditions,)
    first = levels[lowest]
    winners: dict[_Conditions, set[str]] = {}
    for name, value in first.assigned:
        if (below := _lists(value, levels[lowest:], published)) is not None:
            winners.setdefault(below, set()).add(name)
    rivals = frozenset(name for name, _ in first.assigned)
    wins = {below: _FirstOf(rivals, frozenset(names)) for below, names in winners.items()}
    return tuple(below if _is_trivial(win) else below | {(first.entity, win)} for below, win in wins.items())


def _lists(value: Value | None, levels: Sequence[_Level], published: Value) -> _Conditions | None:
    """The conditions under which a value becomes the published one by what levels append and remove; None if never.

    Items keep their order once they are in the list, and which of them are new at a level is the same in every order of
    its peers: so the published list is that of the start and then, level by level, of what is new and stays.
    """
    if not any(level.appended for level in levels):
        for removed in (removed for level in levels for removed in level.removed):
            value = operate(value, REMOVE, removed)
        return frozenset() if value == published else None
    if isinstance(published, str):
        return None
    blocks = _blocks(items_of(value), levels)
    if len(published) != sum(map(len, blocks)):
        return None
    start, *rest = _split(published, [len(block) for block in blocks])
    if start != blocks[0] or any(set(new) != set(part) for new, part in zip(blocks[1:], rest, strict=True)):
        return None
    sequences = [(level.entity, _sequence(level, part)) for level, part in zip(levels, rest, strict=True)]
    if any(_never(sequence) for _, sequence in sequences):
        return None
    return frozenset(pair for pair in sequences if not _is_trivial(pair[1]))


def _blocks(start: tuple[str, ...], levels: Sequence[_Level]) -> list[tuple[str, ...]]:
    """The blocks of items that are left: the start, and the new ones of each level, whose order is not known."""
    blocks = [start]
    for level in levels:
        there = {item for block in blocks for item in block}
        new = dict.fromkeys(item for _, items in level.appended for item in items if item not in there)
        gone = {item for removed in level.removed for item in items_of(removed)}
        blocks = [tuple(item for item in block if item not in gone) for block in [*blocks, tuple(new)]]
    return blocks


def _split(items: tuple[str, ...], lengths: Iterable[int]) -> Iterator[tuple[str, ...]]:
    remaining = iter(items)
    return (tuple(islice(remaining, length)) for length in lengths)


def _sequence(level: _Level, published: tuple[str, ...]) -> _InSequence:
    places = {item: place for place, item in enumerate(published)}
    supplies = ((name, tuple(places[item] for item in items if item in places)) for name, items in level.appended)
    return _InSequence(tuple(sorted((name, ranks) for name, ranks in supplies if ranks)))


def _never(condition: _InSequence) -> bool:
    return not _is_possible([name for name, _ in condition.supplies], [condition])


class _Search:
    """The orders of peers that meet conditions, peer by peer."""

    def __init__(self, names: Sequence[str], conditions: Iterable[_Condition]) -> None:
        self._names = names
        self._conditions = tuple(conditions)
        self._start = (0,) * len(self._conditions)

    def every(self) -> Iterator[Order]:
        """All orders; conditions that can be met at all never lead into a dead end."""
        return self._orders((), self._start) if self.leading() else iter(())

    def leading(self, first: str = "", behind: Collection[str] = ()) -> Order | None:
        """An order, with a peer before all those that are to stand `behind` it; None where there is none."""
        order: list[str] = []
        state: Sequence[int] = self._start
        while len(order) < len(self._names):
            waiting = () if first in order else behind
            for name in self._names:
                if name not in order and name not in waiting and (after := self._after(state, name)) is not None:
                    order.append(name)
                    state = after
                    break
            else:
                return None
        return tuple(order)

    def _orders(self, order: Order, state: Sequence[int]) -> Iterator[Order]:
        if len(order) == len(self._names):
            yield order
        for name in self._names:
            if name not in order and (after := self._after(state, name)) is not None:
                yield from self._orders((*order, name), after)

    def _after(self, state: Sequence[int], name: str) -> list[int] | None:
        after: list[int] = []
        for condition, before in zip(self._conditions, state, strict=True):
            if (now := condition.after(before, name)) is None:
                return None
            after.append(now)
        return after


def _is_possible(names: Sequence[str], conditions: Iterable[_Condition]) -> bool:
    return _Search(names, conditions).leading() is not None


class _Worlds:
    """The combinations of conditions that explain all of some evidence.

    `ways` has by entity the conditions of each combination; `contradictory` are entities for which there is none.
    Where there are too many combinations, the settings that can be explained in several ways are left out of account.
    """

    def __init__(self, evidence: Iterable[_Evidence]) -> None:
        evidence = list(evidence)
        fixed = dict.fromkeys(condition for item in evidence for condition in item.conditions)
        choices = dict.fromkeys(choice for item in evidence for choice in item.choices)
        self._possible: dict[tuple[Entity, frozenset[_Condition]], bool] = {}
        self._fixed: dict[Entity, frozenset[_Condition]] = _by_entity(fixed)
        self.ways: dict[Entity, Sequence[frozenset[_Condition]]] = {
            entity: (conditions,) for entity, conditions in self._fixed.items()
        }
        self.contradictory = {entity for entity, fixed in self._fixed.items() if not self._is_possible(entity, fixed)}
        if not self.contradictory:
            for entities, connected in _connected(choices):
                self._choose(entities, connected)

    def _choose(self, entities: set[Entity], choices: Iterable[_Ways]) -> None:
        """Combine the ways of settings that depend on the same entities."""
        worlds = [frozenset((entity, condition) for entity in entities for condition in self._fixed.get(entity, ()))]
        for choice in choices:
            combined = dict.fromkeys(world | way for world in worlds for way in choice)
            kept = [world for world in combined if all(self._is_possible(*each) for each in _by_entity(world).items())]
            if len(kept) <= _MOST_WORLDS:
                worlds = kept
        if not worlds:
            self.contradictory |= entities
        for entity in entities:
            ways = dict.fromkeys(_by_entity(world).get(entity, frozenset()) for world in worlds)
            self.ways[entity] = tuple(ways)

    def _is_possible(self, entity: Entity, conditions: frozenset[_Condition]) -> bool:
        key = (entity, conditions)
        if key not in self._possible:
            self._possible[key] = _is_possible([policy.name for policy in entity.policies], conditions)
        return self._possible[key]


def _by_entity(conditions: Iterable[tuple[Entity, _Condition]]) -> dict[Entity, frozenset[_Condition]]:
    groups: dict[Entity, set[_Condition]] = {}
    for entity, condition in conditions:
        groups.setdefault(entity, set()).add(condition)
    return {entity: frozenset(each) for entity, each in groups.items()}


def _connected(choices: Iterable[_Ways]) -> list[tuple[set[Entity], list[_Ways]]]:
    """The choices in groups that have no entity in common."""
    groups: list[tuple[set[Entity], list[_Ways]]] = []
    for choice in choices:
        entities, members = _entities(*choice), [choice]
        apart = []
        for group in groups:
            if group[0] & entities:
                entities, members = group[0] | entities, [*group[1], *members]
            else:
                apart.append(group)
        groups = [*apart, (entities, members)]
    return groups


def _consistent(evidence: list[_Evidence]) -> tuple[Mapping[Entity, Sequence[frozenset[_Condition]]], list[_Evidence]]:
    """The conditions of the evidence on each entity, and the evidence that is used.

    Where documents contradict each other, some are of another state than the others, and nobody knows which: none of
    those that restrict the order of the entity is used.
    """
    while (worlds := _Worlds(evidence)).contradictory:
        evidence = [item for item in evidence if not item.entities & worlds.contradictory]
    return worlds.ways, evidence


_Query: TypeAlias = "tuple[str, frozenset[str]]"  # is there an order with a peer before all of these?


def _listed_orders(
    entity: Entity, ways: Sequence[frozenset[_Condition]], queries: Callable[[Entity], Iterable[_Query]]
) -> tuple[Order, ...]:
    """The orders to list for an entity; none where it can have any order, or where too many would be needed."""
    names = [policy.name for policy in entity.policies]
    if not all(ways):
        return ()
    searches = [_Search(names, conditions) for conditions in ways]
    orders = dict.fromkeys(order for search in searches for order in islice(search.every(), MOST_ORDERS))
    if len(orders) >= MOST_ORDERS:
        shown = _showing(searches, [*_each_two(names), *queries(entity)])
        orders = dict.fromkeys(islice(dict.fromkeys([*shown, *orders]), max(len(shown), MOST_ORDERS)))
    elif len(orders) == factorial(len(names)):
        return ()
    places = {name: place for place, name in enumerate(names)}
    listed = sorted(orders, key=lambda order: [places[name] for name in order])
    return tuple(listed) if len(listed) <= _MOST_LISTED else ()


def _showing(searches: Sequence[_Search], queries: Iterable[_Query]) -> list[Order]:
    """Orders, few of them, that show each of the queries that any order does."""
    shown: list[Order] = []
    for first, behind in queries:
        if not any(_leads(order, first, behind) for order in shown):
            leading = (search.leading(first, behind) for search in searches)
            shown.extend(islice((order for order in leading if order), 1))
    return shown


def _leads(order: Order, first: str, behind: frozenset[str]) -> bool:
    return behind.isdisjoint(order[: order.index(first)])


def _each_two(names: Sequence[str]) -> Iterator[_Query]:
    return ((first, frozenset([second])) for first, second in permutations(names, 2))


def _queries(resolved: Resolved, effective: Effective) -> Iterator[_Query]:
    """All that an order of the peers of an entity can decide: who assigns, and which items come before others."""
    for node in resolved.root.settings:
        for level in _levels(node, effective):
            if level.entity is resolved.entity:
                assigning = frozenset(name for name, _ in level.assigned)
                yield from ((name, assigning - {name}) for name in sorted(assigning))
                yield from _queries_of_items(level)


def _queries_of_items(level: _Level) -> Iterator[_Query]:
    suppliers: dict[str, set[str]] = {}
    for name, items in level.appended:
        for item in items:
            suppliers.setdefault(item, set()).add(name)
    for group in dict.fromkeys(map(frozenset, suppliers.values())):
        yield from ((name, group - {name}) for name, _ in level.appended)

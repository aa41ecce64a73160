"""R6: what would another order of peers give, where the order is not known? Every order is tried."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

from oracle.documents import APPEND, ASSIGN, Path, Value
from oracle.merging import Level, State, Uses, note, three_phases

FreezingPolicy = str | tuple[str, ...] | None


def orders_of(level: Level) -> list[list[str]]:
    """The policies of an entity in each order that is possible, as listed first."""
    names = [policy for policy, _ in level.peers]
    head, tail = names[: level.unordered], names[level.unordered :]
    told = [policy for policy in level.project_order if policy in head]
    found = [names]
    for order in permutations(head):
        consistent = [policy for policy in order if policy in told] == told
        if consistent and [*order, *tail] not in found:
            found.append([*order, *tail])
    return found


def order_notes(state: State) -> list[dict[str, Any]]:
    """One note for each leaf that could have another value."""
    notes = []
    for path in state.values:
        found = _note_on_leaf(path, state.permitted[path])
        if found is not None:
            notes.append(found)
    return notes


def freeze(value: Value | None) -> FreezingPolicy:
    """A value that fits in a set."""
    return tuple(value) if isinstance(value, list) else value


def _note_on_leaf(path: Path, history: list[tuple[Level, Uses]]) -> dict[str, Any] | None:
    choices = [_arrangements(level, uses) for level, uses in history]
    listed = [[arrangements[0]] for arrangements in choices]
    (as_listed,) = _reachable({None}, listed)
    alternatives = _reachable({None}, choices) - {as_listed}
    if not alternatives:
        return None
    level, uses = history[_deciding(choices, listed)]
    supplier = next((policy for policy, operators in uses if ASSIGN in operators), None)
    supplier = supplier or next(policy for policy, operators in uses if APPEND in operators)
    return {**note("peer-order-unknown", path, (supplier, level.entity), "observed"), "alternatives": alternatives}


def _deciding(choices: list[list[Uses]], listed: list[list[Uses]]) -> int:
    """The lowest entity whose other order alone changes the final value.

    It can happen that none does alone, only two together. Then it is the lowest one whose order matters for some value
    that could come down to it.
    """
    from_bottom = range(len(choices) - 1, -1, -1)
    for number in from_bottom:
        others = [*listed[:number], choices[number], *listed[number + 1 :]]
        if len(_reachable({None}, others)) > 1:
            return number
    for number in from_bottom:
        for value in _reachable({None}, choices[:number]):
            if len(_reachable({value}, [choices[number], *listed[number + 1 :]])) > 1:
                return number
    raise AssertionError("several values, but no entity that decides between them")


def _arrangements(level: Level, uses: Uses) -> list[Uses]:
    """The peers that touch a leaf, in each order that they can have among each other."""
    if len(uses) == 1:
        return [uses]
    by_policy = dict(uses)
    found: list[Uses] = []
    for order in orders_of(level):
        arranged = [(policy, by_policy[policy]) for policy in order if policy in by_policy]
        if arranged not in found:
            found.append(arranged)
    return found


def _reachable(values: set[FreezingPolicy], choices: Iterable[list[Uses]]) -> set[FreezingPolicy]:
    """All values that a leaf can end with, over all combinations of orders."""
    for arrangements in choices:
        values = {freeze(three_phases(_thaw(value), uses)) for value in values for uses in arrangements}
    return values


def _thaw(value: FreezingPolicy) -> Value | None:
    return list(value) if isinstance(value, tuple) else value

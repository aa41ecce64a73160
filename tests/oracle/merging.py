"""Section 14 of semantics.md, step by step: entity after entity, leaf after leaf."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from oracle.documents import (
    APPEND,
    ASSIGN,
    EVERYTHING,
    OPERATORS,
    REMOVE,
    Fragment,
    Path,
    Tree,
    Value,
    take_apart,
    text_of,
)


class Level(NamedTuple):
    """An entity and what is attached to it, in attachment order.

    The order of the first `unordered` peers is not known, but for those that `project_order` names.
    """

    entity: str
    peers: list[tuple[str, Tree]]
    unordered: int = 0
    project_order: tuple[str, ...] = ()


@dataclass
class Step:
    """One operator of one policy on one leaf; outcome is applied, overridden, blocked or shadowed."""

    policy: str
    entity: str
    operator: str
    outcome: str


Uses = list[tuple[str, dict[str, Value]]]


@dataclass
class State:
    """What has come down from above, and the record of how.

    `permitted` holds by leaf, entity after entity, the operators that were allowed: policies in attachment order.
    `last_remover` names the policy and entity whose remove last took something from a list.
    """

    values: dict[Path, Value] = field(default_factory=dict)
    allowed: dict[Path, frozenset[str]] = field(default_factory=dict)
    mentioned: set[Path] = field(default_factory=set)
    trail: dict[Path, list[Step]] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    permitted: dict[Path, list[tuple[Level, Uses]]] = field(default_factory=dict)
    last_remover: dict[Path, tuple[str, str]] = field(default_factory=dict)


def note(kind: str, path: Path, of: tuple[str, str], basis: str, operator: str = "") -> dict[str, Any]:
    """A note as interface.md section 4 has it, without the free text. `of` are its policy and entity."""
    policy, entity = of
    return {
        "kind": kind,
        "path": text_of(path),
        "policy": policy,
        "entity": entity,
        "basis": basis,
        "operator": operator,
    }


def merge_chain(levels: list[Level]) -> State:
    """Everything from the root down to the account (R1)."""
    state = State()
    for level in levels:
        _merge_entity(state, level)
    return state


def three_phases(value: Value | None, uses: Uses) -> Value | None:
    """One leaf at one entity: the first assign, then all appends, then all removes (R2, R3, R4)."""
    for _, operators in uses:
        if ASSIGN in operators:
            value = operators[ASSIGN]
            break
    for _, operators in uses:
        if APPEND in operators:
            value = list(value or [])
            for item in operators[APPEND]:
                if item not in value:
                    value.append(item)
    for _, operators in uses:
        if REMOVE in operators and value is not None:
            value = [item for item in value if item not in operators[REMOVE]]
    return value


def _merge_entity(state: State, level: Level) -> None:
    peers = [(policy, take_apart(document)) for policy, document in level.peers]
    above = State(allowed=dict(state.allowed), mentioned=set(state.mentioned))
    paths = dict.fromkeys(path for _, fragment in peers for path in (*fragment.uses, *fragment.controls))
    blocked = {path: _blocked_key(path, above) for path in paths}
    _note_blocked_keys(state, level, peers, blocked, above)
    leaves: dict[Path, None] = {path: None for _, fragment in peers for path in fragment.uses}
    for path in leaves:
        uses = [(policy, fragment.uses[path]) for policy, fragment in peers if path in fragment.uses]
        if blocked[path] is None:
            _merge_leaf(state, level, path, uses, above.allowed.get(path, EVERYTHING))
        else:
            _record(state, level, path, uses, frozenset())
    for _, fragment in peers:
        for path, allowed in fragment.controls.items():
            if blocked[path] is None:
                state.allowed[path] = state.allowed.get(path, EVERYTHING) & allowed
    for path, key in blocked.items():
        if key is None:
            state.mentioned.update(path[:length] for length in range(1, len(path) + 1))


def _blocked_key(path: Path, above: State) -> Path | None:
    """The new key that holds `path` and may not be added, if there is one (R16, R17, R18)."""
    for length in range(1, len(path) + 1):
        key = path[:length]
        if key not in above.mentioned:
            container = above.allowed.get(key[:-1], EVERYTHING)
            may_add = APPEND in container or ASSIGN in container
            return None if may_add else key
    return None


def _note_blocked_keys(
    state: State, level: Level, peers: list[tuple[str, Fragment]], blocked: dict[Path, Path | None], above: State
) -> None:
    for policy, fragment in peers:
        keys = dict.fromkeys(key for path in (*fragment.uses, *fragment.controls) if (key := blocked[path]) is not None)
        for key in keys:
            basis = "inferred" if above.allowed[key[:-1]] == {REMOVE} else "documented"
            state.notes.append(note("key-blocked", key, (policy, level.entity), basis))


def _merge_leaf(state: State, level: Level, path: Path, uses: Uses, allowed: frozenset[str]) -> None:
    for policy, operators in uses:
        for operator in operators:
            if operator not in allowed:
                state.notes.append(note("operator-blocked", path, (policy, level.entity), "observed", operator))
    if ASSIGN in allowed:
        assigning = [policy for policy, operators in uses if ASSIGN in operators]
        for policy in assigning[1:]:
            state.notes.append(note("assign-shadowed", path, (policy, level.entity), "observed", ASSIGN))
    permitted = [
        (policy, {operator: value for operator, value in operators.items() if operator in allowed})
        for policy, operators in uses
    ]
    value = state.values.get(path)
    _remember_removers(state, level, path, value, permitted)
    value = three_phases(value, permitted)
    if value is not None:
        state.values[path] = value
    state.permitted.setdefault(path, []).append((level, permitted))
    _record(state, level, path, uses, allowed)


def _remember_removers(state: State, level: Level, path: Path, value: Value | None, permitted: Uses) -> None:
    if not any(REMOVE in operators for _, operators in permitted):
        return
    without_removes = [
        (policy, {operator: value for operator, value in operators.items() if operator != REMOVE})
        for policy, operators in permitted
    ]
    left = three_phases(value, without_removes)
    for policy, operators in permitted:
        before = left
        left = three_phases(left, [(policy, {REMOVE: operators[REMOVE]})]) if REMOVE in operators else left
        if left != before:
            state.last_remover[path] = (policy, level.entity)


def _record(state: State, level: Level, path: Path, uses: Uses, allowed: frozenset[str]) -> None:
    """The steps of one leaf at one entity in evaluation order. An applied assign overrides all that came from above."""
    steps = state.trail.setdefault(path, [])
    if ASSIGN in allowed and any(ASSIGN in operators for _, operators in uses):
        for step in steps:
            if step.outcome == "applied":
                step.outcome = "overridden"
    for operator in OPERATORS:
        using = [policy for policy, operators in uses if operator in operators]
        for number, policy in enumerate(using):
            if operator not in allowed:
                outcome = "blocked"
            elif operator == ASSIGN and number > 0:
                outcome = "shadowed"
            else:
                outcome = "applied"
            steps.append(Step(policy, level.entity, operator, outcome))

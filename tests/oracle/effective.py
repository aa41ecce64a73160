"""The effective policy of one account, read literally from semantics.md (sections 1-7, 10.2, 14, 15).

Slow on purpose: nothing is shared between accounts, every order of peers is tried, every path is looked up again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from oracle.documents import ASSIGN, REMOVE, Path, Tree, Value, nested, text_of
from oracle.merging import Level, State, Step, merge_chain, note
from oracle.orders import order_notes
from oracle.validation import NextTwo, Validator

__all__ = ["Level", "Result", "effective", "published"]


class Result(NamedTuple):
    """What the oracle says of an account.

    `policy` is the merged candidate whatever the status, None where the policy type is off. `errors` and `notes` have
    the fields of interface.md section 4; notes hold `operator` (or "") instead of the free text, and those on unknown
    order `alternatives`, a set of texts and tuples. `trail` has by path (policy, entity, operator, outcome) in
    evaluation order, also for leaves that are not in the document.
    """

    status: str
    policy: Tree | None
    errors: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    trail: dict[str, list[tuple[str, str, str, str]]]


def unknown_schedule(_schedule: str, _at: datetime) -> float | None:
    """Says of every schedule that its next two runs are not known."""
    return None


def effective(
    levels: list[Level], *, at: datetime, next_two: NextTwo = unknown_schedule, enabled: bool = True
) -> Result:
    """The effective policy of the account at the end of a chain of entities, root first.

    `next_two` gives the seconds between the next two runs of a schedule after `at`, None where it has no two.
    """
    if not enabled:
        return Result("disabled", None, [], [], {})
    state = merge_chain(levels)
    candidate = nested(state.values)
    errors = Validator(levels, state.trail, at, next_two).validate(candidate)
    notes = [*state.notes, *_unverified(state), *order_notes(state)]
    attached = any(level.peers for level in levels)
    status = "invalid" if errors else "valid" if attached else "empty"
    return Result(status, candidate, errors, notes, {text_of(path): _rows(state.trail[path]) for path in state.trail})


def published(result: Result, last_valid: Tree | None = None) -> Tree | None:
    """What AWS serves: any error withholds the whole candidate, the last valid one stays; None is unknown (R28)."""
    return last_valid if result.status == "invalid" else result.policy


def _unverified(state: State) -> list[dict[str, Any]]:
    """R25 and R36: renderings that nobody has seen."""
    notes = []
    for path, value in state.values.items():
        if isinstance(value, list) and len(set(value)) < len(value):
            winner = _winner(state.trail[path])
            notes.append(note("unverified-rendering", path, (winner.policy, winner.entity), "inferred", ASSIGN))
        if _is_index(path, value) and path in state.last_remover:
            notes.append(note("unverified-rendering", path, state.last_remover[path], "inferred", REMOVE))
    return notes


def _is_index(path: Path, value: Value) -> bool:
    """Below a rule; a selection may be named `index_actions`, too."""
    return value == [] and path[2] == "rules" and path[4:] == ("index_actions", "resource_types")


def _winner(steps: list[Step]) -> Step:
    return next(step for step in reversed(steps) if (step.operator, step.outcome) == (ASSIGN, "applied"))


def _rows(steps: list[Step]) -> list[tuple[str, str, str, str]]:
    return [(step.policy, step.entity, step.operator, step.outcome) for step in steps]

"""The laws of the ordering, tried on generated changes: `python -m analysis.diff.protection_laws 100000` tries many."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

from generators.dice import seeded
from generators.protection import changed, snapshot, world

from policyengine.analysis.diff import ChangeClass, OrganizationComparison, Side, compare
from policyengine.base.diagnostics import Harm, Severity
from policyengine.base.source import Source
from policyengine.comparison import ProjectState, side_of
from policyengine.engine import evaluate
from policyengine.session import Session
from policyengine.stages import PURE, Stages

AT = datetime(2026, 12, 1, tzinfo=UTC)
WORSE = (ChangeClass.LOST, ChangeClass.WEAKENED)
OPPOSITE = {
    ChangeClass.LOST: ChangeClass.ADDED,
    ChangeClass.ADDED: ChangeClass.LOST,
    ChangeClass.WEAKENED: ChangeClass.STRENGTHENED,
    ChangeClass.STRENGTHENED: ChangeClass.WEAKENED,
    ChangeClass.CHANGED: ChangeClass.CHANGED,
}
_STATES, _NEAR = 24, 4  # of an organization, each of which is compared with those that come next


Harmed: TypeAlias = tuple[str, str, str]
"""A check's name, a path and a Region."""
Renamed: TypeAlias = dict[str, dict[str, str]]


class Usual(NamedTuple):
    """Findings of one side by name, path, Region and message, and the accounts that it speaks of."""

    less: set[tuple[str, str, str, str]]
    accounts: set[str]


class Trial(NamedTuple):
    """A change: two worlds, and the sides that the engine makes of them."""

    seed: int
    worlds: tuple[dict[str, Any], dict[str, Any]]
    base: Side
    head: Side


def trials(first: int, number: int) -> Iterator[Trial]:
    """So many changes, from this seed on."""
    seed = first
    while number > 0:
        for trial in _of_seed(seed):
            if number:
                yield trial
                number -= 1
        seed += 1


def _of_seed(seed: int) -> Iterator[Trial]:
    source, session = seeded(seed), Session()
    worlds = [world(source)]
    while len(worlds) < _STATES:
        worlds.append(changed(source, worlds[-1]))
    sides = [side_of_world(found, session) for found in worlds]
    for one, other in ((one, other) for one, other in combinations(range(_STATES), 2) if other - one <= _NEAR):
        yield Trial(seed, (worlds[one], worlds[other]), sides[one], sides[other])


def side_of_world(of: dict[str, Any], stages: Stages = PURE) -> Side:
    """What the engine makes of a world."""
    state = ProjectState([], Source("organization.json", json.dumps(snapshot(of))))
    found = side_of(evaluate(state.sources, state.snapshot, at=AT, stages=stages), state, AT)
    assert found
    return found


def check_fails_newly(base: Side, head: Side, renamed: Renamed | None = None) -> dict[str, list[str]]:
    """What checks newly find harmed, by account: those that the head has, with documents that AWS takes.

    `renamed` leads from the paths of blocks to those that they had before, by account.
    """
    before, after = _harmed(base), _harmed(head, _usual(base))
    compared = _valid(head) - _below_refusals(base, head)
    return {
        number: sorted(map(" ".join, new))
        for number in compared
        if (new := {one for one in after.get(number, ()) if not _was(one, before.get(number, set()), renamed, number)})
    }


def _was(one: Harmed, before: set[Harmed], renamed: Renamed | None, number: str) -> bool:
    name, path, region = one
    for block, old in (renamed or {}).get(number, {}).items():
        if path.startswith(f"{block}/"):
            path = f"{old}{path.removeprefix(block)}"
            break
    return (name, path, region) in before


def renames(comparison: OrganizationComparison) -> Renamed:
    """The blocks that were renamed, the lowest first."""
    found: Renamed = {}
    for change in sorted(comparison.changes, key=lambda change: -len(change.path)):
        for number in change.accounts if change.path != change.was_at else ():
            found.setdefault(number, {})[change.path] = change.was_at
    return found


def _usual(side: Side) -> Usual:
    """What protects less than it could on a side, and the accounts of which the side says what they have."""
    less = {(one.name, one.path, one.region, one.message) for one in side.diagnostics if one.harm is Harm.PROTECTION}
    return Usual(less, _valid(side))


def _harmed(side: Side, usual: Usual | None = None) -> dict[str, set[Harmed]]:
    """What is harmed, by account; of those that are new only what is not `usual`."""
    found: dict[str, set[Harmed]] = {}
    for one in side.diagnostics:
        if one.harm is not Harm.NOTHING and one.severity is not Severity.INFO:
            accounts = set(one.accounts)
            if usual and (one.name, one.path, one.region, one.message) in usual.less:
                accounts &= usual.accounts
            for number in accounts:
                found.setdefault(number, set()).update(
                    (one.name, path, one.region) for path in one.places or (one.path,)
                )
    return found


def _valid(side: Side) -> set[str]:
    return {found.account.id or "" for found in side.effective.accounts if found.status != "invalid"}


def invalid(side: Side) -> set[str]:
    """The accounts of which AWS withholds the policy."""
    return {found.account.id or "" for found in side.effective.accounts} - _valid(side)


def _below_refusals(*sides: Side) -> set[str]:
    return {number for side in sides for document in side.left_out for number in document.accounts}


def worse(comparison: OrganizationComparison) -> dict[str, set[str]]:
    """Where the accounts lose something, by account."""
    found: dict[str, set[str]] = {}
    for change in comparison.changes:
        for number in change.accounts if change.change_class in WORSE else ():
            found.setdefault(number, set()).add(change.path)
    return found


def classes(comparison: OrganizationComparison, *, back: bool = False) -> Counter[tuple[object, ...]]:
    """Every change of every account; of the way back as the way there has it."""
    found: Counter[tuple[object, ...]] = Counter()
    for change in comparison.changes:
        told = (change.was_at, change.after, change.before, OPPOSITE[change.change_class])
        if not back:
            told = (change.path, change.before, change.after, change.change_class)
        found.update((number, change.region, *told) for number in change.accounts)
    return found


def _without(found: Counter[tuple[object, ...]], accounts: set[str | None]) -> Counter[tuple[object, ...]]:
    return Counter({key: number for key, number in found.items() if key[0] not in accounts})


def violations(trial: Trial) -> Iterator[str]:
    """What of the laws a change breaks."""
    there, back = compare(trial.base, trial.head), compare(trial.head, trial.base)
    frozen = {one.account.id for found in (there, back) for one in (*found.became_invalid, *found.became_valid)}
    one, other = (_without(found, frozen) for found in (classes(there), classes(back, back=True)))
    if one != other:
        yield f"seed {trial.seed}: the way back is not the opposite: {sorted(map(str, (one - other) + (other - one)))}"
    for sides, comparison in (((trial.base, trial.head), there), ((trial.head, trial.base), back)):
        losing = worse(comparison)
        if unsaid := invalid(sides[1]) - invalid(sides[0]) - {one.account.id for one in comparison.became_invalid}:
            yield f"seed {trial.seed}: {unsaid} became invalid, and nobody says so"
        for number, new in check_fails_newly(*sides, renames(comparison)).items():
            for path in (finding.split(" ")[1] for finding in new):
                if path not in losing.get(number, set()) and (path or number not in losing):
                    yield f"seed {trial.seed}: {number} is not told to lose what checks say: {new}"


def main(number: int, first: int) -> None:
    """Tries so many changes, from a seed on, and says what became of it."""
    begin, counted, broken = time.process_time(), Counter[str](), 0
    seed = first
    for done, trial in enumerate(trials(first, number), 1):
        seed = trial.seed
        newly = check_fails_newly(trial.base, trial.head)
        counted.update(finding.split()[0] for new in newly.values() for finding in new)
        for text in violations(trial):
            broken += 1
            sys.stdout.write(f"{text}\n")
        if done % 1000 == 0:
            sys.stdout.write(f"{done} changes, {time.process_time() - begin:.0f} s, {broken} violations\n")
            sys.stdout.flush()
    took = time.process_time() - begin
    sys.stdout.write(f"{number} changes, seeds {first} to {seed}, {took:.0f} s, {broken} violations; {dict(counted)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)

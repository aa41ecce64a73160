"""Laws of comparisons, on generated organizations."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from diff.states import AT, compared
from diff.twins import twins

from policyengine.comparison import State, side_of
from policyengine.diff import ChangeClass, Comparison, Side, compare
from policyengine.engine import evaluate
from policyengine.source import Source

# One worker for all of them: they look at the same comparisons.
pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("twins")]

SEEDS = range(48)
OPPOSITE = {
    ChangeClass.LOST: {ChangeClass.ADDED},
    ChangeClass.ADDED: {ChangeClass.LOST},
    ChangeClass.STRENGTHENED: {ChangeClass.WEAKENED},
    ChangeClass.WEAKENED: {ChangeClass.STRENGTHENED, ChangeClass.WEAKENED, ChangeClass.CHANGED},
    ChangeClass.CHANGED: {ChangeClass.CHANGED, ChangeClass.WEAKENED},
}


@cache
def there(seed: int) -> Comparison:
    return compared(*twins(seed))


def copied(state: State) -> State:
    """The same texts as other objects."""
    sources = [Source(source.name, source.text + "") for source in state.sources]
    return replace(state, sources=sources, snapshot=Source(state.snapshot.name, state.snapshot.text + ""))


def side(state: State) -> Side:
    """A side that shares nothing with any other."""
    found = side_of(evaluate(state.sources, state.snapshot, at=AT), state, AT)
    assert found
    return found


def told(comparison: Comparison) -> object:
    """Everything that a comparison says."""
    return (
        [
            (
                change.id,
                change.message,
                change.accounts,
                [(c.span, c.side, c.policy, c.entity.path) for c in change.causes],
            )
            for change in comparison.changes
        ],
        [
            (found.account.id, found.resolved and [e[:3] for e in found.resolved.errors])
            for found in comparison.became_invalid
        ],
        [found.account.id for found in comparison.became_valid],
        [[entity.path for entity in found] for found in (comparison.stayed_invalid, comparison.unknown)],
        [[entity.path for entity in found] for found in (comparison.added, comparison.removed)],
        [(move.before.path, move.after.path) for move in comparison.moved],
        comparison.new_findings,
        comparison.gone_findings,
        comparison.flips,
    )


def classes(
    comparison: Comparison, frozen: set[str | None], *, reverse: bool = False
) -> dict[tuple[object, ...], ChangeClass]:
    """The class of each change of each account by what changed, read from the head to the base if reversed."""
    return {
        (
            change.path,
            change.region,
            next((word for word in ("lock ", "minimum ", "maximum ") if change.fact.startswith(word)), ""),
            *((change.before, change.after)[:: -1 if reverse else 1]),
            number,
        ): change.change_class
        for change in comparison.changes
        for number in change.accounts
        if number not in frozen
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_shared_does_not_show(seed: int) -> None:
    base, head = twins(seed)
    assert told(there(seed)) == told(compare(side(base), side(head)))


@pytest.mark.parametrize("seed", SEEDS[::3])
def test_nothing_differs_from_itself(seed: int) -> None:
    base, _ = twins(seed)
    for found in (compared(base, base), compare(side(base), side(copied(base)))):
        assert not any(
            (found.changes, found.became_invalid, found.became_valid, found.added, found.removed, found.moved)
        )
        assert not any((found.new_findings, found.gone_findings, found.flips, found.touched))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_way_back_is_the_opposite(seed: int) -> None:
    base, head = twins(seed)
    forth, back = there(seed), compared(head, base)
    assert [found.account.id for found in forth.became_invalid] == [found.account.id for found in back.became_valid]
    assert [account.id for account in forth.added] == [account.id for account in back.removed]
    assert (forth.new_findings, forth.gone_findings) == (back.gone_findings, back.new_findings)
    assert Counter((f.requirement, f.before, f.after, f.accounts) for f in forth.flips) == Counter(
        (f.requirement, f.after, f.before, f.accounts) for f in back.flips
    )
    frozen = {found.account.id for found in (*forth.became_invalid, *forth.became_valid)}
    ways = classes(forth, frozen), classes(back, frozen, reverse=True)
    assert ways[0].keys() == ways[1].keys()
    for same, change_class in ways[0].items():
        assert ways[1][same] in OPPOSITE[change_class], same


def test_the_pairs_are_various() -> None:
    classes: Counter[str] = Counter()
    for seed in SEEDS:
        found = there(seed)
        classes.update({change.change_class.value for change in found.changes})
        classes.update(
            name
            for name in (
                "became_invalid",
                "became_valid",
                "stayed_invalid",
                "unknown",
                "moved",
                "new_findings",
                "flips",
            )
            if getattr(found, name)
        )
    assert {name: number for name, number in classes.items() if number < 3} == {}
    assert {change_class.value for change_class in ChangeClass} <= classes.keys()

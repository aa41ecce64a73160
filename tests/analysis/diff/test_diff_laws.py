"""Laws of comparisons, on generated organizations."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from analysis.diff.protection_laws import check_fails_newly, classes, side_of_world, trials, violations
from analysis.diff.states import compared
from analysis.diff.twins import twins
from generators.dice import seeded
from generators.protection import renamed, world
from msgspec.structs import replace
from support.moment import AT

from policyengine.analysis.checks import CHECKS
from policyengine.analysis.diff import ChangeClass, OrganizationComparison, Side, compare
from policyengine.base.source import Source
from policyengine.comparison import ProjectState, side_of
from policyengine.engine import evaluate

# One worker for all of them: they look at the same comparisons.
pytestmark = [pytest.mark.scale, pytest.mark.xdist_group("twins")]

SEEDS = range(48)


@cache
def there(seed: int) -> OrganizationComparison:
    return compared(*twins(seed))


def copied(state: ProjectState) -> ProjectState:
    """The same texts as other objects."""
    sources = [Source(source.name, source.text + "") for source in state.sources]
    return replace(state, sources=sources, snapshot=Source(state.snapshot.name, state.snapshot.text + ""))


def side(state: ProjectState) -> Side:
    """A side that shares nothing with any other."""
    found = side_of(evaluate(state.sources, state.snapshot, at=AT), state, AT)
    assert found
    return found


def told(comparison: OrganizationComparison) -> object:
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
    joined = {account.id for account in forth.added}
    assert [found.account.id for found in forth.became_invalid if found.account.id not in joined] == [
        found.account.id for found in back.became_valid
    ]
    assert [account.id for account in forth.added] == [account.id for account in back.removed]
    assert (forth.new_findings, forth.gone_findings) == (back.gone_findings, back.new_findings)
    assert Counter((f.requirement, f.before, f.after, f.accounts) for f in forth.flips) == Counter(
        (f.requirement, f.after, f.before, f.accounts) for f in back.flips
    )
    frozen = {found.account.id for found in (*forth.became_invalid, *forth.became_valid)}
    ways = classes(forth), classes(back, back=True)
    for way in ways:
        for key in [key for key in way if key[0] in frozen]:
            del way[key]
    assert ways[0] == ways[1]


def test_what_checks_newly_find_harmed_is_lost_or_weakened_and_the_way_back_is_the_opposite(
    pytestconfig: pytest.Config,
) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("changes")
    assert [text for trial in trials(first, number) for text in violations(trial)] == []


def test_the_changes_are_various() -> None:
    """Nearly every check that says that something is harmed begins to say so on some change."""
    newly: Counter[str] = Counter()
    for trial in trials(0, 400):
        found = check_fails_newly(trial.base, trial.head)
        newly.update(finding.split()[0] for new in found.values() for finding in new)
    assert len([name for name, number in newly.items() if number > 2]) >= 10


@pytest.mark.parametrize("what", ["plans", "parts"])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_only_renamed_is_only_changed(seed: int, what: str) -> None:
    before = world(seeded(seed))
    after = renamed(before, what)
    comparison = compare(side_of_world(before), side_of_world(after))
    assert {change.change_class for change in comparison.changes} == {ChangeClass.CHANGED}


def test_every_check_says_what_it_harms() -> None:
    assert [check.RULE.name for check in CHECKS if check.RULE.harm is None] == []


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

"""What is evaluated again when other points are open: that which asked for one that is answered otherwise."""

from __future__ import annotations

from functools import partial

from policyengine.analysis.prove.openness import ASSUMED, NOTHING_OPEN, CountedPoints, Openness, SharedResults, openness
from policyengine.aws.organization import Entity

OPEN = openness(None, None, Entity("root", "r-1", "Root", "Root", None))
"""Everything is open where nothing is attached."""


def evaluated(asking: tuple[str, ...], *states: Openness) -> list[Openness]:
    """The states in which something that asks for the operators at some paths is evaluated, of these in turn."""
    shares, evaluations = SharedResults(), []
    for state in states:

        def evaluate(state: Openness = state) -> int:
            evaluations.append(state)
            return sum(state.spares_ties if path == "ties" else state.operators(path) for path in asking)

        assert shares.value("value", state, evaluate) == evaluate()
        evaluations.pop()
    return evaluations


def only(*keys: str) -> Openness:
    return OPEN.restricted(CountedPoints(frozenset(keys)))


def test_a_point_that_nobody_asked_for_changes_nothing() -> None:
    closed = OPEN.restricted(NOTHING_OPEN)
    assert evaluated(("plans/a",), closed, only("plans/b"), only("plans/b", "plans/c")) == [closed]


def test_a_point_that_was_asked_for_is_asked_for_again() -> None:
    closed, first, both = OPEN.restricted(NOTHING_OPEN), only("plans/a"), only("plans/a", "plans/b")
    states = closed, first, both, OPEN, only("plans/a", "plans/c")
    assert evaluated(("plans/a", "plans/b"), *states) == [closed, first, both]


def test_ties_matter_where_they_are_asked_for() -> None:
    spared = OPEN.trusting(ASSUMED)
    assert evaluated(("plans/a",), OPEN, spared) == [OPEN]
    assert evaluated(("plans/a", "ties"), OPEN, spared) == [OPEN, spared]


def test_who_shares_a_value_has_asked_for_the_same() -> None:
    shares, closed, open_ = SharedResults(), only("plans/b"), OPEN.apart()
    for state in (OPEN.apart(), open_, closed):
        shares.value("value", state, partial(state.operators, "plans/a"))
    assert list(open_.consulted) == ["plans/a"]
    assert list(closed.consulted) == []
    asked, _ = open_.asked_by(lambda: shares.value("value", open_, lambda: 0))
    assert asked == ("plans/a",)

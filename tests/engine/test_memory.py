"""Runs that share a memory say what runs of their own say."""

from __future__ import annotations

import pytest
from analysis.diff.twins import twins
from support.moment import AT

from policyengine.base.diagnostics import Diagnostic
from policyengine.comparison import State
from policyengine.engine import evaluate
from policyengine.session import Session

pytestmark = pytest.mark.scale

SEEDS = range(24)


def said(state: State, memory: Session | None = None) -> tuple[Diagnostic, ...]:
    return evaluate(state.sources, state.snapshot, at=AT, memory=memory).diagnostics


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_after_an_edit_and_one_after_taking_it_back(seed: int) -> None:
    memory, (before, after) = Session(), twins(seed)
    for state in (before, after, before):
        assert said(state, memory) == said(state)


def test_the_edits_are_worth_something() -> None:
    found = [tuple(map(said, twins(seed))) for seed in SEEDS]
    assert sum(before != after for before, after in found) > len(SEEDS) / 2
    assert len({one.name for pair in found for side in pair for one in side}) > 10

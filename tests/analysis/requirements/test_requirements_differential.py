"""What requirements come to: the engine against the slow oracle, on generated requirements and organizations.

Four hundred organizations by default, each with half a dozen requirements; `--organizations` gives five times as many.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from analysis.requirements.comparison import differences, expectations, judged
from generators.dice import Dice
from generators.inventories import resources, stocked
from generators.requirements import WITH_RESOURCES, demands

from policyengine.analysis.requirements import NOT_APPLICABLE, STANDINGS, Judgement, Requirement

pytestmark = pytest.mark.scale

BATCHES = 20
EVERY = 5  # takes one organization in so many: each is asked dozens of questions


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations") // EVERY
    for seed in range(first + batch, first + number, BATCHES):
        dice = random.Random(seed)
        snapshot = stocked(dice)
        text = demands(dice, snapshot)
        assert list(differences(snapshot, text)) == [], f"seed {seed}\n{text}"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree_on_resources(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations") // EVERY
    for seed in range(first + batch, first + number, BATCHES):
        dice = random.Random(seed)
        snapshot = stocked(dice)
        listed = resources(Dice(dice), snapshot)
        text = demands(dice, snapshot, kinds=WITH_RESOURCES)
        assert list(differences(snapshot, text, listed)) == [], f"seed {seed}\n{text}"


def test_what_is_compared_is_various() -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(60):
        dice = random.Random(seed)
        snapshot = stocked(dice)
        for found in expectations(snapshot, demands(dice, snapshot)).values():
            verdicts.update(verdict for verdicts in found.verdicts for verdict in verdicts.values())
            verdicts["vacuous"] += sum(found.vacuous)
            verdicts["applies to nothing"] += not found.applies
    for outcome in ("pass", "fail", "unknown", "not applicable"):
        assert verdicts[outcome] > 0.1 * (verdicts.total() - verdicts["vacuous"] - verdicts["applies to nothing"])
    assert verdicts["vacuous"] > 10
    assert verdicts["applies to nothing"] > 10


def worst_results(judgement: Judgement, requirement: Requirement) -> list[int]:
    """The worst result of each account, view by view, from the results of the assertions."""
    worst = {account: NOT_APPLICABLE for view in judgement.views for account in view.accounts}
    for result in judgement.of(requirement):
        rank = STANDINGS.index("violated" if result.violated else "undecided" if result.undecided else "holds")
        for account in result.accounts:
            worst[account] = min(worst[account], rank)
    return list(worst.values())


@pytest.mark.parametrize("seed", range(40))
def test_the_standing_of_a_requirement_is_its_worst_result(seed: int) -> None:
    dice = random.Random(seed)
    snapshot = stocked(dice)
    judgement = judged(snapshot, demands(dice, snapshot))
    for requirement in judgement.requirements:
        column, each = judgement.standings(requirement)
        standings = (
            column
            if each
            else (rank for rank, view in zip(column, judgement.views, strict=True) for _ in view.accounts)
        )
        assert list(standings) == worst_results(judgement, requirement)

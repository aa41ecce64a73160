"""What requirements come to: the engine against the slow oracle, on generated requirements and organizations.

Four hundred organizations by default, each with half a dozen requirements; `--organizations` gives five times as many.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from analysis.requirements.comparison import differences, expectations
from generators.inventories import stocked
from generators.requirements import demands

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

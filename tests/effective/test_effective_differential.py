"""The engine against the slow oracle, on generated organizations.

Two thousand of them by default, every fifth of a kind that people do not write; `--organizations 20000` for more.
"""

from __future__ import annotations

import random

import pytest
from effective.comparison import differences
from generators.organizations import PLAIN, WILD, attachments, organization

BATCHES = 20


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations")
    for seed in range(first + batch, first + number, BATCHES):
        dice = random.Random(seed)
        snapshot = organization(dice, WILD if seed % 5 == 0 else PLAIN)
        attached = attachments(dice, snapshot) if seed % 3 == 0 else {}
        assert list(differences(snapshot, attached)) == [], f"seed {seed}"

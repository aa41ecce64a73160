"""What the checks of AWS Backup and of the environment find: the engine against the slow oracle, on generated projects.

Three hundred projects by default; `--organizations` gives seven times as many.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from analysis.checks.comparison import differences, findings
from generators.projects import project
from oracle.checks import CHECKS

pytestmark = pytest.mark.scale

BATCHES = 10
EVERY = 7  # takes one project in so many organizations: each is merged and checked twice


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations") // EVERY
    for seed in range(first + batch, first + number, BATCHES):
        assert list(differences(project(random.Random(seed)))) == [], f"seed {seed}"


def test_every_check_is_compared() -> None:
    seen = Counter(name for seed in range(120) for name in {row.name for row in findings(project(random.Random(seed)))})
    assert {name: count for name in CHECKS if (count := seen[name]) < 2} == {}

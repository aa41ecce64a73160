"""No policy breaks what is guaranteed: generated organizations and requirements, attacked by policies made for it.

Twenty organizations by default; `--organizations N` takes one for every 100 of N. The cases at the end are
those that were wrong once.
"""

from __future__ import annotations

import random

import pytest
from analysis.prove.battle import Battle, promises, verdicts
from analysis.prove.projects import outcomes, plan, policy, require
from analysis.prove.worlds import BATCHES, TOGETHER, WORLDS, proven_world

EVERY = 100  # takes one organization in so many: each is attacked dozens of times
ROUNDS = 40


@pytest.mark.scale
@pytest.mark.parametrize("batch", WORLDS)
def test_nothing_breaks_a_guarantee(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations") // EVERY
    for seed in range(first + batch, first + number, BATCHES):
        found, proofs = proven_world(seed)
        broken = list(Battle(found, promises(proofs), random.Random(seed)).fight(ROUNDS))
        assert broken == [], f"seed {seed}\n{found.text}"


@pytest.mark.scale
@TOGETHER
def test_the_attacks_are_worth_something() -> None:
    """Policies of the same kind, that know as little, break most of what can be broken."""
    guaranteed = breakable = broken = 0
    for seed in range(10):
        found, proofs = proven_world(seed)
        already = verdicts(found.snapshot, found.demands)
        weak = [one for one in promises(proofs, "breakable") if not already.get(one.requirement)]
        guaranteed, breakable = guaranteed + len(promises(proofs)), breakable + len(weak)
        broken += len({one.promise for one in Battle(found, weak, random.Random(seed)).fight(3 * ROUNDS)})
    assert guaranteed > 60
    assert breakable > 20
    assert broken > breakable / 2


LOCKED_AND_OPEN = policy(plan("closed", lock="locked"), plan("open"), may="children may nothing")


@pytest.mark.parametrize(
    "requirement",
    [
        require(
            'plans["closed"].rules["nightly"].retention < 35 days',
            scope='not (plans["missing"].windows_vss and plans["open"].windows_vss)',
        ),
        require(
            'every rule where not (plans["missing"].windows_vss and plans["open"].windows_vss) satisfies rule.plan == "x"'
        ),
        require('not (at least 2 rule where rule.plan == "open" satisfies rule.air_gapped_vault.lock == compliance)'),
    ],
    ids=["for", "where", "at least"],
)
def test_what_is_missing_may_turn_out_false_beside_what_is_open(requirement: str) -> None:
    assert "guaranteed" not in outcomes(LOCKED_AND_OPEN + requirement).values()


def test_quantifiers_inside_each_other_do_not_multiply() -> None:
    """Each looks at its own elements alone, so that sixty of them are sixty questions, and not two to the sixtieth."""
    alone, nested = (require("some rule satisfies " * depth + 'rule.plan == "closed"') for depth in (1, 60))
    assert outcomes(LOCKED_AND_OPEN + nested) == outcomes(LOCKED_AND_OPEN + alone)

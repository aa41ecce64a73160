"""The engine against the slow oracle, on generated organizations.

Two thousand of them by default, four in ten of kinds that people do not write; `--organizations 20000` for more.
"""

from __future__ import annotations

import random

import pytest
from aws.merge.comparison import Tree, differences
from generators.organizations import (
    CONTROLLED,
    CROWDED,
    PLAIN,
    SMALL,
    WILD,
    attachments,
    organization,
    organizations,
)
from hypothesis import given, settings

pytestmark = pytest.mark.scale

BATCHES = 20
# A chain in another organization says more than one beside it, and the oracle begins anew for each account.
FEW_ACCOUNTS = {profile: profile._replace(accounts=most) for profile, most in ((PLAIN, 4), (WILD, 3), (CONTROLLED, 3))}
KINDS = (WILD, PLAIN, CROWDED, PLAIN, PLAIN, WILD, PLAIN, CONTROLLED, PLAIN, PLAIN)
PROFILES = tuple(FEW_ACCOUNTS.get(kind, kind) for kind in KINDS)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_engine_and_oracle_agree(batch: int, pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("organizations")
    for seed in range(first + batch, first + number, BATCHES):
        dice = random.Random(seed)
        snapshot = organization(dice, PROFILES[seed % len(PROFILES)])
        attached = attachments(dice, snapshot) if seed % 3 == 0 else {}
        assert list(differences(snapshot, attached)) == [], f"seed {seed}"


@given(organizations(SMALL))
@settings(max_examples=100)
def test_engine_and_oracle_agree_on_small_ones(snapshot: Tree) -> None:
    """Where the seeds find a difference, this finds its smallest case."""
    assert list(differences(snapshot, {})) == []

"""Whatever coverage advises, made in the resource or in the snapshot, protects; what it advises of lists decides."""

from collections import Counter

import pytest
from analysis.coverage.advised_changes import Advised, advised_changes, is_right, world

from policyengine.analysis.coverage import CoverageReason


def wrong(advised: Advised) -> tuple[str, str, str]:
    """What a person needs to see of an advice that does not hold."""
    return advised.before.arn, advised.part, f"{advised.before.reason} -> {advised.after.reason}"


def test_every_advised_change_does_what_it_is_advised_for() -> None:
    made = [each for seed in range(6) for each in advised_changes(world(seed, accounts=3, count=30))]
    assert [wrong(each) for each in made if not is_right(each)] == []
    assert len(made) > 50


@pytest.mark.scale
def test_thousands_of_advised_changes() -> None:
    made = [each for seed in range(10_000, 10_120) for each in advised_changes(world(seed))]
    assert [wrong(each) for each in made if not is_right(each)] == []
    advised = Counter(each.before.reason for each in made)
    changeless = {
        CoverageReason.POLICY_INVALID,
        CoverageReason.TYPE_NOT_SUPPORTED,
        CoverageReason.RESTORE_TEST_LEFTOVER,
        CoverageReason.PATTERN_UNKNOWN,
    }
    assert set(advised) == set(CoverageReason) - changeless

"""The generator: repeatable, within the limits of a snapshot, and various enough to be worth comparing."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from oracle.effective import effective

from generators.controls import CONTROL
from generators.dice import seeded
from generators.organizations import (
    CONTROLLED,
    CROWDED,
    PLAIN,
    SMALL,
    WILD,
    Profile,
    accounts_of,
    attachments,
    levels_of,
    next_two,
    organization,
    organizations,
)

pytestmark = pytest.mark.scale

AT = datetime(2026, 9, 24, tzinfo=UTC)
PROFILES = pytest.mark.parametrize(
    "profile",
    [PLAIN, SMALL, WILD, CROWDED, CONTROLLED],
    ids=["plain", "small", "wild", "crowded", "controlled"],
)


def depth(entity: dict[str, Any]) -> int:
    return max((1 + depth(unit) for unit in entity.get("units", [])), default=0)


def test_a_seed_gives_one_organization() -> None:
    assert organization(seeded(3), WILD) == organization(seeded(3), WILD)
    assert organization(seeded(3), WILD) != organization(seeded(4), WILD)


@PROFILES
def test_limits_of_a_snapshot_hold(profile: Profile) -> None:
    for seed in range(60):
        snapshot = organization(seeded(seed), profile)
        assert depth(snapshot["root"]) <= 5
        assert 1 <= len(set(accounts_of(snapshot))) == len(accounts_of(snapshot)) <= profile.accounts
        assert json.loads(json.dumps(snapshot)) == snapshot
        for account in accounts_of(snapshot):
            for level in levels_of(snapshot, account, attachments(seeded(seed), snapshot)):
                names = [name for name, _ in level.peers]
                assert len(set(names)) == len(names) <= 10
                assert level.unordered <= 4
                assert [name for name in names if name in level.project_order] == list(level.project_order)
        assert max(len(json.dumps(policy["content"])) for policy in snapshot["policies"].values()) <= 10_000


@pytest.mark.parametrize(
    ("profile", "seeds", "valid"),
    [(PLAIN, 100, 0.25), (SMALL, 250, 0.25), (WILD, 100, 0.25), (CROWDED, 100, 0.1), (CONTROLLED, 100, 0.25)],
    ids=["plain", "small", "wild", "crowded", "controlled"],
)
def test_results_are_various(profile: Profile, seeds: int, valid: float) -> None:
    statuses: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for seed in range(seeds):
        snapshot = organization(seeded(seed), profile)
        enabled = snapshot["organization"]["backup_policies_enabled"]
        for account in accounts_of(snapshot):
            result = effective(levels_of(snapshot, account), at=AT, next_two=next_two, enabled=enabled)
            statuses[result.status] += 1
            kinds.update({note["kind"] for note in result.notes})
    assert statuses["valid"] > valid * statuses.total()
    assert statuses["invalid"] > 0.15 * statuses.total()
    assert set(kinds) == {
        "operator-blocked",
        "key-blocked",
        "assign-shadowed",
        "peer-order-unknown",
        "unverified-rendering",
    }


def test_crowded_ones_have_ten_policies_on_several_levels_of_a_chain() -> None:
    snapshots = (organization(seeded(seed), CROWDED) for seed in range(40))
    chains = (levels_of(snapshot, account) for snapshot in snapshots for account in accounts_of(snapshot))
    counts = [[len(level.peers) for level in levels] for levels in chains]
    assert sum(max(peers) == 10 for peers in counts) > 0.5 * len(counts)
    assert sum(peers.count(10) >= 3 for peers in counts) > 0.1 * len(counts)
    assert max(map(sum, counts)) > 40
    assert {len(peers) for peers in counts} == {2, 3, 4, 5, 6, 7}


def test_controlled_ones_have_child_controls_on_every_node() -> None:
    shares = []
    for seed in range(40):
        policies = organization(seeded(seed), CONTROLLED)["policies"].values()
        shares += [controlled / nodes for nodes, controlled in map(count, (it["content"] for it in policies)) if nodes]
    assert sum(share == 1 for share in shares) > 0.75 * len(shares)


def count(content: dict[str, Any]) -> tuple[int, int]:
    """The nodes below the document, and those of them with child controls."""
    nodes = [below for key, below in content.items() if isinstance(below, dict) and not key.startswith("@@")]
    inner = [count(node) for node in nodes]
    controlled = sum(any(key.lower() == CONTROL for key in node) for node in nodes)
    return len(nodes) + sum(all_ for all_, _ in inner), controlled + sum(some for _, some in inner)


def test_paths_escape_slashes_in_names() -> None:
    snapshot = {
        "root": {
            "policies": ["a"],
            "units": [{"name": "Dev/Test", "policies": ["b"], "accounts": [{"id": "000000000001", "name": "one"}]}],
        },
        "policies": {"a": {"content": {"plans": {}}}, "b": {"content": {"plans": {}}}},
        "attachment_order": "unknown",
    }
    levels = levels_of(snapshot, "000000000001", {"Dev\\/Test": ["a", "b"]})
    assert [(level.entity, [name for name, _ in level.peers]) for level in levels] == [
        ("", ["a"]),
        ("Dev\\/Test", ["b", "a"]),
        ("Dev\\/Test/one", []),
    ]
    assert [(level.unordered, level.project_order) for level in levels] == [(1, ()), (1, ("b",)), (0, ())]


@given(organizations())
def test_drawn_organizations_have_a_status(snapshot: dict[str, Any]) -> None:
    for account in accounts_of(snapshot):
        assert effective(levels_of(snapshot, account), at=AT, next_two=next_two).status in {"valid", "invalid", "empty"}

"""Laws that hold whatever the organization: changes that must not matter, and sharing that must not show."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from generators.organizations import SMALL, organizations
from hypothesis import given, settings
from hypothesis import strategies as st
from support.moment import AT

from policyengine.aws.merge import Effective, resolve
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source

pytestmark = pytest.mark.scale

Tree = dict[str, Any]


def resolved(snapshot: Tree) -> Effective:
    return resolve(attach(read_snapshot(Source("organization.json", json.dumps(snapshot)))).value, at=AT)


def outcomes(snapshot: Tree) -> dict[str, object]:
    """Document, status and errors of every account by its name."""
    return {
        account.account.name: (
            account.status,
            account.resolved.policy if account.resolved else {},
            [error[:3] for error in account.resolved.errors] if account.resolved else [],
        )
        for account in resolved(snapshot).accounts
    }


def entities(node: Tree) -> list[Tree]:
    below = [*node.get("units", []), *node.get("accounts", [])]
    return [node, *(entity for child in below for entity in entities(child))]


def limited(snapshot: Tree) -> bool:
    """Whether some entity has no room for one more policy."""
    return any(len(entity.get("policies", [])) >= 10 for entity in entities(snapshot["root"]))


@given(organizations(SMALL), st.integers(0, 1000))
@settings(max_examples=60)
def test_an_empty_policy_changes_nothing(snapshot: Tree, seed: int) -> None:
    before = outcomes(snapshot)
    changed = copy.deepcopy(snapshot)
    changed["policies"]["empty"] = {"content": {"plans": {}}}
    chosen = random.Random(seed).choice(entities(changed["root"]))
    if len(chosen.get("policies", [])) < 10 and any("policies" in entity for entity in entities(snapshot["root"])):
        chosen["policies"] = [*chosen.get("policies", []), "empty"]
    after = outcomes(changed)
    assert {name: found[1:] for name, found in after.items()} == {name: found[1:] for name, found in before.items()}  # type: ignore[index]


@given(organizations(SMALL), st.integers(0, 1000))
@settings(max_examples=60)
def test_the_order_of_units_accounts_and_policies_in_the_file_does_not_matter(snapshot: Tree, seed: int) -> None:
    shuffled = copy.deepcopy(snapshot)
    dice = random.Random(seed)
    for entity in entities(shuffled["root"]):
        for key in ("units", "accounts"):
            dice.shuffle(entity.get(key, []))
    named = list(shuffled["policies"].items())
    dice.shuffle(named)
    shuffled["policies"] = dict(named)
    assert outcomes(shuffled) == outcomes(snapshot)


@given(organizations(SMALL))
@settings(max_examples=60)
def test_splitting_a_policy_by_plans_changes_nothing(snapshot: Tree) -> None:
    """Both halves stand where the whole stood, so every plan meets the same peers in the same order."""
    split = copy.deepcopy(snapshot)
    halves = {}
    for name, policy in split["policies"].items():
        plans = next((key for key in policy["content"] if key.lower() == "plans"), "plans")
        inner = policy["content"].get(plans, {})
        keys = [key for key in inner if not key.startswith("@@")]
        if len(keys) > 1:
            first = {key: value for key, value in inner.items() if key == keys[0] or key.startswith("@@")}
            rest = {key: value for key, value in inner.items() if key in keys[1:]}
            halves[name] = ({"plans": first}, {"plans": rest})
    if limited(snapshot) or snapshot.get("attachment_order") == "unknown":
        return
    for name, (first, rest) in halves.items():
        split["policies"][name]["content"] = first
        split["policies"][f"{name}-2"] = {"content": rest}
    for entity in entities(split["root"]):
        listed = entity.get("policies", [])
        doubled = [part for name in listed for part in ((name, f"{name}-2") if name in halves else (name,))]
        if len(doubled) > 10:
            return
        if doubled:
            entity["policies"] = doubled
    assert outcomes(split) == outcomes(snapshot)


@given(organizations(SMALL))
@settings(max_examples=60)
def test_an_account_moved_between_equal_chains_keeps_its_policy(snapshot: Tree) -> None:
    moved = copy.deepcopy(snapshot)
    for unit in [entity for entity in entities(moved["root"]) if "id" not in entity]:
        if accounts := unit.get("accounts"):
            unit.setdefault("units", []).append({"name": "Moved here", "accounts": [accounts.pop(0)]})
            break
    if max(depths(moved["root"])) > 5:
        return
    assert outcomes(moved) == outcomes(snapshot)


def depths(node: Tree, depth: int = 0) -> list[int]:
    return [depth, *(found for unit in node.get("units", []) for found in depths(unit, depth + 1))]


@given(organizations(SMALL))
@settings(max_examples=60)
def test_shared_results_are_those_of_each_account_alone(snapshot: Tree) -> None:
    together = outcomes(snapshot)
    for account in resolved(snapshot).accounts:
        alone = copy.deepcopy(snapshot)
        for entity in entities(alone["root"]):
            if "accounts" in entity:
                entity["accounts"] = [one for one in entity["accounts"] if one["id"] == account.account.id]
        assert outcomes(alone) == {account.account.name: together[account.account.name]}


@given(organizations(SMALL))
@settings(max_examples=60)
def test_every_value_has_a_trail_whose_last_change_is_in_force(snapshot: Tree) -> None:
    for result in resolved(snapshot).distinct:
        for leaf in result.root.leaves:
            assert [step for step in leaf.trail if step.outcome == "applied"]
            assert all(step.entity in result.chain for step in leaf.trail)

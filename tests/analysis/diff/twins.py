"""Pairs of generated states: an organization and what became of it."""

from __future__ import annotations

import copy
import json
from typing import Any

from generators.dice import Dice, seeded
from generators.inventories import stocked
from generators.requirements import demands

from policyengine.base.source import Source
from policyengine.comparison import ProjectState

Tree = dict[str, Any]


def twins(seed: int) -> tuple[ProjectState, ProjectState]:
    """Two states that are mostly alike: policies, attachments, accounts, vaults and requirements may differ."""
    dice = Dice(seeded(seed))
    before = stocked(seeded(seed))
    other = stocked(seeded(seed + 1_000_000))
    after = copy.deepcopy(before)
    for change in (_policy, _attachment, _account, _vaults, _published):
        if dice.chance(45):
            change(dice, after, other)
    asked = demands(seeded(seed), before)
    asks_now = demands(seeded(seed + 7), before) if dice.chance(15) else asked
    return _state(before, asked), _state(after, asks_now)


def _state(snapshot: Tree, requirements: str) -> ProjectState:
    return ProjectState([Source("asked.bpol", requirements)], Source("organization.json", json.dumps(snapshot)))


def _policy(dice: Dice, snapshot: Tree, other: Tree) -> None:
    """A policy says what one of another organization does."""
    if snapshot["policies"] and other["policies"]:
        name = dice.pick(list(snapshot["policies"]))
        snapshot["policies"][name] = dice.pick(list(other["policies"].values()))


def _attachment(dice: Dice, snapshot: Tree, _: Tree) -> None:
    """An entity loses its policies, or has them in another order."""
    entity = dice.pick([found for found in _entities(snapshot["root"]) if found.get("policies")] or [{}])
    entity["policies"] = [] if dice.chance(50) else entity.get("policies", [])[::-1]


def _account(dice: Dice, snapshot: Tree, _: Tree) -> None:
    """An account goes below the root."""
    units = [unit for unit in _entities(snapshot["root"]) if unit is not snapshot["root"] and unit.get("accounts")]
    if units:
        unit = dice.pick(units)
        moved = unit["accounts"].pop()
        snapshot["root"].setdefault("accounts", []).append(moved)


def _vaults(_: Dice, snapshot: Tree, other: Tree) -> None:
    """The vaults are those of another organization, as far as they are said of every account."""
    snapshot["vaults"] = [vault for vault in other.get("vaults", []) if vault.get("accounts") == "*"]


def _published(_: Dice, snapshot: Tree, __: Tree) -> None:
    snapshot["last_valid"] = {}


def _entities(node: Tree) -> list[Tree]:
    below = [*node.get("units", []), *node.get("accounts", [])]
    return [node, *(entity for child in below for entity in _entities(child))]

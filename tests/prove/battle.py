"""Guarantees under attack: policies attached at targets and below them, run through the engine from the snapshot on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from generators.dice import Dice, Source

from policyengine.effective import Resolved
from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity
from policyengine.prove import Outcome, Proof
from policyengine.requirements import Demands, judge
from prove.attackers import Attacker
from prove.worlds import World, deployed, organization_of

Tree = dict[str, Any]

MOST_POLICIES = 3


class Guarantee(NamedTuple):
    """A requirement that is said to hold at and below a target, whatever comes."""

    requirement: str
    target: Entity


class Placed(NamedTuple):
    """A policy at an entity."""

    entity: Entity
    document: Tree


def promises(proofs: Sequence[Proof], outcome: Outcome = "guaranteed") -> list[Guarantee]:
    """Everything that is guaranteed; with another outcome what is not, to see whether attacks are worth something."""
    return [
        Guarantee(proof.requirement.name, result.target)
        for proof in proofs
        for result in proof.results
        if result.outcome == outcome
    ]


class Broken(NamedTuple):
    """A promise that does not hold for an account any more, and by which policies."""

    promise: Guarantee
    verdict: str
    account: Entity
    placed: str


class Battle:
    """Attacks on promises about a world; `fought` counts promises, each attack on each counted."""

    def __init__(self, world: World, promised: Sequence[Guarantee], source: Source) -> None:
        self._world = world
        self._dice = Dice(source)
        self._targets: dict[Entity, list[Guarantee]] = {}
        for found in promised:
            self._targets.setdefault(found.target, []).append(found)
        self._states = {found.entity: found for found in world.effective.distinct}
        self.fought = 0

    def fight(self, rounds: int) -> Iterator[Broken]:
        """The promises that were broken, with the policies that did it; nothing if every one held."""
        for _ in range(rounds if self._targets else 0):
            target = self._dice.pick([*self._targets])
            placed = [*self._placed(target)]
            if placed:
                yield from self._struck(placed)

    def _placed(self, target: Entity) -> Iterator[Placed]:
        """Policies at the target and below it."""
        below = [entity for entity in self._world.organization.entities if target in entity.chain]
        served = self._served(below)
        for number in range(1 + self._dice.below(MOST_POLICIES)):
            entity = target if number == 0 and self._dice.chance(50) else self._dice.pick(below)
            if (document := Attacker(self._dice, served, self._world.text).document()) is not None:
                yield Placed(entity, document)

    def _served(self, below: Sequence[Entity]) -> list[Tree]:
        states = dict.fromkeys(state for entity in below if (state := self._state(entity)))
        return [json.loads(json.dumps(state.policy)) for state in states]

    def _struck(self, placed: Sequence[Placed]) -> Iterator[Broken]:
        snapshot = attacked(self._dice, self._world, placed)
        broken = verdicts(snapshot, self._world.demands)
        for target, found in self._targets.items():
            if not all(target in one.entity.chain for one in placed):
                continue
            if any(one.entity is target and self._is_between_peers(one) for one in placed):
                continue
            self.fought += len(found)
            for guarantee in found:
                for account, verdict in broken.get(guarantee.requirement, {}).items():
                    if target.path in {entity.path for entity in account.chain[1:]}:
                        yield Broken(guarantee, verdict, account, _shown(placed))

    def _is_between_peers(self, placed: Placed) -> bool:
        """Whether a policy changes what the entity's own policies bring in, which is out of scope."""
        above = self._state(placed.entity.parent)
        own = [_mentions(policy) for policy in placed.entity.policies]
        return any(
            any(_new(path, above) in mentions for mentions in own)
            for path in _mentions(PolicyDocument("", placed.document, 0, 0))
        )

    def _state(self, entity: Entity | None) -> Resolved | None:
        while entity and entity not in self._states:
            entity = entity.parent
        return self._states[entity] if entity else None


def attacked(dice: Dice, world: World, placed: Sequence[Placed]) -> Tree:
    """The snapshot with the policies attached, last in order, and an account in some units that have none."""
    snapshot = with_policies(world.snapshot, placed)
    nodes = dict(_walk(snapshot["root"], None))
    numbers = iter(range(900_000_000_000, 900_000_000_100))
    for node in nodes.values():
        if "id" not in node and not any("id" in below for _, below in _walk(node, None)) and dice.chance(60):
            node["accounts"] = [{"id": str(next(numbers)), "name": "new", "tags": {"env": dice.pick(("prod", "x"))}}]
    return snapshot


def with_policies(snapshot: Tree, placed: Sequence[Placed], new: Entity | None = None) -> Tree:
    """A snapshot with policies attached, last in order, and with an account that is only thought of."""
    changed: Tree = json.loads(json.dumps(snapshot))
    nodes = dict(_walk(changed["root"], None))
    for number, one in enumerate(placed):
        changed["policies"][f"attack{number}"] = {"content": one.document}
        nodes[one.entity.path].setdefault("policies", []).append(f"attack{number}")
    if new and new.parent:
        nodes[new.parent.path].setdefault("accounts", []).append({"id": "900000000000", "name": new.name})
    return changed


def verdicts(snapshot: Tree, demands: Demands) -> dict[str, dict[Entity, str]]:
    """Where requirements do not hold: by requirement and account of which AWS would publish the document."""
    organization = organization_of(snapshot)
    effective, deployment = deployed(organization, demands)
    valid = {found.account for found in effective.accounts if found.status in {"valid", "empty"}}
    found: dict[str, dict[Entity, str]] = {}
    for result in judge(demands.requirements, deployment.candidates, organization.management_account).results:
        by_account = found.setdefault(result.requirement.name, {})
        for account in valid.intersection(result.accounts):
            if result.violated:
                by_account[account] = "violated"
            elif result.undecided:
                by_account.setdefault(account, "undecided")
    return found


def _walk(node: Tree, path: str | None) -> Iterator[tuple[str, Tree]]:
    yield path or "", node
    for child in (*node.get("units", []), *node.get("accounts", [])):
        name = child["name"].replace("/", "\\/")
        yield from _walk(child, f"{path}/{name}" if path else name)


def _mentions(policy: PolicyDocument) -> set[tuple[str, ...]]:
    """The folded paths of everything that a document mentions."""
    found: set[tuple[str, ...]] = set()
    _gather(policy.content, (), found)
    return found


def _gather(node: Any, path: tuple[str, ...], found: set[tuple[str, ...]]) -> bool:  # noqa: ANN401 - JSON
    mentions = any(key.startswith("@@") for key in node)
    for key, below in node.items():
        if isinstance(below, dict) and not key.startswith("@@"):
            mentions |= _gather(below, (*path, key.lower()), found)
    if mentions:
        found.add(path)
    return mentions


def _new(path: tuple[str, ...], above: Resolved | None) -> tuple[str, ...] | None:
    """The topmost block or setting on a path that nobody above mentions."""
    for depth in range(1, len(path) + 1):
        if above is None or above.root.find(path[:depth]) is None:
            return path[:depth]
    return None


def _shown(placed: Sequence[Placed]) -> str:
    return "; ".join(f"{one.entity.path}: {json.dumps(one.document)}" for one in placed)

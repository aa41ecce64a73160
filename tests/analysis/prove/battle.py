"""Guarantees under attack: policies attached at targets and below them, run through the engine from the snapshot on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from analysis.prove.attackers import Attacker
from analysis.prove.worlds import World, deployed, organization_of
from generators.dice import Dice, Source
from msgspec.structs import replace

from policyengine.analysis.prove import Outcome, Proof
from policyengine.analysis.requirements import Demands, judge
from policyengine.aws.deployment import View
from policyengine.aws.merge import Resolved
from policyengine.aws.organization.tree import Entity

Tree = dict[str, Any]

MOST_POLICIES = 3
FIRST_NUMBER = 900_000_000_000
"""The ids of accounts that are created later begin here."""


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
    """A promise that does not hold for an account any more, and by which policies.

    `verdict` is `violated`, `undecided`, or `withheld` of an account that is created later and gets nothing.
    """

    promise: Guarantee
    verdict: str
    account: Entity
    placed: tuple[Placed, ...]


class Battle:
    """Attacks on promises about a world.

    `attacks` counts sets of policies that were run, `fought` promises, each attack on each counted.
    """

    def __init__(self, world: World, promised: Sequence[Guarantee], source: Source) -> None:
        self._world = world
        self._dice = Dice(source)
        self._demands = asking(world.demands, [one.requirement for one in promised])
        self._targets: dict[Entity, list[Guarantee]] = {}
        for found in promised:
            self._targets.setdefault(found.target, []).append(found)
        self._states = {found.entity: found for found in world.effective.distinct}
        self.attacks = self.fought = 0

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
        self.attacks += 1
        snapshot = attacked(self._dice, self._world, placed)
        broken = verdicts(snapshot, self._demands)
        for target, found in self._targets.items():
            if not all(target in one.entity.chain for one in placed):
                continue
            self.fought += len(found)
            for guarantee in found:
                for account, verdict in broken.get(guarantee.requirement, {}).items():
                    if target.path in {entity.path for entity in account.chain[1:]}:
                        yield Broken(guarantee, verdict, account, tuple(placed))

    def _state(self, entity: Entity | None) -> Resolved | None:
        while entity and entity not in self._states:
            entity = entity.parent
        return self._states[entity] if entity else None


def attacked(dice: Dice, world: World, placed: Sequence[Placed]) -> Tree:
    """The snapshot with the policies attached, last in order, and with accounts that are created in some units."""
    snapshot = with_policies(world.snapshot, placed)
    numbers = iter(range(FIRST_NUMBER, FIRST_NUMBER + 100))
    texts = [*Attacker(dice, [], world.text).texts, "new"]
    for node in [*dict(_walk(snapshot["root"], None)).values()][1:]:
        if "id" in node or not dice.chance(35 if node.get("accounts") else 70):
            continue
        taken = {child["name"] for child in (*node.get("accounts", []), *node.get("units", []))}
        names = [text for text in texts if text.strip() and text not in taken]
        account: Tree = {"id": str(next(numbers)), "name": dice.pick(names)}
        account["tags"] = {key: dice.pick(texts) for key in dice.some(("env", "Owner", "backup"), 0, 3)}
        if dice.chance(20):
            account["policies"] = [dice.pick([name for name in snapshot["policies"] if name.startswith("attack")])]
        node.setdefault("accounts", []).append(account)
    return snapshot


def with_policies(snapshot: Tree, placed: Sequence[Placed], new: Entity | None = None) -> Tree:
    """A snapshot with policies attached, last in order, and with an account that is created later."""
    changed: Tree = json.loads(json.dumps(snapshot))
    if new and new.parent:
        account = {"id": str(FIRST_NUMBER), "name": new.name, "tags": dict(new.tags)}
        dict(_walk(changed["root"], None))[new.parent.path].setdefault("accounts", []).append(account)
    nodes = dict(_walk(changed["root"], None))
    for number, one in enumerate(placed):
        changed["policies"][f"attack{number}"] = {"content": one.document}
        nodes[one.entity.path].setdefault("policies", []).append(f"attack{number}")
    return changed


def verdicts(snapshot: Tree, demands: Demands) -> dict[str, dict[Entity, str]]:
    """Where requirements do not hold, by requirement and account.

    An account of which AWS withholds the document keeps the last valid one, of which nothing is said; one that is
    created later has none, and gets nothing.
    """
    organization = organization_of(snapshot)
    effective, deployment = deployed(organization, demands)
    valid = {found.account for found in effective.accounts if found.status in {"valid", "empty"}}
    found = _judged(demands, organization.management_account, deployment.candidates, valid)
    new = {account.account for account in effective.accounts if is_new(account.account)} - valid
    nothing = (View((), tuple(new), None),) if new else ()
    for requirement, by_account in _judged(demands, organization.management_account, nothing, new).items():
        found[requirement].update(dict.fromkeys(by_account, "withheld"))
    return found


def asking(demands: Demands, names: Collection[str]) -> Demands:
    """The demands without requirements of other names: what nobody asks about need not be judged."""
    return replace(demands, requirements=tuple(one for one in demands.requirements if one.name in names))


def is_new(account: Entity) -> bool:
    """Whether an account is created later."""
    return int(account.id or 0) >= FIRST_NUMBER


def _judged(
    demands: Demands, management: str | None, views: Sequence[View], accounts: set[Entity]
) -> dict[str, dict[Entity, str]]:
    found: dict[str, dict[Entity, str]] = {requirement.name: {} for requirement in demands.requirements}
    for result in judge(demands.requirements, views, management).results:
        by_account = found[result.requirement.name]
        for account in accounts.intersection(result.accounts):
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


def shown(placed: Sequence[Placed]) -> str:
    """The policies in a message."""
    return "; ".join(f"{one.entity.path}: {json.dumps(one.document)}" for one in placed)

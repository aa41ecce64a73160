"""Organizations of any size, from a seed: a tree of units with policies, accounts at its ends, few with their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal, NamedTuple

from benchmarks.inputs.policies import BACKUP_ACCOUNT, Policy, baseline, policy

_BASELINE = "baseline"
_ON_UNITS = 0.6  # of the policies are attached to units


class Size(NamedTuple):
    """How large an organization is.

    Branches are `depth` or one less levels deep, if that leaves them three; `own` is the share of the accounts with a
    policy of their own, or more of them where there are more policies for accounts.
    """

    accounts: int
    policies: int
    units: int
    depth: int = 5
    top: int = 10
    own: float = 0.035


SMALL = Size(accounts=60, policies=20, units=15)
TEN_THOUSAND = Size(accounts=10_000, policies=600, units=360)
FIFTY_THOUSAND = Size(accounts=50_000, policies=1_000, units=600)


@dataclass(slots=True)
class Account:
    """An account, with the names of the policies attached to it."""

    id: str
    name: str
    tags: dict[str, str]
    policies: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Unit:
    """A unit, or the root; `path` as in targets."""

    name: str
    path: str
    level: int
    deepest: int
    policies: list[str] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)


class Organization(NamedTuple):
    """A tree with policies by name."""

    root: Unit
    policies: dict[str, Policy]


def organization(size: Size, seed: int) -> Organization:
    """The organization of a size; the same for the same seed. Every policy is attached at least once."""
    chance = Random(f"{seed}/{size}")
    root = Unit("Root", "", 0, size.depth, [_BASELINE])
    units = _grow(root, size, chance)
    accounts = list(_populate(root, units, size, chance))
    policies = {_BASELINE: baseline(_BASELINE)}
    on_units = min(len(units), round(_ON_UNITS * (size.policies - 1)))
    for number, unit in enumerate(units[:on_units]):
        inherited = unit_above.policies[0] if (unit_above := _above(root, unit)) and unit_above.policies else _BASELINE
        unit.policies.append(_added(policies, policy(chance, f"unit-{number:03}", inherited)))
    own = [policy(chance, f"own-{number:03}", _BASELINE) for number in range(size.policies - len(policies))]
    names = [_added(policies, found) for found in own]
    chosen = chance.sample(accounts, max(len(names), round(size.own * size.accounts)))
    for number, account in enumerate(chosen if names else ()):
        account.policies.append(names[number % len(names)])
    return Organization(root, policies)


def edited(before: Organization, where: Literal["root", "leaf"]) -> Organization:
    """The organization with another retention in one policy: that at the root, or one that accounts have attached."""
    accounts = (account for account, _ in chains(before) if account.policies)
    name = _BASELINE if where == "root" else next(accounts).policies[0]
    changed = before.policies[name]
    first, *others = changed.plan.rules
    rules = (replace(first, retain=first.retain + 1), *others)
    policies = {**before.policies, name: replace(changed, plan=replace(changed.plan, rules=rules))}
    return Organization(before.root, policies)


def chains(found: Organization) -> Iterator[tuple[Account, list[list[str]]]]:
    """Every account with the names of the policies attached on the way to it, root first."""
    waiting: list[tuple[Unit, list[list[str]]]] = [(found.root, [found.root.policies])]
    while waiting:
        unit, above = waiting.pop()
        yield from ((account, [*above, account.policies]) for account in unit.accounts)
        waiting.extend((below, [*above, below.policies]) for below in reversed(unit.units))


def _added(policies: dict[str, Policy], found: Policy) -> str:
    policies[found.name] = found
    return found.name


def _grow(root: Unit, size: Size, chance: Random) -> list[Unit]:
    """The units, parents first: so many at the top, one branch to the bottom from each, the rest anywhere between."""
    units: list[Unit] = []
    for number in range(size.top if size.depth > 1 else size.units):
        deepest = size.depth - chance.randrange(2) if size.depth > 3 else size.depth  # noqa: PLR2004 - leaves three
        unit = _unit(root, f"Division {number:02}", deepest, units)
        while unit.level < deepest and len(units) < size.units:
            unit = _unit(unit, f"Group {len(units):03}", deepest, units)
    while len(units) < size.units:
        parent = chance.choice(units)
        if parent.level < parent.deepest:
            _unit(parent, f"Team {len(units):03}", parent.deepest, units)
    return units


def _unit(parent: Unit, name: str, deepest: int, units: list[Unit]) -> Unit:
    path = f"{parent.path}/{name}" if parent.path else name
    unit = Unit(name, path, parent.level + 1, deepest)
    parent.units.append(unit)
    units.append(unit)
    return unit


def _populate(root: Unit, units: list[Unit], size: Size, chance: Random) -> Iterator[Account]:
    """The accounts, at units without units; beside them the one that takes the copies."""
    root.accounts.append(Account(BACKUP_ACCOUNT, "backups", {}))
    ends = [unit for unit in units if not unit.units]
    for number in range(size.accounts - 1):
        tags = {"env": chance.choice(("prod", "stage", "dev")), "owner": f"team-{chance.randrange(200):03}"}
        account = Account(f"{100_000_000_000 + number}", f"account-{number:06}", tags)
        chance.choice(ends).accounts.append(account)
        yield account


def _above(root: Unit, unit: Unit) -> Unit | None:
    found: Unit | None = root
    for name in unit.path.split("/")[:-1]:
        found = next((below for below in found.units if below.name == name), None) if found else None
    return found

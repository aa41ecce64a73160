"""Entries of vaults, and a literal reading of which contradict each other: no vault could be what both of them say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from generators.dice import Dice, Source

Tree = dict[str, Any]

LEAST = 7  # days that an air-gapped vault keeps at least
REGIONS = ("eu-west-1", "eu-central-1")
FACTS: dict[str, tuple[Any, ...]] = {
    "type": ("standard", "logically_air_gapped"),
    "key": ("customer", "aws_managed"),
    "policy": ("none", {"Statement": []}, '{"Statement": []}'),
    "lock": (
        "none",
        {"mode": "governance"},
        {"mode": "governance", "min_retention_days": 3},
        {"mode": "compliance"},
        {"mode": "compliance", "min_retention_days": 3},
        {"mode": "compliance", "min_retention_days": 7},
        {"mode": "compliance", "min_retention_days": 7, "max_retention_days": 35},
        {"mode": "compliance", "changeable_until": "2027-01-31"},
        {"mode": "compliance", "changeable_until": "2027-02-28"},
        {"mode": "compliance", "changeable_until": "2027-02-28", "min_retention_days": 7},
    ),
}
OF_AIR_GAPPED = (3, 5, 6)  # of the locks


def entries(source: Source) -> Tree:
    """A snapshot of three accounts with entries of a few vaults, most of which say little."""
    dice = Dice(source)
    inner: Tree = {"name": "Data", "accounts": [{"id": "222222222222", "name": "b"}]}
    outer: Tree = {"name": "Prod", "units": [inner], "accounts": [{"id": "111111111111", "name": "a"}]}
    root: Tree = {"units": [outer], "accounts": [{"id": "333333333333", "name": "c"}]}
    return {"version": 1, "root": root, "vaults": [_entry(dice) for _ in range(2 + dice.below(4))]}


def _entry(dice: Dice) -> Tree:
    numbers = ["111111111111", "222222222222", "333333333333", "999999999999"]
    entry: Tree = {"name": dice.pick(("Main", "Main", "Safe"))}
    if not dice.chance(10):
        scopes: tuple[object, ...] = ("*", {"ou": "Prod"}, {"ou": "Prod/Data"}, dice.some(numbers, 0, 3))
        entry["accounts"] = dice.pick(scopes)
    if not dice.chance(10):
        entry["regions"] = dice.some(REGIONS, 0, 2)
    for fact, values in FACTS.items():
        if dice.chance(30):
            entry[fact] = dice.pick(values)
    if entry.get("type") == "logically_air_gapped" and "lock" in entry:
        entry["lock"] = FACTS["lock"][dice.pick(OF_AIR_GAPPED)]
    return with_possible_key(entry)


def with_possible_key(vault: Tree) -> Tree:
    """An entry of a vault whose key is no key that AWS manages where it is air-gapped: no such vault has one."""
    if vault.get("type") == "logically_air_gapped" and vault.get("key") == "aws_managed":
        return {**vault, "key": "customer"}
    return vault


def without_contradictions(snapshot: Tree) -> Tree:
    """The snapshot without the entries of vaults that contradict an earlier one."""
    kept: list[Tree] = []
    for entry in snapshot.get("vaults", []):
        if not any(contradicting(snapshot, earlier, entry) for earlier in kept):
            kept.append(entry)
    return {**snapshot, "vaults": kept} if "vaults" in snapshot else snapshot


def contradicting(snapshot: Tree, first: Tree, second: Tree) -> bool:
    """Whether two entries are of one vault, in an account and a Region, that nothing can be."""
    if first["name"] != second["name"] or set(_places(snapshot, first)).isdisjoint(_places(snapshot, second)):
        return False
    return not any(_fits(first, vault) and _fits(second, vault) for vault in _vaults(first, second))


def _places(snapshot: Tree, entry: Tree) -> Iterator[tuple[str, str]]:
    accounts, regions = entry.get("accounts"), entry.get("regions")
    if accounts is None or regions is None:
        return
    if isinstance(accounts, list):
        yield from product(accounts, regions)
        return
    unit = "" if accounts == "*" else accounts["ou"]
    for number, path in _accounts(snapshot["root"], ""):
        if not unit or f"{path}/".startswith(f"{unit}/"):
            yield from ((number, region) for region in regions)


def _accounts(unit: Tree, path: str) -> Iterator[tuple[str, str]]:
    for account in unit.get("accounts", []):
        yield account["id"], path
    for below in unit.get("units", []):
        name = below["name"].replace("/", "\\/")
        yield from _accounts(below, f"{path}/{name}" if path else name)


def _vaults(*told: Tree) -> Iterator[Tree]:
    """All vaults that AWS can have with the values of the entries."""
    locks = [entry["lock"] for entry in told if isinstance(entry.get("lock"), dict)]
    least, most, until = (
        {None, *(lock.get(key) for lock in locks)}
        for key in ("min_retention_days", "max_retention_days", "changeable_until")
    )
    policies = [_read(entry["policy"]) for entry in told if "policy" in entry] or [None]
    keys = ("customer", "aws_managed", "aws_owned")
    for kind, key, policy in product(FACTS["type"], keys, policies):
        if kind != "standard" and key == "aws_managed":
            continue
        vault = {"type": kind, "key": key, "policy": policy}
        if kind == "standard":
            yield {**vault, "mode": "none"}
        modes = ("compliance",) if kind != "standard" else ("governance", "compliance")
        for mode, low, high, day in product(modes, {*least, LEAST}, {*most, LEAST}, until):
            sound = kind == "standard" or (low and high and min(low, high) >= LEAST and not day)
            if sound and not (mode == "governance" and day):
                yield {**vault, "mode": mode, "low": low, "high": high, "day": day}


def _fits(entry: Tree, vault: Tree) -> bool:
    """Whether an entry may be of a vault; a lock without its day may be one whose day has come."""
    for fact in ("type", "key"):
        if entry.get(fact, vault[fact]) != vault[fact]:
            return False
    if "policy" in entry and _read(entry["policy"]) != vault["policy"]:
        return False
    lock = entry.get("lock")
    if lock is None or lock == "none" or lock["mode"] != vault["mode"]:
        return lock is None or lock == vault["mode"]
    bounds = ((lock.get("min_retention_days"), vault["low"]), (lock.get("max_retention_days"), vault["high"]))
    unknown = vault["type"] != "standard"
    days = lock.get("changeable_until")
    return all(told == real or (told is None and unknown) for told, real in bounds) and days in (None, vault["day"])


def _read(policy: object) -> object:
    return {"Statement": []} if policy == '{"Statement": []}' else policy

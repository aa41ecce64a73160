"""What a snapshot tells of one vault (interface.md section 2): absent is unknown, not empty."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import Any, NamedTuple

from oracle.truth import MISSING, UNKNOWN, Mark

Tree = dict[str, Any]

DAY = 24 * 60
AIR_GAPPED = {"logically_air_gapped": "air_gapped"}
BOUNDS = ("min_retention_days", "max_retention_days")
FACTS = ("lock", "min_retention", "max_retention", "type", "key")


class Place(NamedTuple):
    """A vault of an account: its units' paths from the top down, None for an account that is not in the tree."""

    name: str
    region: str
    account: str
    units: list[str] | None


NO_VAULT: Tree = {"exists": False, **dict.fromkeys(("name", "region", "account", *FACTS), MISSING)}
"""What there is to ask where a rule names no air-gapped vault."""


def vault_at(snapshot: Tree, place: Place, today: date) -> Tree:
    """The attributes of a vault on a day. Name, Region and account are known even where the vault is not there."""
    known = {"name": place.name, "region": place.region, "account": place.account}
    named = [entry for entry in snapshot.get("vaults", []) if entry["name"] == place.name]
    said = [(_account_in(entry.get("accounts"), place), _region_in(entry.get("regions"), place)) for entry in named]
    sure = [entry for entry, answers in zip(named, said, strict=True) if answers == (True, True)]
    if sure:
        return {**known, "exists": True, **_described(sure, today)}
    if any(False not in answers for answers in said) or not _searched(snapshot, place):
        return {**known, "exists": UNKNOWN, **dict.fromkeys(FACTS, UNKNOWN)}
    return {**known, "exists": False, **dict.fromkeys(FACTS, MISSING)}


def air_gapped_vault_at(snapshot: Tree, place: Place, today: date) -> Tree:
    """The same of a vault that a rule names as its air-gapped one: another type of vault is none (language.md 5.1).

    An air-gapped vault is locked for good from its creation on, and never has a key that AWS manages (facts 4.1).
    """
    vault = vault_at(snapshot, place, today)
    if vault["exists"] is not True or vault["type"] == "air_gapped":
        return vault
    if vault["type"] == "standard" or vault["lock"] in ("none", "governance") or vault["key"] == "aws_managed":
        return {**vault, "exists": False, **dict.fromkeys(FACTS, MISSING)}
    return {**vault, "exists": UNKNOWN, **dict.fromkeys(FACTS, UNKNOWN)}


def _account_in(scope: object, place: Place) -> bool | Mark:
    if scope is None:
        return UNKNOWN
    if isinstance(scope, list):
        return place.account in scope
    if place.units is None:
        return False
    return scope == "*" or (isinstance(scope, dict) and scope["ou"] in place.units)


def _region_in(regions: list[str] | None, place: Place) -> bool | Mark:
    return UNKNOWN if regions is None else place.region in regions


def _searched(snapshot: Tree, place: Place) -> bool:
    """Whether somebody looked for vaults there; without accounts or Regions it was everywhere in the organization."""
    if "vaults" not in snapshot:
        return False
    searched = snapshot.get("searched") or {}
    accounts, regions = searched.get("accounts", "*"), searched.get("regions")
    return _account_in(accounts, place) is True and (regions is None or place.region in regions)


def _described(entries: list[Tree], today: date) -> Tree:
    """What is said of a vault; where several entries tell a fact differently, nobody knows it."""
    kind = _agreed([AIR_GAPPED.get(entry["type"], entry["type"]) for entry in entries if "type" in entry])
    locks = [_lock_on(today, entry["lock"]) for entry in entries if "lock" in entry]
    mode, least, most = _bounds(_joined(locks, entries))
    if kind == "air_gapped":  # always with both bounds, whether somebody wrote them down or not (facts 4.1)
        mode, least, most = "compliance", UNKNOWN if least == 0 else least, UNKNOWN if most == inf else most
    key = _agreed([entry["key"] for entry in entries if "key" in entry])
    return {"type": kind, "key": key, "lock": mode, "min_retention": least, "max_retention": most}


def _lock_on(today: date, lock: Any) -> Any:  # noqa: ANN401 - `none` or a lock as the snapshot has it
    """A lock on a day: from `changeable_until` on it is like one that never could be removed."""
    if lock == "none" or "changeable_until" not in lock or today < date.fromisoformat(lock["changeable_until"]):
        return lock
    return {key: value for key, value in lock.items() if key != "changeable_until"}


def _joined(locks: list[Any], entries: list[Tree]) -> Any:  # noqa: ANN401 - `none`, a lock, or UNKNOWN
    """One lock of what entries tell: each part of those that have it. Bounds only differ of an air-gapped vault."""
    if "none" in locks or not locks:
        return _agreed(locks)
    parts = {part: [lock[part] for lock in locks if part in lock] for part in ("mode", "changeable_until", *BOUNDS)}
    lock = {part: _agreed(told) for part, told in parts.items() if told}
    differ = any(len({told.get(part) for told in locks}) > 1 for part in BOUNDS)
    standard = "changeable_until" in lock or lock["mode"] == "governance"
    standard |= any(entry.get("type") == "standard" or entry.get("key") == "aws_managed" for entry in entries)
    if UNKNOWN in lock.values() or (differ and standard):
        return UNKNOWN
    return {**dict.fromkeys(BOUNDS, UNKNOWN), **lock} if differ else lock


def _bounds(lock: Any) -> tuple[object, object, object]:  # noqa: ANN401 - what the snapshot has there, or UNKNOWN
    if lock is UNKNOWN:
        return UNKNOWN, UNKNOWN, UNKNOWN
    if lock == "none":
        return "none", 0, inf
    mode = "governance" if "changeable_until" in lock else lock["mode"]
    least, most = lock.get("min_retention_days", 0), lock.get("max_retention_days", inf)
    return mode, least if least is UNKNOWN else least * DAY, most if most is UNKNOWN else most * DAY


def _agreed(values: list[Any]) -> Any:  # noqa: ANN401 - one of the values, or UNKNOWN
    return values[0] if values and all(value == values[0] for value in values) else UNKNOWN

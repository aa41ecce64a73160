"""Entries of a snapshot that say of one vault what cannot be true together (facts 4.1, 4.2).

A vault is one name in an account and a Region: several entries may be of it, by its id, its units and `"*"`. What they
leave out is unknown, and what they repeat is fine; where two differ nobody knows which is true, and a guess would let
pass what fails. Entries that do not say which accounts or Regions have the vault contradict none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from policyengine.aws.organization.snapshot_tree import Branch, Problem
from policyengine.aws.policy_text import TextFault, read_json
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.aws.snapshot.shapes import NO_AIR_GAPPED_KEY, no_air_gapped_lock
from policyengine.base.text import quoted

if TYPE_CHECKING:
    from policyengine.aws.documents import Json
    from policyengine.aws.snapshot import Snapshot
    from policyengine.aws.snapshot.shapes import Lock, Vault

_AIR_GAPPED = "logically_air_gapped"


class _Entry(NamedTuple):
    """An entry of the snapshot, with its place in the list."""

    number: int
    vault: Vault

    @property
    def stated(self) -> tuple[object, ...]:
        """The facts that the entry gives of its vault, in which entries can contradict each other."""
        return self.vault.type, self.vault.lock, self.vault.key, self.vault.policy


_Lock: TypeAlias = "Lock | Literal['none']"
_Contradiction: TypeAlias = "tuple[str, str]"
"""A key of an entry, and what contradicts another, in words; `{}` stands for a place."""


def vault_problems(snapshot: Snapshot, branches: Iterable[Branch]) -> Iterator[Problem]:
    """Each key of an entry that contradicts an earlier entry. Takes a tree without faults."""
    by_name: dict[str, list[_Entry]] = {}
    for number, vault in enumerate(snapshot.vaults or ()):
        if vault.accounts is not None and vault.regions is not None:
            by_name.setdefault(vault.name, []).append(_Entry(number, vault))
    several = [entries for entries in by_name.values() if len(entries) > 1]
    units = {leaf.item.id: branch.path for branch in branches for leaf in branch.accounts} if several else {}
    for entries in several:
        yield from _Comparison(entries, units).problems()


class _Comparison:
    """Compares the entries of one name that are of the same accounts, in the Regions that they share."""

    def __init__(self, entries: Iterable[_Entry], units: Mapping[str, str]) -> None:
        self._units = units
        self._by_unit: dict[str, list[_Entry]] = {"": []}  # a unit, or "" for all accounts
        self._by_id: dict[str, list[_Entry]] = {}
        for entry in entries:
            scope = entry.vault.accounts
            if isinstance(scope, tuple):
                for number in dict.fromkeys(scope):
                    self._by_id.setdefault(number, []).append(entry)
            else:
                self._by_unit.setdefault("" if scope is None or scope == "*" else scope.ou, []).append(entry)
        self._around: dict[str, dict[str, list[_Entry]]] = {}
        self._compared: set[tuple[int, int]] = set()
        self._reported: set[tuple[int, str]] = set()

    def problems(self) -> Iterator[Problem]:
        """Each key of an entry that contradicts an earlier one."""
        for unit, own in self._by_unit.items():
            yield from self._of_place(own, self._covering(self._nearest(_parent(unit)) if unit else None))
        # Most accounts have the entries of others: they are compared once.
        places = {
            (self._unit_of(number), tuple(entry.number for entry in own)): own for number, own in self._by_id.items()
        }
        for (unit_of, _), own in places.items():
            yield from self._of_place(own, self._covering(unit_of))

    def _unit_of(self, account: str) -> str | None:
        """The nearest unit around an account that entries name; None outside of the organization."""
        unit = self._units.get(account)
        return None if unit is None else self._nearest(unit)

    def _nearest(self, unit: str) -> str:
        """A unit, or the nearest above it, that entries name."""
        while unit not in self._by_unit:
            unit = _parent(unit)
        return unit

    def _covering(self, unit: str | None) -> Mapping[str, list[_Entry]]:
        """The entries of all accounts of a unit, by Region; none outside of the organization."""
        if unit is None:
            return {}
        if unit not in self._around:
            entries = [*self._by_unit[unit], *(self._by_unit[""] if unit else ())]
            above = _parent(unit)
            while above:
                entries += self._by_unit.get(above, ())
                above = _parent(above)
            covering: dict[str, list[_Entry]] = {}
            for entry in entries:
                _add(entry, covering)
            self._around[unit] = covering
        return self._around[unit]

    def _of_place(self, own: Iterable[_Entry], around: Mapping[str, list[_Entry]]) -> Iterator[Problem]:
        seen: dict[str, list[_Entry]] = {}
        for entry in own:
            for region in entry.vault.regions or ():
                for other in (*around.get(region, ()), *seen.get(region, ())):
                    yield from self._of_pair(entry, other, region)
            _add(entry, seen)

    def _of_pair(self, entry: _Entry, other: _Entry, region: str) -> Iterator[Problem]:
        first, second = (entry, other) if entry.number < other.number else (other, entry)
        if entry is other or (first.number, second.number) in self._compared:
            return
        self._compared.add((first.number, second.number))
        for key, text in _contradictions(first.vault, second.vault):
            if (second.number, key) not in self._reported:
                self._reported.add((second.number, key))
                fault = text.format(path_text(("vaults", first.number)))
                message = f"vault {quoted(second.vault.name)} in {region} {fault}: leave out the one that is wrong"
                yield ("vaults", second.number, key), message


def _add(entry: _Entry, by_region: dict[str, list[_Entry]]) -> None:
    """Add an entry in its Regions, but where another states the same.

    Those that are left are few: they state different keys, or else they contradict each other.
    """
    for region in entry.vault.regions or ():
        others = by_region.setdefault(region, [])
        if all(entry.stated != other.stated for other in others):
            others.append(entry)


def _parent(unit: str) -> str:
    r"""The path of the unit above one, "" for none; a `/` within a name is written `\/`."""
    slash = unit.rfind("/")
    while slash > 0 and unit[slash - 1] == "\\":
        slash = unit.rfind("/", 0, slash)
    return unit[: max(slash, 0)]


def _contradictions(first: Vault, second: Vault) -> Iterator[_Contradiction]:
    """What of the second entry contradicts the first, in words after the name of the vault."""
    for key, a, b in (("type", first.type, second.type), ("key", first.key, second.key)):
        if a and b and a != b:
            yield key, f"has the {key} `{b}` here and `{a}` in {{}}"
    if first.policy and second.policy and _read(first.policy) != _read(second.policy):
        yield "policy", "has one access policy here and another in {}"
    standard = [*_of_standard(first), *_of_standard(second)]
    if first.lock and second.lock and (fault := _of_locks(first.lock, second.lock, may_be_air_gapped=not standard)):
        yield "lock", fault
    if first.type == _AIR_GAPPED and second.type is None:
        yield from ((key, f"has {found.format(' here')}, and is air-gapped in {{}}") for key, found in standard)
    if second.type == _AIR_GAPPED and first.type is None:
        yield from (("type", f"is air-gapped here, and has {found.format('')} in {{}}") for _, found in standard)


def _of_standard(vault: Vault) -> Iterator[_Contradiction]:
    """What of an entry no air-gapped vault has, in words; `{}` stands for the place of the entry."""
    if vault.type == "standard":
        yield "type", "the type `standard`{}"
    if vault.key == NO_AIR_GAPPED_KEY:
        yield "key", f"the key `{vault.key}`{{}}"
    if found := no_air_gapped_lock(vault.lock):
        yield "lock", f"a lock{{}} that {found}"


def _of_locks(first: _Lock, second: _Lock, *, may_be_air_gapped: bool) -> str:
    if first == "none" or second == "none" or first.mode != second.mode:
        return "" if first == second else f"has the lock {_mode(second)} here and {_mode(first)} in {{}}"
    # A bound that is absent is none, but of an air-gapped vault it is unknown.
    for key in ("min_retention_days", "max_retention_days"):
        a, b = getattr(first, key), getattr(second, key)
        if a != b and not (may_be_air_gapped and None in (a, b)):
            return f"has a lock with {_bound(key, b)} here and with {_bound(key, a)} in {{}}"
    # A lock without the day has that of the other.
    a, b = first.changeable_until, second.changeable_until
    return f"has a lock that is `changeable_until` {b} here and {a} in {{}}" if a and b and a != b else ""


def _mode(lock: _Lock) -> str:
    return f"`{lock if lock == 'none' else lock.mode}`"


def _bound(key: str, days: int | None) -> str:
    return f"`{key}: {days}`" if days else f"no `{key}`"


def _read(policy: Json) -> Json | TextFault:
    """A policy, written as text or as a mapping, with `[x]` as `x`: IAM takes either, for the same."""
    read = read_json(policy) if isinstance(policy, str) else policy
    return policy if isinstance(read, TextFault) else _unwrapped(read)


def _unwrapped(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _unwrapped(each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    return _unwrapped(value[0]) if len(value) == 1 else [_unwrapped(each) for each in value]

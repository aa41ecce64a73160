"""What is in an account: its vaults by name and Region, and its roles, as far as the snapshot tells.

A vault is *absent* where somebody looked and did not find it, *unknown* where nobody looked (interface.md section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from policyengine.plan.known import DAY, FOREVER, UNKNOWN, Known, Minutes, T
from policyengine.plan.services import OptIn
from policyengine.value import thing

if TYPE_CHECKING:
    from policyengine.model.shapes import Lock

OWN = "$account"
"""Stands for the account that runs the plan, in AWS's ARNs and in `Vault.account`."""

LockMode = Literal["none", "governance", "compliance"]
VaultType = Literal["standard", "air_gapped"]
KeyKind = Literal["aws_managed", "customer", "aws_owned"]


@thing
class Vault:
    """What is known of the vault of a name in an account and a Region.

    Where `exists` is not True nothing else is known. `lock` is what holds at the moment of judging: a compliance lock
    that can still be removed is `governance`, and `changeable_until` the day from which on it is one (facts 4.2.1).
    `min_retention` is 0 and `max_retention` `FOREVER` where the lock sets no such bound; those of an air-gapped vault
    are unknown then, since it always has both (facts 4.1). `namesakes` are the vaults there whose names differ in case
    only; `listed` says that the snapshot has the name, though not whose or where it is.
    """

    name: str
    region: str
    account: str
    exists: Known[bool]
    lock: Known[LockMode] = UNKNOWN
    min_retention: Known[Minutes] = UNKNOWN
    max_retention: Known[Minutes] = UNKNOWN
    type: Known[VaultType] = UNKNOWN
    key: Known[KeyKind] = UNKNOWN
    changeable_until: date | None = None
    namesakes: tuple[str, ...] = ()
    listed: bool = False


class VaultFacts(NamedTuple):
    """A vault as the snapshot lists it, without its accounts; `placed` is false where it does not say whose it is.

    The lock has a `changeable_until` only where it can still be removed.
    """

    name: str
    regions: tuple[str, ...] | None
    type: VaultType | None
    lock: Lock | Literal["none"] | None
    key: KeyKind | None
    placed: bool


class Surroundings:
    """The vaults and roles of an account; one object for all accounts of which the snapshot says the same.

    `vaults` and `roles` (each name with whether it is surely there) are None where nobody looked for any. `looked` is
    false where nobody looked at this account, `regions` are those that were looked at, None for all. `opt_in` is the
    management account's.
    """

    def __init__(
        self,
        vaults: Iterable[VaultFacts] | None,
        roles: Mapping[str, bool] | None,
        *,
        looked: bool,
        regions: tuple[str, ...] | None,
        opt_in: OptIn,
    ) -> None:
        self.opt_in = opt_in
        self._roles, self._looked, self._regions = roles, looked, regions
        self._searched = looked and vaults is not None
        self._alike: dict[str, list[VaultFacts]] = {}
        for facts in sorted(vaults or (), key=lambda facts: facts.name):
            self._alike.setdefault(facts.name.casefold(), []).append(facts)
        self._known: dict[tuple[str, str, str], Vault] = {}
        self._air_gapped: dict[Vault, Vault] = {}

    def vault(self, name: str, region: str, account: str = OWN) -> Vault:
        """The vault of a name in a Region; `account` is only noted on it."""
        key = (name, region, account)
        if key not in self._known:
            self._known[key] = self._look_up(name, region, account)
        return self._known[key]

    def air_gapped_vault(self, name: str, region: str) -> Vault:
        """The air-gapped vault of a name in a Region: a vault of another type is none, of an unknown one perhaps."""
        vault = self.vault(name, region)
        if vault.exists is not True or vault.type == "air_gapped":
            return vault
        if vault not in self._air_gapped:
            exists: Known[bool] = UNKNOWN if _may_be_air_gapped(vault) else False
            self._air_gapped[vault] = Vault(name, region, OWN, exists=exists)
        return self._air_gapped[vault]

    def has_role(self, path: str) -> Known[bool]:
        """Whether there is an IAM role of a path and a name such as `service-role/Backup`; a name has the path `/`."""
        if self._roles is None:
            return UNKNOWN
        sure = self._roles.get(role_path(path))
        return True if sure else UNKNOWN if sure is False or not self._looked else False

    def _look_up(self, name: str, region: str, account: str) -> Vault:
        alike = self._alike.get(name.casefold(), ())
        here = [facts for facts in alike if facts.regions is None or region in facts.regions]
        named = [facts for facts in here if facts.name == name]
        if sure := [facts for facts in named if facts.placed and facts.regions is not None]:
            return _described(name, region, account, sure)
        looked = self._searched and (self._regions is None or region in self._regions)
        namesakes = tuple(dict.fromkeys(facts.name for facts in here if facts.name != name))
        exists: Known[bool] = UNKNOWN if named or not looked else False
        return Vault(name, region, account, exists=exists, namesakes=namesakes, listed=bool(named))


def role_path(name: str) -> str:
    """A role's path and name as policies have them, without the slash that begins every path of IAM or its ARN."""
    return name.rpartition(":role/")[2].removeprefix("/")


def _described(name: str, region: str, account: str, facts: list[VaultFacts]) -> Vault:
    """What several entries of a snapshot say of one vault; where they contradict each other nothing is known."""
    locks: list[Lock | Literal["none"] | None] = [fact.lock for fact in facts]
    kind: Known[VaultType] = _agreed([fact.type for fact in facts])
    key: Known[KeyKind] = _agreed([fact.key for fact in facts])
    lock: Known[Lock | Literal["none"]] = _agreed(locks)
    vault = _locked(Vault(name, region, account, exists=True, type=kind, key=key), lock)
    if vault.type != "air_gapped":
        return vault
    least: Known[Minutes] = vault.min_retention or UNKNOWN
    most: Known[Minutes] = UNKNOWN if vault.max_retention == FOREVER else vault.max_retention
    # Locked for good from its creation on (facts 4.1).
    return replace(vault, lock="compliance", changeable_until=None, min_retention=least, max_retention=most)


def _locked(vault: Vault, lock: Known[Lock | Literal["none"]]) -> Vault:
    """The same with what is known of its lock."""
    if lock is UNKNOWN:
        return vault
    if lock == "none":
        return replace(vault, lock="none", min_retention=0, max_retention=FOREVER)
    least, most = lock.min_retention_days, lock.max_retention_days
    return replace(
        vault,
        lock="governance" if lock.changeable_until else lock.mode,
        changeable_until=lock.changeable_until,
        min_retention=(least or 0) * DAY,
        max_retention=most * DAY if most else FOREVER,
    )


def _may_be_air_gapped(vault: Vault) -> bool:
    """Whether nothing that is known of a vault speaks against it: its type, a removable lock, a key (facts 4.1)."""
    removable = vault.lock in {"none", "governance"}
    return vault.type is UNKNOWN and not removable and vault.key != "aws_managed"


def _agreed(values: Iterable[T | None]) -> Known[T]:
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else UNKNOWN

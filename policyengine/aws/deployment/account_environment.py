"""The vaults of an account by name and Region, and its roles, as far as the snapshot has them.

A vault is *absent* where a search did not list it, *unknown* where there was no search (interface.md section 2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from msgspec.structs import replace

from policyengine.aws.arns import ACCOUNT
from policyengine.aws.deployment.plans import DAY, FOREVER, UNKNOWN, Minutes, OrUnknown
from policyengine.aws.deployment.service_opt_in import OptIn
from policyengine.base.records import Record

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Lock

_T = TypeVar("_T")


OWN = ACCOUNT
"""Stands for the account that runs the plan, in AWS's ARNs and in `Vault.account`."""

LockMode = Literal["none", "governance", "compliance"]
VaultType = Literal["standard", "air_gapped"]
KeyKind = Literal["aws_managed", "customer", "aws_owned"]


class DeployedVault(Record, eq=False, weakref=True):
    """The facts about the vault of a name in an account and a Region.

    Where `exists` is not True all others are unknown. `lock` is what holds at the moment of judging: a compliance lock
    that can still be removed is `governance`, and `compliance` from the day `changeable_until` on (facts 4.2.1).
    `min_retention` is 0 and `max_retention` `FOREVER` where the lock sets no such bound; those of an air-gapped vault
    are unknown then, since it always has both (facts 4.1). `namesakes` are the vaults there whose names differ in case
    only; `listed` says that the snapshot has the name, though not in which account or Region.
    """

    name: str
    region: str
    account: str
    exists: OrUnknown[bool]
    lock: OrUnknown[LockMode] = UNKNOWN
    min_retention: OrUnknown[Minutes] = UNKNOWN
    max_retention: OrUnknown[Minutes] = UNKNOWN
    type: OrUnknown[VaultType] = UNKNOWN
    key: OrUnknown[KeyKind] = UNKNOWN
    changeable_until: date | None = None
    namesakes: tuple[str, ...] = ()
    listed: bool = False


class VaultFacts(NamedTuple):
    """A vault as the snapshot lists it, without its accounts; `placed` is false where it lists none.

    The lock has a `changeable_until` only where it can still be removed.
    """

    name: str
    regions: tuple[str, ...] | None
    type: VaultType | None
    lock: Lock | Literal["none"] | None
    key: KeyKind | None
    placed: bool


class AccountEnvironment:
    """The vaults and roles of an account; the same object for all accounts whose vaults and roles are equal.

    `vaults` and `roles` (each name with whether it certainly exists) are None where the snapshot has no list of them.
    `searched` is false where the account was not searched for vaults, `regions` are those that were searched, None for
    all; `roles_searched` is false where it was not searched for roles.
    `opt_in` is the management account's.
    """

    def __init__(  # noqa: PLR0913 - environments are equal where these are
        self,
        vaults: Iterable[VaultFacts] | None,
        roles: Mapping[str, bool] | None,
        *,
        searched: bool,
        roles_searched: bool,
        regions: tuple[str, ...] | None,
        opt_in: OptIn,
    ) -> None:
        self.opt_in = opt_in
        self._roles, self._roles_searched = roles, roles_searched
        self._searched, self._regions = searched, regions
        self._lists_vaults = searched and vaults is not None
        self._by_folded_name: dict[str, list[VaultFacts]] = {}
        for facts in sorted(vaults or (), key=lambda facts: facts.name):
            self._by_folded_name.setdefault(facts.name.casefold(), []).append(facts)
        # An environment outlives the plans of a session's many runs: a vault stays as long as a plan has it.
        self._vaults: WeakValueDictionary[tuple[str, str, str], DeployedVault] = WeakValueDictionary()
        self._air_gapped: WeakKeyDictionary[DeployedVault, DeployedVault] = WeakKeyDictionary()

    def vault(self, name: str, region: str, account: str = OWN) -> DeployedVault:
        """The vault of a name in a Region of this account; `account` is its id on the result."""
        key = (name, region, account)
        vault = self._vaults.get(key)
        if vault is None:
            vault = self._vaults[key] = self._look_up(name, region, account)
        return vault

    def air_gapped_vault(self, name: str, region: str) -> DeployedVault:
        """The air-gapped vault of a name in a Region: absent if it is of another type, unknown if its type is."""
        vault = self.vault(name, region)
        if vault.exists is not True or vault.type == "air_gapped":
            return vault
        if vault not in self._air_gapped:
            exists: OrUnknown[bool] = UNKNOWN if _may_be_air_gapped(vault) else False
            self._air_gapped[vault] = DeployedVault(name, region, OWN, exists=exists)
        return self._air_gapped[vault]

    def has_role(self, path: str) -> OrUnknown[bool]:
        """Whether an IAM role of a path and a name exists, written as in an ARN: `service-role/Backup`.

        A name alone has the path `/`. `/team/Backup`, as it stands in an ARN after `role/`, has the path `//team/`.
        """
        if self._roles is None:
            return UNKNOWN
        if path in self._roles:
            return self._roles[path] or UNKNOWN
        return False if self._roles_searched else UNKNOWN

    def _look_up(self, name: str, region: str, account: str) -> DeployedVault:
        namesakes_too = self._by_folded_name.get(name.casefold(), ())
        here = [facts for facts in namesakes_too if facts.regions is None or region in facts.regions]
        named = [facts for facts in here if facts.name == name]
        if sure := [facts for facts in named if facts.placed and facts.regions is not None]:
            return _described(name, region, account, sure)
        searched = self._lists_vaults and (self._regions is None or region in self._regions)
        namesakes = tuple(dict.fromkeys(facts.name for facts in here if facts.name != name))
        exists: OrUnknown[bool] = UNKNOWN if named or not searched else False
        return DeployedVault(name, region, account, exists=exists, namesakes=namesakes, listed=bool(named))


def _described(name: str, region: str, account: str, facts: list[VaultFacts]) -> DeployedVault:
    """The vault of several entries of a snapshot: what one of them leaves out another has.

    Snapshots in which two entries contradict each other are refused (`organization/vault_entries.py`).
    """
    kind: OrUnknown[VaultType] = _agreed([fact.type for fact in facts])
    key: OrUnknown[KeyKind] = _agreed([fact.key for fact in facts])
    unlocked = DeployedVault(name, region, account, exists=True, type=kind, key=key)
    vault = _locked(unlocked, [fact.lock for fact in facts])
    if vault.type != "air_gapped":
        return vault
    least: OrUnknown[Minutes] = vault.min_retention or UNKNOWN
    most: OrUnknown[Minutes] = UNKNOWN if vault.max_retention == FOREVER else vault.max_retention
    # Locked for good from its creation on (facts 4.1).
    return replace(vault, lock="compliance", changeable_until=None, min_retention=least, max_retention=most)


def _locked(vault: DeployedVault, stated: Iterable[Lock | Literal["none"] | None]) -> DeployedVault:
    """The vault with the facts of its lock, of which entries state a part each."""
    locks = {lock for lock in stated if lock is not None}
    if locks == {"none"}:
        return replace(vault, lock="none", min_retention=0, max_retention=FOREVER)
    parts = [lock for lock in locks if lock != "none"]
    mode: OrUnknown[LockMode] = _agreed(lock.mode for lock in parts)
    if mode is UNKNOWN or len(parts) < len(locks):
        return vault
    until: OrUnknown[date] = _agreed(lock.changeable_until for lock in parts)
    least, most = {lock.min_retention_days for lock in parts}, {lock.max_retention_days for lock in parts}
    # Only of an air-gapped vault, which always has both, may one entry have a bound that another leaves out.
    is_air_gapped = len(least) > 1 or len(most) > 1
    locked = replace(
        vault,
        lock=mode if until is UNKNOWN else "governance",
        changeable_until=None if until is UNKNOWN else until,
        min_retention=_days(least, UNKNOWN if is_air_gapped else 0),
        max_retention=_days(most, UNKNOWN if is_air_gapped else FOREVER),
    )
    return vault if is_air_gapped and locked.type != "air_gapped" and not _may_be_air_gapped(locked) else locked


def _days(stated: Collection[int | None], absent: OrUnknown[Minutes]) -> OrUnknown[Minutes]:
    """A bound of which entries state the days."""
    return _agreed(days and days * DAY for days in stated) if any(stated) else absent


def _may_be_air_gapped(vault: DeployedVault) -> bool:
    """Whether a vault may be air-gapped by its type, lock and key, as far as these are known (facts 4.1)."""
    removable = vault.lock in {"none", "governance"}
    return vault.type is UNKNOWN and not removable and vault.key != "aws_managed"


def _agreed(values: Iterable[_T | None]) -> OrUnknown[_T]:
    distinct = {value for value in values if value is not None}
    return distinct.pop() if len(distinct) == 1 else UNKNOWN

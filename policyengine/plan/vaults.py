"""What is in an account: its vaults by name and Region, and its roles, as far as the snapshot tells.

A vault is *absent* where somebody looked and did not find it, *unknown* where nobody looked (interface.md section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from policyengine.plan.known import DAY, FOREVER, UNKNOWN, Known, Minutes, T
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

    Where `exists` is not True nothing else is known. `min_retention` is 0 and `max_retention` `FOREVER` where the lock
    sets no such bound. `namesakes` are the vaults there whose names differ in case only; `listed` says that the
    snapshot has the name, though not whose or where it is.
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
    namesakes: tuple[str, ...] = ()
    listed: bool = False


class VaultFacts(NamedTuple):
    """A vault as the snapshot lists it, without its accounts; `placed` is false where it does not say whose it is."""

    name: str
    regions: tuple[str, ...] | None
    type: VaultType | None
    lock: Lock | Literal["none"] | None
    key: KeyKind | None
    placed: bool


class Surroundings:
    """The vaults and roles of an account; one object for all accounts of which the snapshot says the same.

    `vaults` and `roles` (each name with whether it is surely there) are None where nobody looked for any. `looked` is
    false where nobody looked at this account, `regions` are those that were looked at, None for all.
    """

    def __init__(
        self,
        vaults: Iterable[VaultFacts] | None,
        roles: Mapping[str, bool] | None,
        *,
        looked: bool,
        regions: tuple[str, ...] | None,
    ) -> None:
        self._roles, self._looked, self._regions = roles, looked, regions
        self._searched = looked and vaults is not None
        self._alike: dict[str, list[VaultFacts]] = {}
        for facts in sorted(vaults or (), key=lambda facts: facts.name):
            self._alike.setdefault(facts.name.casefold(), []).append(facts)
        self._known: dict[tuple[str, str, str], Vault] = {}

    def vault(self, name: str, region: str, account: str = OWN) -> Vault:
        """The vault of a name in a Region; `account` is only noted on it."""
        key = (name, region, account)
        if key not in self._known:
            self._known[key] = self._look_up(name, region, account)
        return self._known[key]

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
    kind: Known[VaultType] = _agreed([fact.type for fact in facts])
    locks: list[Lock | Literal["none"] | None] = [fact.lock for fact in facts]
    mode, least, most = _lock(_agreed(locks))
    if kind == "air_gapped":
        mode = "compliance"  # from its creation on (facts 4.1)
    key: Known[KeyKind] = _agreed([fact.key for fact in facts])
    return Vault(
        name, region, account, exists=True, lock=mode, min_retention=least, max_retention=most, type=kind, key=key
    )


def _lock(lock: Known[Lock | Literal["none"]]) -> tuple[Known[LockMode], Known[Minutes], Known[Minutes]]:
    """The mode of a lock, and its bounds."""
    if lock is UNKNOWN:
        return UNKNOWN, UNKNOWN, UNKNOWN
    if lock == "none":
        return "none", 0, FOREVER
    least, most = lock.min_retention_days, lock.max_retention_days
    return lock.mode, (least or 0) * DAY, most * DAY if most else FOREVER


def _agreed(values: Iterable[T | None]) -> Known[T]:
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else UNKNOWN

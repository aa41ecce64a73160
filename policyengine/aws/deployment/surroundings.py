"""The vaults of an account by name and Region, and its roles, as far as the snapshot has them.

A vault is *absent* where a search did not list it, *unknown* where there was no search (interface.md section 2).

Also the inventory, which has the vaults and roles of all accounts, and the service opt-in of the management account,
which decides what resource types selections reach in a Region (facts 2.3).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from policyengine.aws.arns import ACCOUNT, role_path
from policyengine.aws.deployment.plans import DAY, FOREVER, UNKNOWN, Minutes, OrUnknown, Reach, Selection, T
from policyengine.aws.facts import resource_features, resource_types
from policyengine.aws.organization import Entity, Organization
from policyengine.base.records import entity

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Lock, Role, Scope
    from policyengine.aws.snapshot.shapes import Vault as ListedVault


class OptIn:
    """The services that are opted in, in AWS's names by Region; a Region that is missing is unknown.

    It decides for every plan of a policy; the opt-in of the account that has the plan does not count (facts 2.3.2).
    """

    def __init__(self, services: Mapping[str, Iterable[str]]) -> None:
        self._on = {region: frozenset(name.casefold() for name in names) for region, names in services.items()}

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions whose opt-in is known."""
        return tuple(self._on)

    def reached(self, reach: Reach, region: str) -> tuple[str, ...]:
        """The types that selections reach in a Region, in the order of the catalogue."""
        return self.reached_by(reach.selections, (region,)) if region in self._on else reach.types

    def reached_by(self, selections: Collection[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """The types that selections reach in each of some Regions; None stands for all whose opt-in is known."""
        where = self._on if regions is None else [region for region in regions if region in self._on]
        by_region = [
            {kind for choice in selections for kind in choice.reach if _is_reached(choice, kind, self._on[region])}
            for region in where
        ] or [{kind for choice in selections for kind in choice.reach}]
        return tuple(kind for kind in resource_types("aws") if all(kind in reached for reached in by_region))

    def has(self, kind: str, services: Collection[str] | None, region: str) -> OrUnknown[bool]:
        """Whether a type is opted in to in a Region by any of AWS's names of it; None where these are not confirmed.

        Unknown where the Region's opt-in is, or where no service of a similar name is on.
        """
        on = self._on.get(region)
        if on is None:
            return UNKNOWN
        if services is not None:
            return any(service.casefold() in on for service in services)
        return any(_may_mean(name, kind) for name in on) or UNKNOWN

    def has_continuous(self, types: Iterable[str], region: str) -> bool:
        """Whether any of the types reached in a Region has continuous backup (facts 1.4.1)."""
        on = self._on.get(region)
        return any(_is_continuous(kind, on) for kind in types)


def _is_reached(selection: Selection, kind: str, on: Collection[str]) -> bool:
    """A selection that names a type overrides the opt-in, but not for types that share an ARN (facts 2.3.3)."""
    features = resource_features().get(kind)
    if features is None or (selection.names_types and not features.opt_in_always):
        return True
    if features.opt_in is None:  # the name is not confirmed: `Aurora DSQL`, most likely
        return any(_may_mean(name, kind) for name in on)
    return any(service.casefold() in on for service in features.opt_in)


def _may_mean(service: str, kind: str) -> bool:
    return service.replace(" ", "").endswith(kind.casefold())


def _is_continuous(kind: str, on: Collection[str] | None) -> bool:
    """Of services that share an ARN only the one with the name of the type has it: Aurora."""
    features = resource_features().get(kind)
    if features is None or features.continuous in {"no", "unknown"}:
        return False
    return features.continuous == "yes" or on is None or kind.casefold() in on


OWN = ACCOUNT
"""Stands for the account that runs the plan, in AWS's ARNs and in `Vault.account`."""

LockMode = Literal["none", "governance", "compliance"]
VaultType = Literal["standard", "air_gapped"]
KeyKind = Literal["aws_managed", "customer", "aws_owned"]


class _WeaklyHeld:
    """Lets a record with slots be the value of a weak dictionary."""

    __slots__ = ("__weakref__",)


@entity
class DeployedVault(_WeaklyHeld):
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


class Surroundings:
    """The vaults and roles of an account; the same object for all accounts whose vaults and roles are equal.

    `vaults` and `roles` (each name with whether it certainly exists) are None where the snapshot has no list of them.
    `searched` is false where the account was not searched for vaults, `regions` are those that were searched, None for
    all; `roles_searched` is false where it was not searched for roles.
    `opt_in` is the management account's.
    """

    def __init__(  # noqa: PLR0913 - surroundings are equal where these are
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
        # Surroundings outlive the plans of a session's many runs: a vault stays as long as a plan has it.
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
        sure = self._roles.get(path)
        return True if sure else UNKNOWN if sure is False or not self._roles_searched else False

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
    """The vault of several entries of a snapshot; facts in which they differ are unknown."""
    locks: list[Lock | Literal["none"] | None] = [fact.lock for fact in facts]
    kind: OrUnknown[VaultType] = _agreed([fact.type for fact in facts])
    key: OrUnknown[KeyKind] = _agreed([fact.key for fact in facts])
    lock: OrUnknown[Lock | Literal["none"]] = _agreed(locks)
    vault = _locked(DeployedVault(name, region, account, exists=True, type=kind, key=key), lock)
    if vault.type != "air_gapped":
        return vault
    least: OrUnknown[Minutes] = vault.min_retention or UNKNOWN
    most: OrUnknown[Minutes] = UNKNOWN if vault.max_retention == FOREVER else vault.max_retention
    # Locked for good from its creation on (facts 4.1).
    return replace(vault, lock="compliance", changeable_until=None, min_retention=least, max_retention=most)


def _locked(vault: DeployedVault, lock: OrUnknown[Lock | Literal["none"]]) -> DeployedVault:
    """The vault with the facts of its lock."""
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


def _may_be_air_gapped(vault: DeployedVault) -> bool:
    """Whether a vault may be air-gapped by its type, lock and key, as far as these are known (facts 4.1)."""
    removable = vault.lock in {"none", "governance"}
    return vault.type is UNKNOWN and not removable and vault.key != "aws_managed"


def _named_in(scopes: Iterable[Scope | None]) -> frozenset[str]:
    """The accounts that scopes name by their ids."""
    return frozenset(number for scope in scopes if isinstance(scope, tuple) for number in scope)


def _agreed(values: Iterable[T | None]) -> OrUnknown[T]:
    distinct = {value for value in values if value is not None}
    return distinct.pop() if len(distinct) == 1 else UNKNOWN


V = TypeVar("V")


class NamesInUse(NamedTuple):
    """The names of vaults, folded, and of roles, as `role_path` writes them, that plans use."""

    vaults: Collection[str]
    roles: Collection[str]


class Inventory:
    """The surroundings of every account of an organization at a moment; equal ones are the same object.

    Surroundings equal to those of a `previous` inventory of the same moment are its objects. With `names` only vaults
    and roles of these names are in it, and no others may be looked up: accounts that differ in others share theirs.
    """

    def __init__(
        self,
        organization: Organization,
        at: datetime,
        previous: Inventory | None = None,
        *,
        names: NamesInUse | None = None,
    ) -> None:
        self._accounts = {account.id or "": account for account in organization.accounts}
        self._searched = organization.searched
        vaults, roles = _in_use(organization, names)
        today = at.date()
        self._vaults = None if vaults is None else _Scoped(((v.accounts, _facts(v, today)) for v in vaults), _unplaced)
        self._roles = None if roles is None else _Scoped(((r.accounts, _role(r)) for r in roles), _perhaps)
        self._distinct: dict[object, Surroundings] = {}
        self._previous = previous._distinct if previous else {}  # noqa: SLF001 - its own kind
        opt_in = (organization.settings.opt_in if organization.settings else None) or {}
        self._services = tuple((region, frozenset(names)) for region, names in sorted(opt_in.items()))
        self._opt_in = OptIn(opt_in)
        self._below: dict[Entity | None, Surroundings] = {}
        self._searched_roles = organization.searched_roles
        searched = self._searched.accounts if self._searched else None
        scopes = (*(vault.accounts for vault in vaults or ()), *(role.accounts for role in roles or ()))
        self._named = _named_in((searched, self._searched_roles, *scopes))

    def __contains__(self, account_id: str) -> bool:
        """Whether the organization has an account of this id."""
        return account_id in self._accounts

    def of(self, account: Entity) -> Surroundings:
        """The surroundings of an account; accounts directly below a unit whose ids no scope names share them.

        An account without an id does not exist yet: vaults and roles that are listed for ids are unknown for it.
        """
        if account.id is None or account.id in self._named:
            return self._of(account)
        if account.parent not in self._below:
            self._below[account.parent] = self._of(account)
        return self._below[account.parent]

    def of_id(self, account_id: str) -> Surroundings:
        """The surroundings of an account by id; outside the organization from entries for that id or for no account."""
        account = self._accounts.get(account_id)
        if account:
            return self.of(account)
        listed = self._searched.accounts if self._searched else None
        return self._surroundings(
            account_id,
            None,
            searched=_lists(listed, account_id),
            roles_searched=_lists(self._searched_roles, account_id),
        )

    def _of(self, account: Entity) -> Surroundings:
        units = tuple(entity.path for entity in account.chain if entity.kind == "ou")
        number, listed = account.id or "", self._searched.accounts if self._searched else None
        return self._surroundings(
            number,
            units,
            searched=listed is None or _covers(listed, number, units),
            roles_searched=self._searched_roles is None or _covers(self._searched_roles, number, units),
        )

    def _surroundings(
        self, account_id: str, units: tuple[str, ...] | None, *, searched: bool, roles_searched: bool
    ) -> Surroundings:
        vaults = None if self._vaults is None else self._vaults.of(account_id, units)
        roles = None if self._roles is None else self._roles.of(account_id, units)
        regions = self._searched.regions if self._searched else None
        key = (vaults, roles, searched, roles_searched, regions, self._services)
        if key not in self._distinct:
            by_name = None if roles is None else dict(sorted(roles))
            self._distinct[key] = self._previous.get(key) or Surroundings(
                vaults,
                by_name,
                searched=searched,
                roles_searched=roles_searched,
                regions=regions,
                opt_in=self._opt_in,
            )
        return self._distinct[key]


def _in_use(
    organization: Organization, names: NamesInUse | None
) -> tuple[tuple[ListedVault, ...] | None, tuple[Role, ...] | None]:
    """The listed vaults and roles of some names, None for all names; None where the snapshot has no list."""
    vaults, roles = organization.vaults, organization.roles
    if names and vaults is not None:
        vaults = tuple(vault for vault in vaults if vault.name.casefold() in names.vaults)
    if names and roles is not None:
        roles = tuple(role for role in roles if role_path(role.name) in names.roles)
    return vaults, roles


class _Scoped(Generic[V]):
    """Values by the accounts of their scope."""

    def __init__(self, values: Iterable[tuple[Scope | None, V]], doubted: Callable[[V], V]) -> None:
        self._doubted = doubted
        self._somewhere: list[V] = []
        self._everywhere: list[V] = []
        self._by_unit: dict[str, list[V]] = {}
        self._by_id: dict[str, list[V]] = {}
        self._shared: dict[tuple[str, ...], frozenset[V]] = {}
        for scope, value in values:
            for place in self._places(scope):
                place.append(value)

    def of(self, account_id: str, units: tuple[str, ...] | None) -> frozenset[V]:
        """The values whose scope may cover an account in some units; `units` is None outside the organization.

        For an account without an id, which does not exist yet, values of other ids are in doubt.
        """
        own = self._by_id.get(account_id, ()) if account_id else self._in_doubt
        if units is None:
            return frozenset([*self._somewhere, *own])
        if units not in self._shared:
            below = [value for unit in units for value in self._by_unit.get(unit, ())]
            self._shared[units] = frozenset([*self._everywhere, *below])
        return self._shared[units].union(own) if own else self._shared[units]

    @cached_property
    def _in_doubt(self) -> tuple[V, ...]:
        return tuple(self._doubted(value) for values in self._by_id.values() for value in values)

    def _places(self, scope: Scope | None) -> list[list[V]]:
        if scope is None:
            return [self._somewhere, self._everywhere]
        if scope == "*":
            return [self._everywhere]
        if isinstance(scope, tuple):
            return [self._by_id.setdefault(number, []) for number in scope]
        return [self._by_unit.setdefault(scope.ou, [])]


def _facts(vault: ListedVault, today: date) -> VaultFacts:
    kind = "air_gapped" if vault.type == "logically_air_gapped" else vault.type
    lock = _lock_on(today, vault.lock)
    return VaultFacts(vault.name, vault.regions, kind, lock, vault.key, vault.accounts is not None)


def _lock_on(today: date, lock: Lock | Literal["none"] | None) -> Lock | Literal["none"] | None:
    """A lock without the day on which it becomes permanent, once that day has come."""
    if lock is None or lock == "none" or lock.changeable_until is None or today < lock.changeable_until:
        return lock
    return lock.model_copy(update={"changeable_until": None})


def _unplaced(vault: VaultFacts) -> VaultFacts:
    return vault._replace(placed=False)


def _role(role: Role) -> tuple[str, bool]:
    """The path of a role, and whether the snapshot lists its accounts."""
    return role_path(role.name), role.accounts is not None


def _perhaps(role: tuple[str, bool]) -> tuple[str, bool]:
    return role[0], False


def _lists(scope: Scope | None, account_id: str) -> bool:
    """Whether a scope names an account that is outside the organization."""
    return isinstance(scope, tuple) and account_id in scope


def _covers(scope: Scope, account_id: str, units: tuple[str, ...]) -> bool:
    if isinstance(scope, tuple):
        return account_id in scope
    return scope == "*" or scope.ou in units

"""The vaults and roles of all accounts of an organization, by the accounts and units that a snapshot lists them for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from policyengine.aws.access_policies import NO_POLICY, AccessPolicy, read_access_policy
from policyengine.aws.arns import role_path
from policyengine.aws.deployment.account_environment import AccountEnvironment, VaultFacts
from policyengine.aws.deployment.plans import UNKNOWN, OrUnknown
from policyengine.aws.deployment.service_opt_in import OptIn
from policyengine.aws.documents import Json
from policyengine.aws.organization import Entity, Organization
from policyengine.base.records import Record

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Lock, Role, Scope, Vault

V = TypeVar("V")


class NamesInUse(NamedTuple):
    """The names of vaults, folded, and of roles, as `role_path` writes them, that plans use."""

    vaults: Collection[str]
    roles: Collection[str]


class EnvironmentsByAccount:
    """The environment of every account of an organization at a moment; equal ones are the same object.

    Environments that equal those of `previous`, of the same moment, are its objects. With `names` only vaults and roles
    of these names are in them, and no others may be looked up: accounts that differ in others share theirs.
    """

    def __init__(
        self,
        organization: Organization,
        at: datetime,
        previous: EnvironmentsByAccount | None = None,
        *,
        names: NamesInUse | None = None,
    ) -> None:
        self._accounts = {account.id or "": account for account in organization.accounts}
        self._searched = organization.searched
        vaults, roles = _in_use(organization, names)
        today = at.date()
        self._vaults = None if vaults is None else _Scoped(((v.accounts, _facts(v, today)) for v in vaults), _unplaced)
        self._roles = None if roles is None else _Scoped(((r.accounts, _role(r)) for r in roles), _unplaced_role)
        self._policies = _policies_by_vault(vaults or ())
        self._distinct: dict[object, AccountEnvironment] = {}
        self._previous = previous._distinct if previous else {}  # noqa: SLF001 - its own kind
        opt_in = (organization.settings.opt_in if organization.settings else None) or {}
        self._services = tuple((region, frozenset(names)) for region, names in sorted(opt_in.items()))
        self._opt_in = OptIn(opt_in)
        self._below: dict[Entity | None, AccountEnvironment] = {}
        self._searched_roles = organization.searched_roles
        searched = self._searched.accounts if self._searched else None
        scopes = (*(vault.accounts for vault in vaults or ()), *(role.accounts for role in roles or ()))
        self._named = _named_in((searched, self._searched_roles, *scopes))

    def __contains__(self, account_id: str) -> bool:
        """Whether the organization has an account of this id."""
        return account_id in self._accounts

    def of(self, account: Entity) -> AccountEnvironment:
        """The environment of an account; accounts directly below a unit whose ids no scope names share it.

        An account without an id does not exist yet: vaults and roles that are listed for ids are unknown for it.
        """
        if account.id is None or account.id in self._named:
            return self._of(account)
        if account.parent not in self._below:
            self._below[account.parent] = self._of(account)
        return self._below[account.parent]

    def of_id(self, account_id: str) -> AccountEnvironment:
        """The environment of an account by id; outside the organization from entries for that id or for no account."""
        account = self._accounts.get(account_id)
        if account:
            return self.of(account)
        listed = self._searched.accounts if self._searched else None
        return self._environment(
            account_id,
            None,
            searched=_lists(listed, account_id),
            roles_searched=_lists(self._searched_roles, account_id),
        )

    @property
    def has_access_policies(self) -> bool:
        """Whether the snapshot has the access policy of any vault, `none` included: then somebody looked them up."""
        return bool(self._policies)

    def knows_policies_of(self, vault: str) -> bool:
        """Whether the snapshot has the access policy of any vault of a name."""
        return vault in self._policies

    def access_policy(self, account_id: str, vault: str, region: str) -> OrUnknown[AccessPolicy]:
        """The access policy of a vault of an account, `NO_POLICY` where the snapshot says that it has none.

        It is no part of environments: few plans depend on it, and in many organizations each account has its own.
        """
        if not self.knows_policies_of(vault):
            return UNKNOWN
        account = self._accounts.get(account_id)
        stored = self._policies[vault].of(account_id, _units(account) if account else None)
        return _agreed_policy([one.policy for one in stored if region in one.regions])

    def _of(self, account: Entity) -> AccountEnvironment:
        units = _units(account)
        number, listed = account.id or "", self._searched.accounts if self._searched else None
        return self._environment(
            number,
            units,
            searched=listed is None or _covers(listed, number, units),
            roles_searched=self._searched_roles is None or _covers(self._searched_roles, number, units),
        )

    def _environment(
        self, account_id: str, units: tuple[str, ...] | None, *, searched: bool, roles_searched: bool
    ) -> AccountEnvironment:
        vaults = None if self._vaults is None else self._vaults.of(account_id, units)
        roles = None if self._roles is None else self._roles.of(account_id, units)
        regions = self._searched.regions if self._searched else None
        key = (vaults, roles, searched, roles_searched, regions, self._services)
        if key not in self._distinct:
            by_name = None if roles is None else dict(sorted(roles))
            self._distinct[key] = self._previous.get(key) or AccountEnvironment(
                vaults,
                by_name,
                searched=searched,
                roles_searched=roles_searched,
                regions=regions,
                opt_in=self._opt_in,
            )
        return self._distinct[key]


class _StoredPolicy(Record, eq=False, dict=True):
    """The access policy of a vault in some Regions, as the snapshot has it; read when first needed."""

    regions: frozenset[str]
    document: Json

    @cached_property
    def policy(self) -> AccessPolicy | None:
        """None where it cannot be read."""
        return NO_POLICY if self.document == "none" else read_access_policy(self.document)


def _policies_by_vault(vaults: Iterable[Vault]) -> Mapping[str, _Scoped[_StoredPolicy]]:
    """The access policies of vaults, by name, for the accounts that surely have the vaults."""
    by_name: dict[str, list[tuple[Scope | None, _StoredPolicy]]] = {}
    for vault in vaults:
        if vault.policy is not None and vault.accounts is not None and vault.regions is not None:
            stored = _StoredPolicy(frozenset(vault.regions), vault.policy)
            by_name.setdefault(vault.name, []).append((vault.accounts, stored))
    return {name: _Scoped(stored, _nowhere) for name, stored in by_name.items()}


def _agreed_policy(policies: Sequence[AccessPolicy | None]) -> OrUnknown[AccessPolicy]:
    """The policy that all entries of a vault have; unknown where one cannot be read, or they differ."""
    first, *others = policies or [None]
    if first is None or any(one is None or one.statements != first.statements for one in others):
        return UNKNOWN
    return first


def _nowhere(stored: _StoredPolicy) -> _StoredPolicy:
    """The policy of a vault that an account may have or not."""
    return _StoredPolicy(frozenset(), stored.document)


def _units(account: Entity) -> tuple[str, ...]:
    """The paths of the units around an account."""
    return tuple(entity.path for entity in account.chain if entity.kind == "ou")


def _in_use(
    organization: Organization, names: NamesInUse | None
) -> tuple[tuple[Vault, ...] | None, tuple[Role, ...] | None]:
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


def _facts(vault: Vault, today: date) -> VaultFacts:
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


def _unplaced_role(role: tuple[str, bool]) -> tuple[str, bool]:
    return role[0], False


def _lists(scope: Scope | None, account_id: str) -> bool:
    """Whether a scope names an account that is outside the organization."""
    return isinstance(scope, tuple) and account_id in scope


def _covers(scope: Scope, account_id: str, units: tuple[str, ...]) -> bool:
    if isinstance(scope, tuple):
        return account_id in scope
    return scope == "*" or scope.ou in units


def _named_in(scopes: Iterable[Scope | None]) -> frozenset[str]:
    """The accounts that scopes name by their ids."""
    return frozenset(number for scope in scopes if isinstance(scope, tuple) for number in scope)

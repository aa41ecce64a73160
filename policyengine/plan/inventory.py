"""The snapshot's vaults and roles, by the accounts that they are said of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from policyengine.organization.tree import Entity, Organization
from policyengine.plan.services import OptIn
from policyengine.plan.vaults import Surroundings, VaultFacts, role_path

if TYPE_CHECKING:
    from policyengine.model.shapes import Lock, Role, Scope, Vault

V = TypeVar("V")


class Inventory:
    """The surroundings of every account of an organization at a moment; accounts of which the same is said share one.

    So do accounts of which a `previous` inventory of the same moment says the same.
    """

    def __init__(self, organization: Organization, at: datetime, previous: Inventory | None = None) -> None:
        self._accounts = {account.id or "": account for account in organization.accounts}
        self._searched = organization.searched
        vaults, roles = organization.vaults, organization.roles
        today = at.date()
        self._vaults = None if vaults is None else _Scoped(((v.accounts, _facts(v, today)) for v in vaults), _unplaced)
        self._roles = None if roles is None else _Scoped(((r.accounts, _role(r)) for r in roles), _perhaps)
        self._known: dict[object, Surroundings] = previous._known if previous else {}  # noqa: SLF001 - its own kind
        opt_in = (organization.settings.opt_in if organization.settings else None) or {}
        self._services = tuple((region, frozenset(names)) for region, names in sorted(opt_in.items()))
        self._opt_in = OptIn(opt_in)
        self._below: dict[Entity | None, Surroundings] = {}
        searched = self._searched.accounts if self._searched else None
        scopes = [searched, *(vault.accounts for vault in vaults or ()), *(role.accounts for role in roles or ())]
        self._named = frozenset(number for scope in scopes if isinstance(scope, tuple) for number in scope)

    def __contains__(self, number: str) -> bool:
        """Whether an account of this id belongs to the organization."""
        return number in self._accounts

    def of(self, account: Entity) -> Surroundings:
        """The surroundings of an account; the same for all below a unit whose ids the snapshot does not name.

        An account without an id is created later: what is said of others by their ids it may get as well.
        """
        if account.id is None or account.id in self._named:
            return self._of(account)
        if account.parent not in self._below:
            self._below[account.parent] = self._of(account)
        return self._below[account.parent]

    def of_id(self, number: str) -> Surroundings:
        """The surroundings of an account by id; outside the organization only what may be said of that very id."""
        account = self._accounts.get(number)
        if account:
            return self.of(account)
        listed = self._searched.accounts if self._searched else None
        return self._surroundings(number, None, looked=isinstance(listed, tuple) and number in listed)

    def _of(self, account: Entity) -> Surroundings:
        units = tuple(entity.path for entity in account.chain if entity.kind == "ou")
        searched = self._searched
        looked = searched is None or searched.accounts is None or _covers(searched.accounts, account.id or "", units)
        return self._surroundings(account.id or "", units, looked=looked)

    def _surroundings(self, number: str, units: tuple[str, ...] | None, *, looked: bool) -> Surroundings:
        vaults = None if self._vaults is None else self._vaults.of(number, units)
        roles = None if self._roles is None else self._roles.of(number, units)
        regions = self._searched.regions if self._searched else None
        key = (vaults, roles, looked, regions, self._services)
        if key not in self._known:
            by_name = None if roles is None else dict(sorted(roles))
            self._known[key] = Surroundings(vaults, by_name, looked=looked, regions=regions, opt_in=self._opt_in)
        return self._known[key]


class _Scoped(Generic[V]):
    """Values by the accounts that they are said of."""

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

    def of(self, number: str, units: tuple[str, ...] | None) -> frozenset[V]:
        """Everything that may be said of an account below these units; None for one outside the organization.

        Of an account without a number, which is not there yet, what others are said to have is in doubt.
        """
        own = self._by_id.get(number, ()) if number else self._in_doubt
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
    """A lock without the day from which on nobody can remove it, once that day has come."""
    if lock is None or lock == "none" or lock.changeable_until is None or today < lock.changeable_until:
        return lock
    return lock.model_copy(update={"changeable_until": None})


def _unplaced(vault: VaultFacts) -> VaultFacts:
    return vault._replace(placed=False)


def _role(role: Role) -> tuple[str, bool]:
    """The path of a role, and whether somebody says in which accounts it is."""
    return role_path(role.name), role.accounts is not None


def _perhaps(role: tuple[str, bool]) -> tuple[str, bool]:
    return role[0], False


def _covers(scope: Scope, number: str, units: tuple[str, ...]) -> bool:
    if isinstance(scope, tuple):
        return number in scope
    return scope == "*" or scope.ou in units

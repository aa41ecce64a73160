"""The snapshot's vaults and roles, by the accounts that they are said of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from policyengine.organization.tree import Entity, Organization
from policyengine.plan.vaults import Surroundings, VaultFacts, role_path

if TYPE_CHECKING:
    from policyengine.model.shapes import Scope, Vault

V = TypeVar("V")


class Inventory:
    """The surroundings of every account of an organization; accounts of which the same is said share one object.

    So do accounts of which a `previous` inventory says the same.
    """

    def __init__(self, organization: Organization, previous: Inventory | None = None) -> None:
        self._accounts = {account.id or "": account for account in organization.accounts}
        self._searched = organization.searched
        vaults, roles = organization.vaults, organization.roles
        self._vaults = None if vaults is None else _Scoped((vault.accounts, _facts(vault)) for vault in vaults)
        named = [(role.accounts, (role_path(role.name), role.accounts is not None)) for role in roles or ()]
        self._roles = None if roles is None else _Scoped(named)
        self._known: dict[object, Surroundings] = previous._known if previous else {}  # noqa: SLF001 - its own kind

        self._below: dict[Entity | None, Surroundings] = {}
        searched = self._searched.accounts if self._searched else None
        scopes = [searched, *(vault.accounts for vault in vaults or ()), *(role.accounts for role in roles or ())]
        self._named = frozenset(number for scope in scopes if isinstance(scope, tuple) for number in scope)

    def __contains__(self, number: str) -> bool:
        """Whether an account of this id belongs to the organization."""
        return number in self._accounts

    def of(self, account: Entity) -> Surroundings:
        """The surroundings of an account; the same for all below a unit whose ids the snapshot does not name."""
        if account.id in self._named:
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
        key = (vaults, roles, looked, regions)
        if key not in self._known:
            by_name = None if roles is None else dict(sorted(roles))
            self._known[key] = Surroundings(vaults, by_name, looked=looked, regions=regions)
        return self._known[key]


class _Scoped(Generic[V]):
    """Values by the accounts that they are said of."""

    def __init__(self, values: Iterable[tuple[Scope | None, V]]) -> None:
        self._somewhere: list[V] = []
        self._everywhere: list[V] = []
        self._by_unit: dict[str, list[V]] = {}
        self._by_id: dict[str, list[V]] = {}
        self._shared: dict[tuple[str, ...], frozenset[V]] = {}
        for scope, value in values:
            for place in self._places(scope):
                place.append(value)

    def of(self, number: str, units: tuple[str, ...] | None) -> frozenset[V]:
        """Everything that may be said of an account below these units; None for one outside the organization."""
        own = self._by_id.get(number, ())
        if units is None:
            return frozenset([*self._somewhere, *own])
        if units not in self._shared:
            below = [value for unit in units for value in self._by_unit.get(unit, ())]
            self._shared[units] = frozenset([*self._everywhere, *below])
        return self._shared[units].union(own) if own else self._shared[units]

    def _places(self, scope: Scope | None) -> list[list[V]]:
        if scope is None:
            return [self._somewhere, self._everywhere]
        if scope == "*":
            return [self._everywhere]
        if isinstance(scope, tuple):
            return [self._by_id.setdefault(number, []) for number in scope]
        return [self._by_unit.setdefault(scope.ou, [])]


def _facts(vault: Vault) -> VaultFacts:
    kind = "air_gapped" if vault.type == "logically_air_gapped" else vault.type
    return VaultFacts(vault.name, vault.regions, kind, vault.lock, vault.key, vault.accounts is not None)


def _covers(scope: Scope, number: str, units: tuple[str, ...]) -> bool:
    if isinstance(scope, tuple):
        return number in scope
    return scope == "*" or scope.ou in units

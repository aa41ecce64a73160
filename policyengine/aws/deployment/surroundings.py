"""What is in an account: its vaults by name and Region, and its roles, as far as the snapshot tells.

A vault is *absent* where somebody looked and did not find it, *unknown* where nobody looked (interface.md section 2).

The snapshot's vaults and roles, by the accounts that they are said of.

The service opt-in of the management account: which resource types selections reach in a Region (facts 2.3).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from policyengine.aws.deployment.plans import DAY, FOREVER, UNKNOWN, Known, Minutes, Reach, Selection, T
from policyengine.aws.facts import resource_features, resource_types
from policyengine.aws.organization.tree import Entity, Organization
from policyengine.base.records import entity

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Lock, Role, Scope
    from policyengine.aws.snapshot.shapes import Vault as ListedVault


class OptIn:
    """The services that are switched on, in AWS's names by Region; of a Region that is not there nothing is known.

    It decides for every plan that comes from a policy, whatever the account that has the plan says (facts 2.3.2).
    """

    def __init__(self, services: Mapping[str, Iterable[str]]) -> None:
        self._on = {region: frozenset(name.casefold() for name in names) for region, names in services.items()}

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions of which something is known."""
        return tuple(self._on)

    def reached(self, reach: Reach, region: str) -> tuple[str, ...]:
        """The types that selections reach in a Region, in the order of the catalogue."""
        return self.reached_by(reach.selections, (region,)) if region in self._on else reach.types

    def reached_by(self, selections: Collection[Selection], regions: Iterable[str] | None) -> tuple[str, ...]:
        """The types that selections reach in each of these Regions, None for whatever Region."""
        where = self._on if regions is None else [region for region in regions if region in self._on]
        found = [
            {kind for found in selections for kind in found.reach if _is_reached(found, kind, self._on[region])}
            for region in where
        ] or [{kind for found in selections for kind in found.reach}]
        return tuple(kind for kind in resource_types("aws") if all(kind in reached for reached in found))

    def has_continuous(self, types: Iterable[str], region: str) -> bool:
        """Whether continuous backup does anything for one of the types that are reached in a Region (facts 1.4.1)."""
        on = self._on.get(region)
        return any(_is_continuous(kind, on) for kind in types)


def _is_reached(selection: Selection, kind: str, on: Collection[str]) -> bool:
    """A selection that names a type goes past the opt-in, but for types that share an ARN (facts 2.3.3)."""
    known = resource_features().get(kind)
    if known is None or (selection.names_types and not known.opt_in_always):
        return True
    if known.opt_in is None:  # the name is not confirmed: `Aurora DSQL`, most likely
        return any(name.replace(" ", "").endswith(kind.casefold()) for name in on)
    return any(service.casefold() in on for service in known.opt_in)


def _is_continuous(kind: str, on: Collection[str] | None) -> bool:
    """Of services that share an ARN only the one that the type is called after has it: Aurora."""
    known = resource_features().get(kind)
    if known is None or known.continuous in {"no", "unknown"}:
        return False
    return known.continuous == "yes" or on is None or kind.casefold() in on


OWN = "$account"
"""Stands for the account that runs the plan, in AWS's ARNs and in `Vault.account`."""

LockMode = Literal["none", "governance", "compliance"]
VaultType = Literal["standard", "air_gapped"]
KeyKind = Literal["aws_managed", "customer", "aws_owned"]


@entity
class DeployedVault:
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
        self._known: dict[tuple[str, str, str], DeployedVault] = {}
        self._air_gapped: dict[DeployedVault, DeployedVault] = {}

    def vault(self, name: str, region: str, account: str = OWN) -> DeployedVault:
        """The vault of a name in a Region; `account` is only noted on it."""
        key = (name, region, account)
        if key not in self._known:
            self._known[key] = self._look_up(name, region, account)
        return self._known[key]

    def air_gapped_vault(self, name: str, region: str) -> DeployedVault:
        """The air-gapped vault of a name in a Region: a vault of another type is none, of an unknown one perhaps."""
        vault = self.vault(name, region)
        if vault.exists is not True or vault.type == "air_gapped":
            return vault
        if vault not in self._air_gapped:
            exists: Known[bool] = UNKNOWN if _may_be_air_gapped(vault) else False
            self._air_gapped[vault] = DeployedVault(name, region, OWN, exists=exists)
        return self._air_gapped[vault]

    def has_role(self, path: str) -> Known[bool]:
        """Whether there is an IAM role of a path and a name, as an ARN has them: `service-role/Backup`.

        A name alone has the path `/`. `/team/Backup`, which stands in an ARN after `role/`, is of the path `//team/`.
        """
        if self._roles is None:
            return UNKNOWN
        sure = self._roles.get(path)
        return True if sure else UNKNOWN if sure is False or not self._looked else False

    def _look_up(self, name: str, region: str, account: str) -> DeployedVault:
        alike = self._alike.get(name.casefold(), ())
        here = [facts for facts in alike if facts.regions is None or region in facts.regions]
        named = [facts for facts in here if facts.name == name]
        if sure := [facts for facts in named if facts.placed and facts.regions is not None]:
            return _described(name, region, account, sure)
        looked = self._searched and (self._regions is None or region in self._regions)
        namesakes = tuple(dict.fromkeys(facts.name for facts in here if facts.name != name))
        exists: Known[bool] = UNKNOWN if named or not looked else False
        return DeployedVault(name, region, account, exists=exists, namesakes=namesakes, listed=bool(named))


def role_path(name: str) -> str:
    """The path and name that a role of the snapshot has in an ARN: the snapshot may begin a path with IAM's slash."""
    head, _, path = name.partition(":role/")
    return path if head != name else name.removeprefix("/")


def _described(name: str, region: str, account: str, facts: list[VaultFacts]) -> DeployedVault:
    """What several entries of a snapshot say of one vault; where they contradict each other nothing is known."""
    locks: list[Lock | Literal["none"] | None] = [fact.lock for fact in facts]
    kind: Known[VaultType] = _agreed([fact.type for fact in facts])
    key: Known[KeyKind] = _agreed([fact.key for fact in facts])
    lock: Known[Lock | Literal["none"]] = _agreed(locks)
    vault = _locked(DeployedVault(name, region, account, exists=True, type=kind, key=key), lock)
    if vault.type != "air_gapped":
        return vault
    least: Known[Minutes] = vault.min_retention or UNKNOWN
    most: Known[Minutes] = UNKNOWN if vault.max_retention == FOREVER else vault.max_retention
    # Locked for good from its creation on (facts 4.1).
    return replace(vault, lock="compliance", changeable_until=None, min_retention=least, max_retention=most)


def _locked(vault: DeployedVault, lock: Known[Lock | Literal["none"]]) -> DeployedVault:
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


def _may_be_air_gapped(vault: DeployedVault) -> bool:
    """Whether nothing that is known of a vault speaks against it: its type, a removable lock, a key (facts 4.1)."""
    removable = vault.lock in {"none", "governance"}
    return vault.type is UNKNOWN and not removable and vault.key != "aws_managed"


def _agreed(values: Iterable[T | None]) -> Known[T]:
    known = {value for value in values if value is not None}
    return known.pop() if len(known) == 1 else UNKNOWN


V = TypeVar("V")


class NamesInUse(NamedTuple):
    """The names of which plans ask: of vaults, folded, and of roles as `role_path` writes them."""

    vaults: Collection[str]
    roles: Collection[str]


class Inventory:
    """The surroundings of every account of an organization at a moment; accounts of which the same is said share one.

    So do accounts of which a `previous` inventory of the same moment says the same. With `asked` only vaults and roles
    of these names count, and nobody may ask for others: those of which no plan asks tell no two accounts apart.
    """

    def __init__(
        self,
        organization: Organization,
        at: datetime,
        previous: Inventory | None = None,
        *,
        asked: NamesInUse | None = None,
    ) -> None:
        self._accounts = {account.id or "": account for account in organization.accounts}
        self._searched = organization.searched
        vaults, roles = _counting(organization, asked)
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


def _counting(
    organization: Organization, asked: NamesInUse | None
) -> tuple[tuple[ListedVault, ...] | None, tuple[Role, ...] | None]:
    """The listed vaults and roles that somebody asks for; None where the snapshot lists none."""
    vaults, roles = organization.vaults, organization.roles
    if asked and vaults is not None:
        vaults = tuple(vault for vault in vaults if vault.name.casefold() in asked.vaults)
    if asked and roles is not None:
        roles = tuple(role for role in roles if role_path(role.name) in asked.roles)
    return vaults, roles


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


def _facts(vault: ListedVault, today: date) -> VaultFacts:
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

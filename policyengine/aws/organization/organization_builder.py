"""Builds the typed tree of an organization from a snapshot and a project's attachments.

Documents and entities that equal those of a previous organization are its objects, so that results for them are reused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec.structs import replace

from policyengine.aws.documents import Compiled, PolicyDocument
from policyengine.aws.organization.attachments import (
    NOTHING,
    AttachedPolicies,
    Attacher,
    ListedOrders,
    all_documents,
)
from policyengine.aws.organization.snapshot_references import list_problems, order_problems, scope_problems
from policyengine.aws.organization.snapshot_tree import AccountLeaf, Branch
from policyengine.aws.organization.survey import first_problems, survey
from policyengine.aws.organization.targets import Targets
from policyengine.aws.organization.tree import NO_TAGS, Entity, InactiveAccount, Organization
from policyengine.aws.organization.vault_entries import vault_problems
from policyengine.base.diagnostics import Outcome
from policyengine.base.errors import SnapshotError

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Snapshot
    from policyengine.aws.snapshot.shapes import Role, Scope, Searched, Vault

T = TypeVar("T", PolicyDocument, Entity)

_CONDITIONS: Mapping[str, str] = {"SUSPENDED": "suspended", "PENDING_CLOSURE": "being closed", "CLOSED": "closed"}
_OF_DOCUMENT = attrgetter(*PolicyDocument.__struct_fields__)
_OF_ENTITY = attrgetter(*Entity.__struct_fields__)


class OrganizationReuse:
    """The documents and entities of a previous organization, returned in place of equal new ones.

    An entity is equal only if its parent is, so its whole chain is.
    """

    def __init__(self, previous: Organization | None) -> None:
        self._previous = previous
        self._documents = previous.policies if previous else {}
        self._entities = {_key(entity): entity for entity in previous.entities} if previous else {}

    def document(self, document: PolicyDocument) -> PolicyDocument:
        """The previous document of the name, if every field of it is equal."""
        previous = self._documents.get(document.name)
        return previous if previous and _OF_DOCUMENT(previous) == _OF_DOCUMENT(document) else document

    def entity(self, entity: Entity) -> Entity:
        """The previous entity of the id or path, if its name, parent, tags and policies are equal."""
        previous = self._entities.get(_key(entity))
        return previous if previous and _OF_ENTITY(previous) == _OF_ENTITY(entity) else entity

    def vaults(self, vaults: tuple[Vault, ...] | None) -> tuple[Vault, ...] | None:
        """The previous vaults, if they are equal."""
        return self._previous.vaults if self._previous and self._previous.vaults == vaults else vaults

    def roles(self, roles: tuple[Role, ...] | None) -> tuple[Role, ...] | None:
        """The previous roles, if they are equal."""
        return self._previous.roles if self._previous and self._previous.roles == roles else roles


def _key(entity: Entity) -> tuple[str, str]:
    return entity.kind, entity.id or "" if entity.kind == "account" else entity.path


def attach(
    snapshot: Snapshot,
    compiled: Compiled | None = None,
    *,
    only_project: bool = False,
    previous: Organization | None = None,
) -> Outcome[Organization]:
    """The organization of a snapshot with the policies of a project attached to it.

    Per target the snapshot's list comes first, then the project's names that are not in it, in written order. With
    `only_project` the snapshot's policies and attachments do not count. Statements whose target does not resolve are
    dropped, each with a diagnostic. Documents and entities equal to those of a `previous` organization are its objects.

    Raises `SnapshotError` with every fault of the tree, of the lists of policies, of the units that vaults and roles
    name, and of vaults whose entries contradict each other.
    """
    branches, problems = survey(snapshot)
    problems = problems or [
        *first_problems(scope_problems(snapshot, branches)),
        *first_problems(vault_problems(snapshot, branches)),
    ]
    reuse = OrganizationReuse(previous)
    by_name = all_documents(snapshot, compiled, only_project=only_project)
    documents = {name: reuse.document(document) for name, document in by_name.items()}
    if not only_project:
        names = documents.keys() | (snapshot.policies or {}).keys()
        listed = list_problems(branches, names, complete=compiled is None or compiled.complete)
        problems += [*first_problems(listed), *first_problems(order_problems(snapshot, branches))]
    if problems:
        raise SnapshotError(snapshot.faults(problems))
    orders = ListedOrders(snapshot)
    placed = _placed(compiled, branches, documents, orders, use_listed=not only_project)
    builder = _Builder(documents, placed.value, reuse, orders=orders, use_listed=not only_project)
    organization = _organization(snapshot, builder.build(branches[0]), documents, reuse)
    inactive = {account.id: account for account in _inactive(branches)}
    return Outcome(replace(organization, inactive=inactive) if inactive else organization, placed.diagnostics)


def _placed(
    compiled: Compiled | None,
    branches: Sequence[Branch],
    documents: Mapping[str, PolicyDocument],
    orders: ListedOrders,
    *,
    use_listed: bool,
) -> Outcome[Mapping[Branch | AccountLeaf, AttachedPolicies]]:
    """The policies of each place to which the project attaches some; the root is the first of the branches."""
    if compiled is None or not compiled.attachments:
        return Outcome({})
    accounts = (leaf for branch in branches for leaf in branch.accounts)
    targets = Targets[Branch | AccountLeaf](branches[0], branches[1:], accounts, inactive=_inactive(branches))
    attacher = Attacher(targets, documents, orders=orders, use_listed=use_listed)
    attacher.attach(compiled)
    return Outcome(attacher.placements, tuple(attacher.diagnostics))


class _Builder:
    """Builds the entities, parents first, in written order."""

    def __init__(
        self,
        documents: Mapping[str, PolicyDocument],
        placements: Mapping[Branch | AccountLeaf, AttachedPolicies],
        reuse: OrganizationReuse,
        *,
        orders: ListedOrders,
        use_listed: bool,
    ) -> None:
        self._documents = documents
        self._placements = placements
        self._reuse = reuse
        self._orders = orders
        self._use_listed = use_listed
        self._entities: list[Entity] = []

    def build(self, root: Branch) -> tuple[Entity, ...]:
        """All entities of the tree below a root."""
        self._fill(root, self._add("root", root, None))
        return tuple(self._entities)

    def _fill(self, branch: Branch, entity: Entity) -> None:
        for unit in branch.units:
            self._fill(unit, self._add("ou", unit, entity))
        for leaf in branch.accounts:
            self._add("account", leaf, entity, NO_TAGS if leaf.item.tags is None else leaf.item.tags)

    def _add(
        self,
        kind: Literal["root", "ou", "account"],
        place: Branch | AccountLeaf,
        parent: Entity | None,
        tags: Mapping[str, str] = NO_TAGS,
    ) -> Entity:
        placement = self._placements.get(place) or self._listed(place)
        built = Entity(
            kind,
            place.id,
            place.name,
            place.path,
            parent,
            tuple(self._documents[name] for name in placement.names if name in self._documents),
            unordered=placement.unordered,
            project_order=placement.project_order,
            tags=tags,
            attached_at=placement.span,
            orders=placement.orders,
        )
        entity = self._reuse.entity(built)
        self._entities.append(entity)
        return entity

    def _listed(self, place: Branch | AccountLeaf) -> AttachedPolicies:
        return self._orders.listed(place) if place.item.policies and self._use_listed else NOTHING


def _organization(
    snapshot: Snapshot, entities: tuple[Entity, ...], documents: Mapping[str, PolicyDocument], reuse: OrganizationReuse
) -> Organization:
    facts = snapshot.organization
    return Organization(
        entities,
        documents,
        id=facts.id if facts else None,
        management_account=facts.management_account if facts else None,
        backup_policies_enabled=facts is None or facts.backup_policies_enabled is not False,
        last_valid=snapshot.last_valid or {},
        vaults=reuse.vaults(snapshot.vaults),
        roles=reuse.roles(snapshot.roles),
        searched=_searched(snapshot),
        searched_roles=_searched_roles(snapshot),
        settings=snapshot.settings,
        local_plans=snapshot.local_plans,
        restore_testing=snapshot.restore_testing,
        frameworks=snapshot.frameworks,
        looked=snapshot.pulled.looked if snapshot.pulled else None,
    )


def _inactive(branches: Iterable[Branch]) -> tuple[InactiveAccount, ...]:
    """The accounts that the snapshot has for the record."""
    return tuple(
        InactiveAccount(leaf.id, leaf.name, leaf.path, branch.path, _CONDITIONS[leaf.item.state or ""])
        for branch in branches
        for leaf in branch.inactive
    )


def _searched(snapshot: Snapshot) -> Searched | None:
    """Where vaults were looked for; None for everywhere. A part that a pull did not look for, nowhere."""
    looked = snapshot.pulled.looked if snapshot.pulled else None
    if looked is None:
        return snapshot.searched
    return looked.vaults or looked.nowhere


def _searched_roles(snapshot: Snapshot) -> Scope | None:
    """In which accounts roles were looked for; None for all."""
    looked = snapshot.pulled.looked if snapshot.pulled else None
    if looked is None:
        return snapshot.searched.accounts if snapshot.searched else None
    return looked.roles.accounts if looked.roles else ()

r"""The typed tree of an organization, with the policies that are attached to each entity.

Built by `attach`. Paths read as in targets: names joined with `/`, a `/` inside a name written `\/`, "" for the root.

Containment is a directed graph, from the root over units to accounts. Walks, levels and subtrees are queries of it that
return plain values: the graph itself stays private.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from msgspec import field

from policyengine.aws.documents import Json, PolicyDocument
from policyengine.base.records import Record
from policyengine.base.source import Span

if TYPE_CHECKING:
    import networkx as nx

    from policyengine.aws.snapshot.shapes import (
        AuditFramework,
        LocalPlan,
        Looked,
        RestoreTestingPlan,
        Role,
        Scope,
        Searched,
        Settings,
        Vault,
    )

NO_TAGS: Mapping[str, str] = MappingProxyType({})
"""The tags of an account for which the snapshot lists none: it has none (interface.md section 2)."""


class Entity(Record, eq=False):
    """The root, a unit or an account.

    `policies` are in attachment order. Of these the first `unordered` come from a snapshot that does not know their
    order; `project_order` names those among them whose order the project states (interface.md section 2), and `orders`
    are the only possible orders of their names, empty where every order is possible.
    `attached_at` is the `attach` statement of the project for this entity.
    """

    kind: Literal["root", "ou", "account"]
    id: str | None
    name: str
    path: str
    parent: Entity | None
    policies: tuple[PolicyDocument, ...] = ()
    unordered: int = 0
    project_order: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: NO_TAGS)
    attached_at: Span | None = None
    orders: tuple[tuple[str, ...], ...] = ()

    @property
    def chain(self) -> tuple[Entity, ...]:
        """The entities from the root down to this one."""
        above: list[Entity] = []
        entity: Entity | None = self
        while entity:
            above.append(entity)
            entity = entity.parent
        return tuple(reversed(above))

    @property
    def standing(self) -> Hashable:
        """Its kind, name and position as a key, whatever is attached to it or above it."""
        return self.kind, self.id, self.name, self.path, self.attached_at


class InactiveAccount(Record):
    """An account that the snapshot has for the record, and that no policy reaches; `condition` says it: `suspended`.

    `unit` is the path of the unit that it is in, "" for the root.
    """

    id: str
    name: str
    path: str
    unit: str
    condition: str


class Visit(NamedTuple):
    """An entity of a walk, its parent, and the entities from the root down to it, both included."""

    entity: Entity
    parent: Entity | None
    chain: tuple[Entity, ...]


def _is_below(account: Entity, unit: str) -> bool:
    return any(entity.kind == "ou" and entity.path == unit for entity in account.chain)


class Organization(Record, eq=False, dict=True):
    """The tree in written order: an entity stands after its parent.

    `policies` are all documents by name, attached or not. `last_valid` is what AWS publishes now, by account id.
    The snapshot's other parts are None where it has none: they are unknown. `searched` is where vaults were searched
    for, None for everywhere, `searched_roles` the same of roles; `looked` is where the others were. `inactive` are the
    accounts that count for nothing, by their ids: they are no entities.
    """

    entities: tuple[Entity, ...]
    policies: Mapping[str, PolicyDocument]
    id: str | None = None
    management_account: str | None = None
    backup_policies_enabled: bool = True
    last_valid: Mapping[str, Json] = field(default_factory=dict)
    vaults: tuple[Vault, ...] | None = None
    roles: tuple[Role, ...] | None = None
    searched: Searched | None = None
    searched_roles: Scope | None = None
    settings: Settings | None = None
    local_plans: tuple[LocalPlan, ...] | None = None
    restore_testing: tuple[RestoreTestingPlan, ...] | None = None
    frameworks: tuple[AuditFramework, ...] | None = None
    looked: Looked | None = None
    inactive: Mapping[str, InactiveAccount] = field(default_factory=dict)

    @property
    def root(self) -> Entity:
        """The root, always the first entity."""
        return self.entities[0]

    @cached_property
    def accounts(self) -> tuple[Entity, ...]:
        """All accounts, by id."""
        return tuple(sorted((e for e in self.entities if e.kind == "account"), key=lambda e: e.id or ""))

    def accounts_in(self, scope: Scope | None) -> tuple[str, ...] | None:
        """The ids of the accounts of a part of the snapshot; None where it does not list them."""
        if scope is None or isinstance(scope, tuple):
            return scope
        return tuple(account.id or "" for account in self.accounts if scope == "*" or _is_below(account, scope.ou))

    @cached_property
    def lists_tags(self) -> bool:
        """Whether the snapshot lists tags of any account, an empty list included."""
        return any(account.tags is not NO_TAGS for account in self.accounts)

    @cached_property
    def children(self) -> Mapping[Entity, tuple[Entity, ...]]:
        """Units and accounts directly below each entity that has any, in written order."""
        return {parent: tuple(below) for parent, below in self._containment.adjacency() if below}

    def walk(self, accounts: Collection[Entity] | None = None) -> Iterator[Visit]:
        """The entities in written order, each after its parent; with `accounts` only these and what is above them."""
        chains: dict[Entity | None, tuple[Entity, ...]] = {None: ()}
        parents = {below: above for above, below in self._containment.edges}
        kept = None if accounts is None else {member for account in accounts for member in self._above(account)}
        for member in self.entities:
            if kept is None or member in kept:
                parent = parents.get(member)
                chain = (*chains[parent], member)
                if member.kind != "account":
                    chains[member] = chain
                yield Visit(member, parent, chain)

    def depth(self, member: Entity) -> int:
        """The number of levels that an entity stands below the root; 0 for the root."""
        return sum(1 for _ in self._above(member)) - 1

    def below(self, member: Entity) -> tuple[Entity, ...]:
        """An entity and all entities below it on any level, in written order."""
        import networkx as nx  # noqa: PLC0415 - start-up: see `_containment`

        return tuple(nx.dfs_preorder_nodes(self._containment, member))

    def _above(self, member: Entity) -> Iterator[Entity]:
        """An entity and its ancestors, up to the root."""
        above: Entity | None = member
        while above:
            yield above
            above = next(self._containment.predecessors(above), None)

    @cached_property
    def _containment(self) -> nx.DiGraph[Entity]:
        """An edge leads from the root or a unit to each entity that it directly contains."""
        # Start-up: networkx takes 60 ms to import, and commands that see no organization do without it.
        import networkx as nx  # noqa: PLC0415

        graph: nx.DiGraph[Entity] = nx.DiGraph()
        nothing: dict[str, Any] = {}  # one for all: neither entities nor edges have attributes
        for factory in ("node_attr_dict_factory", "edge_attr_dict_factory"):
            setattr(graph, factory, lambda: nothing)
        graph.add_nodes_from(self.entities)
        graph.add_edges_from((member.parent, member) for member in self.entities if member.parent)
        return graph

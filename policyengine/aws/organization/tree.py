r"""The typed tree of an organization, with the policies that are attached to each entity.

Made by `attach`. Paths read as in targets: names joined with `/`, a `/` inside a name written `\/`, "" for the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from policyengine.aws.documents import Json, PolicyDocument
from policyengine.base.records import entity
from policyengine.base.source import Span

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Role, Searched, Settings, Vault

NO_TAGS: Mapping[str, str] = MappingProxyType({})
"""Those of an account of which the snapshot tells no tags: it has none (interface.md section 2)."""


@entity
class Entity:
    """The root, a unit or an account.

    `policies` are in attachment order. Of these the first `unordered` come from a snapshot that does not know their
    order; `known_order` names those among them whose order the project tells all the same (interface.md section 2).
    `attached_at` is the `attach` statement of the project for this entity.
    """

    kind: Literal["root", "ou", "account"]
    id: str | None
    name: str
    path: str
    parent: Entity | None
    policies: tuple[PolicyDocument, ...] = ()
    unordered: int = 0
    known_order: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: NO_TAGS)
    attached_at: Span | None = None

    @property
    def chain(self) -> tuple[Entity, ...]:
        """The entities from the root down to this one."""
        above: list[Entity] = []
        entity: Entity | None = self
        while entity:
            above.append(entity)
            entity = entity.parent
        return tuple(reversed(above))


@dataclass(frozen=True, eq=False)
class Organization:
    """The tree in written order: an entity stands after its parent.

    `policies` are all documents by name, attached or not. `last_valid` is what AWS publishes now, by account id.
    `vaults`, `roles` and `settings` stand as the snapshot has them, None where it has none: nobody looked. `searched`
    tells where vaults and roles were looked for, None for everywhere.
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
    settings: Settings | None = None

    @property
    def root(self) -> Entity:
        """The root, always the first entity."""
        return self.entities[0]

    @cached_property
    def accounts(self) -> tuple[Entity, ...]:
        """All accounts, by id."""
        return tuple(sorted((e for e in self.entities if e.kind == "account"), key=lambda e: e.id or ""))

    @cached_property
    def tags_told(self) -> bool:
        """Whether the snapshot tells the tags of any account, be it that it has none."""
        return any(account.tags is not NO_TAGS for account in self.accounts)

    @cached_property
    def children(self) -> Mapping[Entity, tuple[Entity, ...]]:
        """Units and accounts directly below each entity, in written order."""
        below: dict[Entity, list[Entity]] = {}
        for member in self.entities:
            if member.parent:
                below.setdefault(member.parent, []).append(member)
        return {parent: tuple(found) for parent, found in below.items()}

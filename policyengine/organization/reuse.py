"""What two organizations have in common, as the same objects, so that work on them is done once."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity, Organization

if TYPE_CHECKING:
    from policyengine.model.shapes import Role, Vault

T = TypeVar("T", PolicyDocument, Entity)

_OF_DOCUMENT = attrgetter(*(field.name for field in fields(PolicyDocument)))
_OF_ENTITY = attrgetter(*(field.name for field in fields(Entity)))


class Reuse:
    """The parts of a previous organization, handed out again for those that are the same.

    An entity is the same only if everything above it is, so that its whole chain is.
    """

    def __init__(self, previous: Organization | None) -> None:
        self._previous = previous
        self._documents = previous.policies if previous else {}
        self._entities = {_key(entity): entity for entity in previous.entities} if previous else {}

    def document(self, document: PolicyDocument) -> PolicyDocument:
        """The previous document, if it says the same at the same places."""
        known = self._documents.get(document.name)
        return known if known and _OF_DOCUMENT(known) == _OF_DOCUMENT(document) else document

    def entity(self, entity: Entity) -> Entity:
        """The previous entity, if it has the same name, place, tags and policies."""
        known = self._entities.get(_key(entity))
        return known if known and _OF_ENTITY(known) == _OF_ENTITY(entity) else entity

    def vaults(self, vaults: tuple[Vault, ...] | None) -> tuple[Vault, ...] | None:
        """The previous vaults, if they are the same."""
        return self._previous.vaults if self._previous and self._previous.vaults == vaults else vaults

    def roles(self, roles: tuple[Role, ...] | None) -> tuple[Role, ...] | None:
        """The previous roles, if they are the same."""
        return self._previous.roles if self._previous and self._previous.roles == roles else roles


def _key(entity: Entity) -> tuple[str, str]:
    return entity.kind, entity.id or "" if entity.kind == "account" else entity.path

"""Units and accounts in the order of the page, in which all accounts below a unit stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policyengine.organization.tree import Entity

if TYPE_CHECKING:
    from policyengine.report.html.page import Page


@dataclass(slots=True)
class Unit:
    """A unit with the number of the one above it and the accounts below it: `first` to before `end`.

    Its own accounts come behind those of the units in it, from `own` on.
    """

    entity: Entity
    parent: int | None
    first: int = 0
    own: int = 0
    end: int = 0


@dataclass(slots=True)
class Tree:
    """The numbers of units and accounts; an account's number as an entity is behind those of all units."""

    units: list[Unit] = field(default_factory=list)
    accounts: list[Entity] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    """Accounts by id, counted from 0."""
    _entities: dict[Entity, int] = field(default_factory=dict)

    def entity(self, entity: Entity) -> int:
        """The number of a unit, or of an account behind them."""
        return self._entities[entity]

    @classmethod
    def of(cls, page: Page) -> Tree:
        """The tree of a page; empty where there is no organization."""
        tree = cls()
        if page.found.organization:
            shown = _shown(page)
            tree._add(page.found.organization.root, None, shown)
        tree._entities = {unit.entity: number for number, unit in enumerate(tree.units)}
        for number, account in enumerate(tree.accounts):
            tree.numbers[account.id or ""] = number
            tree._entities[account] = len(tree.units) + number
        return tree

    def _add(self, entity: Entity, parent: int | None, below: dict[Entity, list[Entity]]) -> None:
        number = len(self.units)
        unit = Unit(entity, parent, first=len(self.accounts))
        self.units.append(unit)
        inside = below.get(entity, ())
        for found in inside:
            if found.kind == "ou":
                self._add(found, number, below)
        unit.own = len(self.accounts)
        self.accounts += [found for found in inside if found.kind == "account"]
        unit.end = len(self.accounts)


def _shown(page: Page) -> dict[Entity, list[Entity]]:
    """What stands directly below each unit; of chosen accounts only these and the units above them."""
    below: dict[Entity, list[Entity]] = {}
    for entity in _entities(page):
        if entity.parent:
            below.setdefault(entity.parent, []).append(entity)
    return below


def _entities(page: Page) -> Iterator[Entity]:
    organization, chosen = page.found.organization, page.accounts
    entities = organization.entities if organization else ()
    if chosen is None:
        yield from entities
        return
    accounts = (entity for entity in entities if entity.kind == "account" and entity.id in chosen)
    kept = {entity for account in accounts for entity in account.chain}
    yield from (entity for entity in entities if entity in kept)

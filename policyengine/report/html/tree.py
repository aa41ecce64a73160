"""Units and accounts in the order of a page, and the trail of each value: winner and losers, as rows of a table.

All accounts below a unit stand side by side.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Leaf, Note, Resolved, Step, keys, operand, value_text
from policyengine.aws.organization import Entity
from policyengine.base.source import Span
from policyengine.report.html.page import Table
from policyengine.report.trail_lines import step_reason, step_text, written_at

if TYPE_CHECKING:
    from policyengine.report.html.page import Page


class PageUnit(Struct):
    """A unit with the number of the one above it and the accounts below it: `first` to before `end`.

    Its own accounts come behind those of the units in it, from `own` on.
    """

    entity: Entity
    parent: int | None
    first: int = 0
    own: int = 0
    end: int = 0


class PageTree(Struct):
    """The numbers of units and accounts; an account's number as an entity is behind those of all units."""

    units: list[PageUnit] = field(default_factory=list)
    accounts: list[Entity] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    """Accounts by id, counted from 0."""
    _places: dict[Hashable, int] = field(default_factory=dict)

    def entity(self, entity: Entity) -> int:
        """The number of a unit, or of an account behind them.

        It may be that of the other side of a comparison: equal settings of both share a trail.
        """
        return self._places[entity.standing]

    @classmethod
    def of(cls, page: Page) -> PageTree:
        """The tree of a page; empty where there is no organization."""
        tree = cls()
        if page.results.organization:
            shown = _shown(page)
            tree._add(page.results.organization.root, None, shown)
        tree._places = {unit.entity.standing: number for number, unit in enumerate(tree.units)}
        for number, account in enumerate(tree.accounts):
            tree.numbers[account.id or ""] = number
            tree._places[account.standing] = len(tree.units) + number
        return tree

    def _add(self, entity: Entity, parent: int | None, below: dict[Entity, list[Entity]]) -> None:
        number = len(self.units)
        unit = PageUnit(entity, parent, first=len(self.accounts))
        self.units.append(unit)
        inside = below.get(entity, ())
        for child in inside:
            if child.kind == "ou":
                self._add(child, number, below)
        unit.own = len(self.accounts)
        self.accounts += [child for child in inside if child.kind == "account"]
        unit.end = len(self.accounts)


def _shown(page: Page) -> dict[Entity, list[Entity]]:
    """The entities directly below each unit; of chosen accounts only these and the units above them."""
    below: dict[Entity, list[Entity]] = {}
    for entity in _entities(page):
        if entity.parent:
            below.setdefault(entity.parent, []).append(entity)
    return below


def _entities(page: Page) -> Iterator[Entity]:
    organization, chosen = page.results.organization, page.accounts
    entities = organization.entities if organization else ()
    if chosen is None:
        yield from entities
        return
    accounts = (entity for entity in entities if entity.kind == "account" and entity.id in chosen)
    kept = {entity for account in accounts for entity in account.chain}
    yield from (entity for entity in entities if entity in kept)


NoteKey: TypeAlias = "tuple[str, PolicyDocument, Hashable, str]"
"""A path, the policy that has an operator there, where that is attached, and the operator."""


def place(span: Span | None) -> str | None:
    """`backup.bpol:12`, or None for what no text says."""
    return f"{span.source.name}:{span.first.line}" if span else None


def _note_key(path: str, by: Note | Step) -> NoteKey:
    return path, by.policy, by.entity.standing, by.operator


class Trails:
    """Trails by number. A step is `[outcome, operator, operand, policy, entity, place, reason, idle]`.

    The operand is null where it is the value itself; of a step in a text of the language the operator is the whole
    setting, `retain = 7 days`. The reason says why a step had no effect, in the same words, and `idle` marks one that
    took effect and changed nothing.
    """

    def __init__(self, tree: PageTree, policies: Mapping[str, int]) -> None:
        self._tree = tree
        self._policies = policies
        self._rows = Table()
        self._notes: dict[Resolved, dict[NoteKey, Note]] = {}

    def add(self, leaf: Leaf, resolved: Resolved | None) -> int:
        """The number of the trail of a setting; `resolved` is a result that it belongs to."""
        return self._rows.add([self._step(leaf, step, resolved) for step in leaf.trail])

    def text(self) -> str:
        """All trails as a JSON list."""
        return self._rows.text()

    def _step(self, leaf: Leaf, step: Step, resolved: Resolved | None) -> list[object]:
        origin = step.policy.origin(keys(leaf.path), step.operator)
        given = None if origin else operand(step.policy.content, leaf.path, step.operator)
        return [
            step.outcome,
            step_text(leaf.path, step) if origin else step.operator,
            None if origin or given == leaf.value else value_text(given),
            self._policies[step.policy.name],
            self._tree.entity(step.entity),
            written_at(origin) if origin else None,
            self._reason(leaf, step, resolved),
            int(step.outcome == "applied" and not step.changed),
        ]

    def _reason(self, leaf: Leaf, step: Step, resolved: Resolved | None) -> str | None:
        if resolved is None or step.outcome not in {"blocked", "shadowed"}:
            return None
        if resolved not in self._notes:
            notes = resolved.merge_notes
            self._notes[resolved] = {_note_key(note.path, note): note for note in notes}
        note = self._notes[resolved].get(_note_key(leaf.path, step))
        return step_reason(note, step) if note else None

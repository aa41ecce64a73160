"""Where values come from: for each the steps of its trail, winner and losers, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from policyengine.effective import Leaf, Note, Resolved, Step, keys, operand, shown
from policyengine.model.documents import ASSIGN, PolicyDocument
from policyengine.report.html.tables import Table
from policyengine.report.html.tree import Tree
from policyengine.source import Span

Deed: TypeAlias = "tuple[str, PolicyDocument, object, str]"


def place(span: Span | None) -> str | None:
    """`backup.bpol:12`, or None for what no text says."""
    return f"{span.source.name}:{span.first.line}" if span else None


class Trails:
    """Trails by number. A step is `[outcome, operator, operand, policy, entity, place, reason, idle]`.

    The operand is null where it is the value itself; the reason says why a step came to nothing, and `idle` marks one
    that took effect and changed nothing.
    """

    def __init__(self, tree: Tree, policies: Mapping[str, int]) -> None:
        self._tree = tree
        self._policies = policies
        self._rows = Table()
        self._notes: dict[Resolved, dict[Deed, Note]] = {}

    def add(self, leaf: Leaf, resolved: Resolved | None) -> int:
        """The number of the trail of a setting; `resolved` is a result that it belongs to."""
        return self._rows.add([self._step(leaf, step, resolved) for step in leaf.trail])

    def text(self) -> str:
        """All trails as a JSON list."""
        return self._rows.text()

    def _step(self, leaf: Leaf, step: Step, resolved: Resolved | None) -> list[object]:
        origin = step.policy.origin(keys(leaf.path), step.operator)
        alone = len(leaf.trail) == 1 and step.operator == ASSIGN  # what it assigns is the value: no need to look it up
        given = leaf.value if alone else operand(step.policy.content, leaf.path, step.operator)
        return [
            step.outcome,
            step.operator,
            None if given == leaf.value else shown(given),
            self._policies[step.policy.name],
            self._tree.entity(step.entity),
            place(origin.span if origin else None),
            self._reason(leaf, step, resolved),
            int(step.outcome == "applied" and not step.changed),
        ]

    def _reason(self, leaf: Leaf, step: Step, resolved: Resolved | None) -> str | None:
        if resolved is None or step.outcome not in {"blocked", "shadowed"}:
            return None
        if resolved not in self._notes:
            notes = resolved.merge_notes
            self._notes[resolved] = {(note.path, note.policy, note.entity, note.operator): note for note in notes}
        note = self._notes[resolved].get((leaf.path, step.policy, step.entity, step.operator))
        return note.detail if note else None

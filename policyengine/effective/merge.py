"""One entity's policies merged into the state that it inherits (semantics.md sections 1 to 4 and 14).

All peers of an entity are merged at once: per setting the first `@@assign`, then every `@@append`, then every
`@@remove`, each only as far as entities above allow it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policyengine.effective.fragments import MAY, MAY_ALL, MAY_APPEND, MAY_ASSIGN, Fragment
from policyengine.effective.nodes import NO_LIMIT, UNSET, Limit, Node, Peer, Setting, Step, StepOutcome
from policyengine.effective.notes import Note, assign_shadowed, key_blocked, operator_blocked
from policyengine.effective.operators import Value, operate
from policyengine.effective.orders import reorder
from policyengine.model.documents import ASSIGN

Parts = list[tuple[Peer, Fragment]]


@dataclass(slots=True)
class Merge:
    """One level: the notes it makes, and whether the order of its peers is open."""

    order_open: bool
    notes: list[Note] = field(default_factory=list)

    def into(self, above: Node, parts: Parts) -> Node:
        """The state below an entity whose peers say `parts`, given the state `above` it."""
        return self._node(above, parts)

    def _node(self, above: Node | None, parts: Parts) -> Node:
        if above is None and len(parts) == 1:
            return Node.fresh(*parts[0])
        setting = self._setting(above, parts)
        return Node(parts[0][1].path, setting, _restrict(above, parts), self._children(above, parts))

    def _children(self, above: Node | None, parts: Parts) -> dict[str, Node]:
        children = dict(above.children) if above else {}
        closed = above and not above.limit.allowed & (MAY_ASSIGN | MAY_APPEND)
        for key, mentions in _by_key(parts).items():
            known = children.get(key)
            if known is None and above and closed:
                self.notes.extend(key_blocked(peer, child.path, above) for peer, child in mentions)
            else:
                children[key] = self._node(known, mentions)
        return children

    def _setting(self, above: Node | None, parts: Parts) -> Setting:
        before = above.setting if above else UNSET
        if not any(fragment.operators for _, fragment in parts):
            return before
        value, trail, orders = before
        if orders or self.order_open:
            orders = reorder(value, orders, parts, above.limit.allowed if above else MAY_ALL)
        steps: list[Step] = []
        value = self._operate(value, above, parts, steps)
        if any(step.operator == ASSIGN and step.outcome == "applied" for step in steps):
            trail = tuple([_overridden(step) for step in trail])
        return Setting(value, (*trail, *steps), orders)

    def _operate(self, value: Value | None, above: Node | None, parts: Parts, steps: list[Step]) -> Value | None:
        """The value after all peers' operators, phase by phase; what each did is added to `steps`."""
        allowed = above.limit.allowed if above else MAY_ALL
        for operator, bit in MAY.items():
            winner: Peer | None = None
            for peer, fragment in parts:
                if (operand := fragment.operators.get(operator)) is None:
                    continue
                outcome: StepOutcome = "applied"
                before = value
                if not allowed & bit:
                    outcome = "blocked"
                    self.notes.append(operator_blocked(peer, fragment.path, operator, above))
                elif operator == ASSIGN and winner:
                    outcome = "shadowed"
                    self.notes.append(assign_shadowed(peer, fragment.path, winner))
                else:
                    winner = peer
                    value = operate(value, operator, operand)
                steps.append(Step(peer.policy, peer.entity, operator, outcome, value != before))
        return value


def _by_key(parts: Parts) -> dict[str, Parts]:
    """The children that any peer mentions, each with those who do."""
    if len(parts) == 1:
        peer, fragment = parts[0]
        return {key: [(peer, child)] for key, child in fragment.children.items()}
    below: dict[str, Parts] = {}
    for peer, fragment in parts:
        for key, child in fragment.children.items():
            below.setdefault(key, []).append((peer, child))
    return below


def _restrict(above: Node | None, parts: Parts) -> Limit:
    """Controls bind strictly lower entities and only ever restrict (semantics.md R13, R14)."""
    limit = above.limit if above else NO_LIMIT
    for peer, fragment in parts:
        control = fragment.control
        if control is not None and control & limit.allowed != limit.allowed:
            limit = Limit(limit.allowed & control, (*limit.controls, peer))
    return limit


def _overridden(step: Step) -> Step:
    return step._replace(outcome="overridden") if step.outcome == "applied" else step

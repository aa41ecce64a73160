"""Values of a merged document that rest on something nobody has observed or knows (semantics.md R6, R25, R36)."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.aws.documents import ASSIGN, REMOVE
from policyengine.aws.merge.fragments import Value, keys
from policyengine.aws.merge.state import Leaf, Node, Note, Orders, emptied_index, order_unknown, repeated_value


def open_points(node: Node) -> tuple[Note, ...]:
    """One note for each published setting at or beneath a node that another order, or AWS's rendering, could change.

    By path. Kept with the node, which most results have in common with those above them.
    """
    if node.noted is None:
        node.noted = tuple(_found(node))
    return node.noted


def _found(node: Node) -> Iterator[Note]:
    if node.brought_by is None and node.setting.value is None:
        for _, child in sorted(node.children.items()):
            yield from open_points(child)
    elif node.brought_by is None or node.brought_by[1].has_odd_list:  # else there is nothing to ask
        for leaf in node.leaves:
            if leaf.orders:
                yield _order(leaf, leaf.orders)
            if isinstance(leaf.value, tuple):
                yield from _rendering(leaf, leaf.value)


def _order(leaf: Leaf, orders: Orders) -> Note:
    lowest = orders.alone[-1].peer
    others = sorted(shown(value) for value in orders.values if value != leaf.value)
    return order_unknown(leaf, lowest, others, complete=orders.complete)


def _rendering(leaf: Leaf, values: tuple[str, ...]) -> Iterator[Note]:
    steps = [step for step in leaf.trail if step.outcome == "applied" and step.changed]
    repeated = [value for place, value in enumerate(values) if value in values[:place]]
    if repeated:
        assigned = next(step for step in leaf.trail if step.outcome == "applied" and step.operator == ASSIGN)
        yield repeated_value(leaf, assigned, repeated[0])
    removing = [step for step in steps if step.operator == REMOVE]
    if not values and removing and _is_index(leaf.path):
        yield emptied_index(leaf, removing[-1])


def _is_index(path: str) -> bool:
    """Below a rule: a selection may have that name too."""
    steps = keys(path)
    return steps[2:3] == ("rules",) and steps[4:] == ("index_actions", "resource_types")


def shown(value: Value | None) -> str:
    """A value as people read it: `35`, `[eu-west-1, eu-central-1]`."""
    if value is None:
        return "no value"
    return value if isinstance(value, str) else f"[{', '.join(value)}]"

"""Values of a merged document that depend on unknown or unobserved behavior of AWS (semantics.md R6, R25, R36)."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.aws.documents import REMOVE
from policyengine.aws.merge.fragments import Value, keys
from policyengine.aws.merge.state import Leaf, Node, Note, emptied_index, order_unknown, repeated_value


def open_points(node: Node) -> tuple[Note, ...]:
    """One note for each published setting at or beneath a node that another order, or AWS's rendering, could change.

    In the order of paths. Computed once for a node: results share most of theirs with those above them.
    """
    if node.open_notes is None:
        node.open_notes = tuple(_notes(node))
    return node.open_notes


def _notes(node: Node) -> Iterator[Note]:
    if node.sole_source is None and node.setting.value is None:
        for _, child in sorted(node.children.items()):
            yield from open_points(child)
    elif node.sole_source is None or node.sole_source[1].has_unobserved_list:  # else all is known
        for leaf in node.leaves:
            if leaf.orders:
                yield order_unknown(leaf, leaf.orders.decisive[-1].peer, leaf.orders)
            if isinstance(leaf.value, tuple):
                yield from _rendering(leaf, leaf.value)


def _rendering(leaf: Leaf, values: tuple[str, ...]) -> Iterator[Note]:
    steps = [step for step in leaf.trail if step.outcome == "applied" and step.changed]
    repeated = [value for place, value in enumerate(values) if value in values[:place]]
    if repeated:
        assigned = next(step for step in leaf.trail if step.outcome == "applied")  # appends add no item twice
        yield repeated_value(leaf, assigned, repeated[0])
    removing = [step for step in steps if step.operator == REMOVE]
    if not values and removing and _is_index(leaf.path):
        yield emptied_index(leaf, removing[-1])


def _is_index(path: str) -> bool:
    """Whether the path is of an index list of a rule: a selection may be called the same."""
    steps = keys(path)
    return steps[2:3] == ("rules",) and steps[4:] == ("index_actions", "resource_types")


def value_text(value: Value | None) -> str:
    """A value in a message: `35`, `[eu-west-1, eu-central-1]`, `no value` for None."""
    if value is None:
        return "no value"
    return value if isinstance(value, str) else f"[{', '.join(value)}]"

"""`locked` and `children may` on a whole policy (language.md 3.3)."""

from __future__ import annotations

from policyengine.catalogue.language import child_control_inside_locked
from policyengine.compiler.node import Control, Lock, Node
from policyengine.diagnostics import Diagnostic, Label

NONE = ("@@none",)


def contradictions(node: Node, lock: Lock | None = None) -> list[Diagnostic]:
    """A finding for every `children may` at or below a node that is locked by its own text or by a deeper template.

    A `children may` that a template brings into a block which its user locked is no contradiction: the user closes it.
    """
    lock = min((held for held in (lock, node.lock) if held), key=lambda held: held.layer, default=None)
    found: list[Diagnostic] = []
    if lock and node.control and node.control.layer >= lock.layer:
        found.append(
            child_control_inside_locked.RULE.at(
                node.control.origin.span,
                "this is locked, and `children may` would open it",
                help="leave out one of the two",
                labels=(Label(lock.origin.span, "locked here"),),
            )
        )
    for child in node.children.values():
        found.extend(contradictions(child, lock))
    return found


def close(node: Node, lock: Lock | None = None) -> None:
    """Write `@@none` on every locked node and on every node beneath it."""
    lock = node.lock or lock
    if lock:
        node.control = Control(NONE, lock.origin)
    for child in node.children.values():
        close(child, lock)

"""`children may` in AWS's tree: its path, its operators, and the locks that it contradicts or that stand for it.

A path can have the language's words and AWS's keys (language.md 3.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyengine.aws.documents import APPEND, ASSIGN, REMOVE, WrittenAt
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.fixes import left_out, repeated
from policyengine.base.text import listed, quoted, suggestion
from policyengine.language.compiler.policy_tree import Control, TreeLock, TreeNode
from policyengine.language.compiler.scope import Scope
from policyengine.language.compiler.vocabulary import PolicyShape, place_text
from policyengine.language.language_rules import (
    CHILD_CONTROL_INSIDE_LOCKED,
    CHILD_CONTROL_REPEATED,
    UNKNOWN_CHILD_PATH,
)
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import ChildOperator, ChildrenMay

CHILD_OPERATORS: Mapping[ChildOperator, str] = {
    "assign": ASSIGN,
    "append": APPEND,
    "remove": REMOVE,
    "anything": "@@all",
    "nothing": "@@none",
}
NONE = ("@@none",)


def lower_control(node: TreeNode, item: ChildrenMay, scope: Scope) -> None:
    """Writes a `children may` of a block to the node at its path; a second one of the same node is reported."""
    keys = resolve_path(node.shape, item.path, scope.diagnostics)
    if keys is None:
        return
    origin = WrittenAt(item.span)
    target = node.grow(keys, origin)
    if target.control:
        scope.diagnostics.append(
            CHILD_CONTROL_REPEATED.at(
                item.span,
                "the same node has a `children may` already",
                help="keep one of the two: a node has one list of operators",
                labels=(Label(target.control.origin.span, "first written here"),),
                fix=repeated(item.span, target.control.origin.span),
            )
        )
        return
    target.control = Control(tuple(CHILD_OPERATORS[operator] for operator in item.operators), origin)


def resolve_path(shape: PolicyShape, path: Sequence[Name], diagnostics: list[Diagnostic]) -> tuple[str, ...] | None:
    """AWS's keys for the path of a `children may` in a block; None, and a diagnostic, where AWS has no such path."""
    keys: list[str] = []
    passed: list[tuple[PolicyShape, int]] = []  # the shapes on the way, each with the number of keys that lead to it
    for name in path:
        passed.append((shape, len(keys)))
        step = _step(shape, name.text)
        if step is None:
            diagnostics.append(_no_such_path(shape, name, path[0], _shorter_path(path, passed, keys)))
            return None
        keys.extend(step)
        shape = _follow(shape, step)
    return tuple(keys)


def spell_path(shape: PolicyShape, keys: Sequence[str]) -> tuple[str, ...]:
    """The shortest path that `resolve_path` resolves to these keys, with the language's words for settings."""
    words: list[str] = []
    rest = tuple(keys)
    while rest:
        word, step = next(
            ((key, row.path) for key, row in shape.settings.items() if _leads(shape, row.path, rest)),
            (rest[0], rest[:1]),
        )
        words.append(word)
        shape, rest = _follow(shape, rest[: len(step)]), rest[len(step) :]
    return tuple(words)


def _step(shape: PolicyShape, text: str) -> tuple[str, ...] | None:
    """AWS's keys for a segment of a path; None where there is no such place."""
    if shape.named:
        return (text,)
    words = dict(shape.words())
    if text in words:
        return words[text]
    below = shape.children.get(text.lower())
    return (below.key,) if below else None


def _follow(shape: PolicyShape, keys: Sequence[str]) -> PolicyShape:
    for key in keys:
        shape = shape.named or shape.children[key.lower()]
    return shape


def _leads(shape: PolicyShape, path: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    return not shape.named and [key.lower() for key in path] == [key.lower() for key in keys[: len(path)]]


def _shorter_path(path: Sequence[Name], passed: Sequence[tuple[PolicyShape, int]], keys: Sequence[str]) -> str:
    """The path to write where a word of the language follows AWS's containers that it stands for; else empty.

    It is `retain` for `lifecycle/retain`, since the word stands for both of AWS's keys.
    """
    word = path[len(passed) - 1].text
    for steps, (shape, start) in enumerate(passed[:-1]):
        row = shape.settings.get(word)
        if row and list(row.path[:-1]) == [key.lower() for key in keys[start:]]:
            return "/".join((*(name.text for name in path[:steps]), word))
    return ""


def _no_such_path(shape: PolicyShape, name: Name, first: Name, instead: str) -> Diagnostic:
    if shape.row:
        message = f"{quoted(shape.row.key)} is a setting; nothing called {quoted(name.text)} stands below it"
        return UNKNOWN_CHILD_PATH.at(name.span, message, help="end the path here")
    words = dict(shape.words())
    only_awss = [below.key for below in shape.children.values() if (below.key,) not in words.values()]
    if instead:
        advice = f"write {quoted(instead)}"
    elif first.text == "plans" and first is not name:
        advice = "the path of a policy starts below `plans`, with the name of a plan"
    else:
        names = [*words, *(below.key for below in shape.children.values())]
        advice = suggestion(name.text, names) or f"expected {listed([*words, *only_awss])}"
    message = f"{place_text(shape.block, shape.key)} has nothing called {quoted(name.text)}"
    return UNKNOWN_CHILD_PATH.at(name.span, message, help=advice)


def contradictions(node: TreeNode, lock: TreeLock | None = None) -> list[Diagnostic]:
    """A diagnostic for every `children may` at or below a node that its own text or a deeper template locks.

    A template's `children may` in a block that its user locks is no contradiction: the user closes what it opens.
    """
    lock = min((each for each in (lock, node.lock) if each), key=lambda each: each.layer, default=None)
    diagnostics: list[Diagnostic] = []
    if lock and node.control and node.control.layer >= lock.layer:
        diagnostics.append(
            CHILD_CONTROL_INSIDE_LOCKED.at(
                node.control.origin.span,
                "this is locked, and `children may` would open it",
                help="leave out one of the two",
                labels=(Label(lock.origin.span, "locked here"),),
                fix=left_out(node.control.origin.span) if node.control.operators == NONE else None,
            )
        )
    for child in node.children.values():
        diagnostics.extend(contradictions(child, lock))
    return diagnostics


def close(node: TreeNode, lock: TreeLock | None = None) -> None:
    """Writes `@@none` on every locked node and all nodes below: AWS's does not reach down (semantics.md 3.3)."""
    lock = node.lock or lock
    if lock:
        node.control = Control(NONE, lock.origin)
    for child in node.children.values():
        close(child, lock)

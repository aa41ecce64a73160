"""The PATH of `children may` (language.md 3.3): the language's words and AWS's keys, both ways."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.catalogue.language import unknown_child_path
from policyengine.compiler.shape import Shape
from policyengine.compiler.wording import place_text
from policyengine.diagnostics import Diagnostic
from policyengine.syntax.values import Name
from policyengine.wording import listed, quoted, suggestion


def resolve_path(shape: Shape, path: Sequence[Name], found: list[Diagnostic]) -> tuple[str, ...] | None:
    """AWS's keys for a path below a block's node; None, and a finding, where the path leads nowhere."""
    keys: list[str] = []
    for name in path:
        step = _step(shape, name.text)
        if step is None:
            found.append(_astray(shape, name, path[0]))
            return None
        keys.extend(step)
        shape = _follow(shape, step)
    return tuple(keys)


def spell_path(shape: Shape, keys: Sequence[str]) -> tuple[str, ...]:
    """The shortest path that `resolve_path` reads as these keys: settings by the language's words."""
    spelled: list[str] = []
    rest = tuple(keys)
    while rest:
        word, step = next(
            ((key, row.path) for key, row in shape.settings.items() if _leads(shape, row.path, rest)),
            (rest[0], rest[:1]),
        )
        spelled.append(word)
        shape, rest = _follow(shape, rest[: len(step)]), rest[len(step) :]
    return tuple(spelled)


def _step(shape: Shape, text: str) -> tuple[str, ...] | None:
    if shape.named:
        return (text,)
    words = dict(shape.words())
    if text in words:
        return words[text]
    below = shape.children.get(text.lower())
    return (below.key,) if below else None


def _follow(shape: Shape, keys: Sequence[str]) -> Shape:
    for key in keys:
        shape = shape.named or shape.children[key.lower()]
    return shape


def _leads(shape: Shape, path: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    return not shape.named and [key.lower() for key in path] == [key.lower() for key in keys[: len(path)]]


def _astray(shape: Shape, name: Name, first: Name) -> Diagnostic:
    if shape.row:
        message = f"{quoted(shape.row.key)} is a setting; nothing called {quoted(name.text)} stands below it"
        return unknown_child_path.RULE.at(name.span, message, help="end the path here")
    words = [word for word, _ in shape.words()]
    known = list(dict.fromkeys([*words, *(below.key for below in shape.children.values())]))
    if first.text == "plans" and first is not name:
        advice = "the path of a policy starts below `plans`, with the name of a plan"
    else:
        advice = suggestion(name.text, known) or f"expected {listed(known)}"
    message = f"{place_text(shape.block, shape.key)} has nothing called {quoted(name.text)}"
    return unknown_child_path.RULE.at(name.span, message, help=advice)

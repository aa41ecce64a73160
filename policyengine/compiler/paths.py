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
    passed: list[tuple[Shape, int]] = []
    for name in path:
        passed.append((shape, len(keys)))
        step = _step(shape, name.text)
        if step is None:
            found.append(_astray(shape, name, path[0], _detour(path, passed, keys)))
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


def _detour(path: Sequence[Name], passed: Sequence[tuple[Shape, int]], keys: Sequence[str]) -> str:
    """The path to write where the last name passed is the word of a block that the path went too far below."""
    word = path[len(passed) - 1].text
    for steps, (shape, start) in enumerate(passed[:-1]):
        row = shape.settings.get(word)
        if row and list(row.path[:-1]) == [key.lower() for key in keys[start:]]:
            return "/".join((*(name.text for name in path[:steps]), word))
    return ""


def _astray(shape: Shape, name: Name, first: Name, instead: str) -> Diagnostic:
    if shape.row:
        message = f"{quoted(shape.row.key)} is a setting; nothing called {quoted(name.text)} stands below it"
        return unknown_child_path.RULE.at(name.span, message, help="end the path here")
    words = dict(shape.words())
    only_awss = [below.key for below in shape.children.values() if (below.key,) not in words.values()]
    if instead:
        advice = f"write {quoted(instead)}"
    elif first.text == "plans" and first is not name:
        advice = "the path of a policy starts below `plans`, with the name of a plan"
    else:
        known = [*words, *(below.key for below in shape.children.values())]
        advice = suggestion(name.text, known) or f"expected {listed([*words, *only_awss])}"
    message = f"{place_text(shape.block, shape.key)} has nothing called {quoted(name.text)}"
    return unknown_child_path.RULE.at(name.span, message, help=advice)

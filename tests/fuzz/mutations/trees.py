"""Changes JSON and YAML node by node, so that what comes of it can be read; and as text, so that some cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import yaml
from generators.dice import Dice

from fuzz.mutations import texts

Place: TypeAlias = "tuple[Any, Any]"
"""A mapping or list, and a key or an index of it."""

Write: TypeAlias = "Callable[[Any, Dice], str]"

MOST_NODES = 4_000
_AS_TEXT = 20  # percent
_ODD: tuple[Any, ...] = (None, True, False, 0, -1, 1, 60, 2**63, 10**40, 0.5, "", "x", [], {}, [[]], {"": {}}, [None])
_ALIASED = re.compile(r"[&*]\w")


def mutated(text: str, dice: Dice, words: Sequence[str], others: Sequence[str]) -> str:
    """The text with one to four changes to its nodes, written anew as JSON; one without nodes is changed as a text."""
    return _mutated(text, dice, words, others, _as_json)


def mutated_in_both(text: str, dice: Dice, words: Sequence[str], others: Sequence[str]) -> str:
    """The same, written as JSON or as YAML."""
    return _mutated(text, dice, words, others, dice.pick((_as_json, _as_json, _as_yaml)))


def _mutated(text: str, dice: Dice, words: Sequence[str], others: Sequence[str], write: Write) -> str:
    tree = None if dice.chance(_AS_TEXT) else read(text)
    if not isinstance(tree, (dict, list)):
        return texts.mutated(text, dice, words, others)
    for _ in range(1 + dice.below(4)):
        places = list(_places(tree))
        if not places or len(places) > MOST_NODES:
            break
        dice.pick(_CHANGES)(dice.pick(places), dice, words, others)
    return write(tree, dice)[: texts.LONGEST]


def read(text: str) -> Any:  # noqa: ANN401 - JSON
    """What JSON or YAML holds, None where that is nothing; YAML with aliases is left to mutations of text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return None if _ALIASED.search(text) else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _places(tree: Any) -> Iterator[Place]:  # noqa: ANN401 - JSON
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        below = list(node.items() if isinstance(node, dict) else enumerate(node))
        yield from ((node, key) for key, _ in below)
        waiting.extend(value for _, value in below if isinstance(value, (dict, list)))


def _dropped(place: Place, _dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> None:
    node, key = place
    del node[key]


def _set(place: Place, dice: Dice, words: Sequence[str], _others: Sequence[str]) -> None:
    node, key = place
    roll = dice.below(3)
    node[key] = (
        _copied(dice.pick(_ODD)) if roll == 0 else dice.pick(words) if roll == 1 else _nudged(node[key], dice, words)
    )


def _renamed(place: Place, dice: Dice, words: Sequence[str], _others: Sequence[str]) -> None:
    node, key = place
    if isinstance(node, dict):
        node[dice.pick((dice.pick(words), dice.pick(words), _nudged(str(key), dice, words)))] = node.pop(key)


def _spelled(place: Place, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> None:
    """The same key once more, or instead, in another case."""
    node, key = place
    if isinstance(node, dict):
        value = node[key] if dice.chance(50) else node.pop(key)
        node[dice.pick((str(key).upper(), str(key).title(), f"{key} "))] = _copied(value)


def _added(place: Place, dice: Dice, words: Sequence[str], _others: Sequence[str]) -> None:
    node, _ = place
    value = dice.pick((dice.pick(words), dice.pick(_ODD), {dice.pick(words): dice.pick(words)}))
    if isinstance(node, dict):
        node[dice.pick(words)] = _copied(value)
    else:
        node.insert(dice.below(len(node) + 1), _copied(value))


def _grafted(place: Place, dice: Dice, _words: Sequence[str], others: Sequence[str]) -> None:
    """With a part of another text, under its own name where that can be."""
    node, key = place
    other = read(dice.pick(others)) if others else None
    places = list(_places(other)) if isinstance(other, (dict, list)) else []
    if not places:
        return
    home, name = dice.pick(places)
    if isinstance(node, dict) and isinstance(home, dict) and dice.chance(60):
        node[name] = home[name]
    else:
        node[key] = home[name]


def _swapped(place: Place, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> None:
    node, key = place
    other = dice.pick(list(node) if isinstance(node, dict) else range(len(node)))
    node[key], node[other] = node[other], node[key]


def _deepened(place: Place, dice: Dice, _words: Sequence[str], _others: Sequence[str]) -> None:
    node, key = place
    for _ in range(dice.pick((1, 1, 2, 120))):
        node[key] = [node[key]] if dice.chance(50) else {str(key): node[key]}


def _lengthened(place: Place, dice: Dice, words: Sequence[str], _others: Sequence[str]) -> None:
    node, key = place
    times = dice.pick((2, 11, 50, 400))
    if isinstance(node, dict):
        node.update({f"{key}{number}": _copied(node[key]) for number in range(min(times, _room(node[key])))})
    else:
        node.extend([_copied(node[key]) if dice.chance(90) else dice.pick(words)] * min(times, _room(node[key])))


def _nudged(value: Any, dice: Dice, words: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    """Nearly the same value."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return dice.pick((str(value), value + 1, -value, value * 1000, float(value)))
    return texts.mutated(value, dice, words, (value,)) if isinstance(value, str) else value


def _copied(value: Any) -> Any:  # noqa: ANN401 - JSON
    return json.loads(json.dumps(value, default=str))


def _room(value: Any) -> int:  # noqa: ANN401 - JSON
    return 1 + texts.LONGEST // max(1, len(json.dumps(value, default=str)))


def _as_json(tree: Any, dice: Dice) -> str:  # noqa: ANN401 - JSON
    separators = dice.pick((None, (",", ":"), (" ,\n", " : ")))
    try:
        return json.dumps(
            tree, indent=dice.pick((None, 1)), ensure_ascii=dice.chance(50), separators=separators, default=str
        )
    except (TypeError, RecursionError):  # YAML can have dates for keys
        return str(tree)


def _as_yaml(tree: Any, dice: Dice) -> str:  # noqa: ANN401 - JSON
    try:
        return yaml.safe_dump(_copied(tree), sort_keys=False, allow_unicode=dice.chance(50))
    except (TypeError, RecursionError):
        return str(tree)


_CHANGES: tuple[Callable[[Place, Dice, Sequence[str], Sequence[str]], None], ...] = (
    _set,
    _set,
    _set,
    _dropped,
    _renamed,
    _spelled,
    _added,
    _added,
    _grafted,
    _grafted,
    _swapped,
    _deepened,
    _lengthened,
)

"""How two values of a type compare. `ABSENT` is unequal to everything and like nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache, lru_cache
from operator import ge, gt, le, lt
from typing import Any

from policyengine.requirements.truth import ABSENT
from policyengine.requirements.types import Type
from policyengine.syntax.expressions import ComparisonOperator

Holds = Callable[[Any, Any], bool]

ORDER: dict[ComparisonOperator, Holds] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def comparing(operator: ComparisonOperator, left: Type, right: Type) -> Holds:
    """What decides a comparison of two values whose types fit; names compare with case folded."""
    if operator in ORDER:
        return ORDER[operator]
    holds = _HOLDS[operator]
    if Type.LIST in (left, right) and operator != "in":
        return _UNORDERED[operator]
    return _folding(holds) if Type.NAME in (left, right) else holds


@cache
def _folding(holds: Holds) -> Holds:
    return lambda left, right: holds(_folded(left), _folded(right))


def _folded(value: Any) -> Any:  # noqa: ANN401 - a text, several, or nothing
    if isinstance(value, str):
        return value.casefold()
    return tuple(item.casefold() for item in value) if isinstance(value, (tuple, frozenset)) else value


def _equal(left: object, right: object) -> bool:
    return left is not ABSENT and left == right


def _unequal(left: object, right: object) -> bool:
    return not _equal(left, right)


def _within(left: object, right: Collection[object]) -> bool:
    return left in right


def _like(left: object, right: object) -> bool:
    return isinstance(left, str) and isinstance(right, str) and _pattern(right).fullmatch(left) is not None


def _alike(left: Collection[str], right: Collection[str]) -> bool:
    """Lists are equal when they hold the same, in any order."""
    return set(left) == set(right)


def _unalike(left: Collection[str], right: Collection[str]) -> bool:
    return not _alike(left, right)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """A shell pattern with `*` and `?`; `*` crosses `/` (language.md 5.1)."""
    first, *rest = (_literal(part) for part in re.split(r"\*+", text))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    # The first place where a middle part fits is as good as any: without going back, time stays linear.
    return re.compile(f"{first}{''.join(f'(?>.*?{part})' for part in middle)}.*{last}", re.DOTALL)


def _literal(text: str) -> str:
    return "".join("." if character == "?" else re.escape(character) for character in text)


_HOLDS: dict[ComparisonOperator, Holds] = {"==": _equal, "!=": _unequal, "in": _within, "like": _like}
_UNORDERED: dict[ComparisonOperator, Holds] = {"==": _alike, "!=": _unalike}

"""Which resource types a quantifier over resources asks for by name: those that it needs to find in the inventory."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.truth import Type
from policyengine.analysis.requirements.typed import Access, Comparison, Condition, Constant, Logical, Quantifier

_TYPE = ATTRIBUTES[Type.RESOURCE]["type"]


def unlisted_types(quantifier: Quantifier, unlisted: frozenset[str]) -> frozenset[str]:
    """The types that a quantifier names and whose resources the inventory cannot list."""
    if quantifier.over != "resource" or not unlisted:
        return frozenset()
    asked = [quantifier.where, None if quantifier.kind == "every" else quantifier.satisfies]
    return (_all_of(filter(None, asked)) or frozenset()) & unlisted


def _types(condition: Condition) -> frozenset[str] | None:
    """The types that alone can meet a condition; None where others can."""
    if isinstance(condition, Comparison):
        return _compared(condition)
    if isinstance(condition, Logical) and condition.operator == "and":
        return _all_of(condition.operands)
    if isinstance(condition, Logical):
        each = [_types(operand) for operand in condition.operands]
        return None if None in each else reduce(or_, filter(None, each), frozenset())
    return None


def _all_of(conditions: Iterable[Condition]) -> frozenset[str] | None:
    each = [types for types in map(_types, conditions) if types is not None]
    return reduce(and_, each) if each else None


def _compared(condition: Comparison) -> frozenset[str] | None:
    sides = condition.left, condition.right
    constant = next((side.constant for side in sides if isinstance(side, Constant)), None)
    if not any(isinstance(side, Access) and side.attributes[0] is _TYPE for side in sides):
        return None
    if condition.operator == "==" and isinstance(constant, str):
        return frozenset({constant})
    if condition.operator == "in" and isinstance(constant, (tuple, list, frozenset)):
        return frozenset(map(str, constant))
    return None

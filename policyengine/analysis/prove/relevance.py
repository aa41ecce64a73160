"""The plans that a requirement reads, as far as its text says so, and the policies that are relevant to these.

Targets with the same relevant policies are equivalent, whatever other policies are attached.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from policyengine.analysis.requirements import ATTRIBUTES, Condition, Requirement, Type
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Constant,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
    Slot,
)
from policyengine.aws.documents import CONTROL, PolicyDocument
from policyengine.aws.settings import PLANS

NAME = "attack"
"""The name of policies that the search attaches, and of the elements that they add unless another name is needed."""

Names: TypeAlias = frozenset[str] | None
"""Folded names of plans; None for all that there may be."""

_PLAN_OF = {
    "plan": ATTRIBUTES[Type.PLAN]["name"],
    "rule": ATTRIBUTES[Type.RULE]["plan"],
    "copy": ATTRIBUTES[Type.COPY]["plan"],
    "selection": ATTRIBUTES[Type.SELECTION]["plan"],
}


def plans_read(requirement: Requirement) -> Names:
    """The plans that a requirement reads, and the one that an attached policy may add."""
    conditions = (*requirement.scope, *(assertion.condition for assertion in requirement.assertions))
    return _union((frozenset({NAME}), *map(_read, conditions)))


class RelevanceFilter:
    """Selects the policies that are relevant to plans of some names."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._decided: dict[PolicyDocument, bool] = {}

    def relevant(self, policies: Iterable[PolicyDocument]) -> tuple[PolicyDocument, ...]:
        """The policies that mention one of the plans, or limit who may add plans."""
        if self._names is None:
            return tuple(policies)
        return tuple(policy for policy in policies if self._is_relevant(policy, self._names))

    def levels(self, levels: Iterable[tuple[PolicyDocument, ...]]) -> tuple[tuple[PolicyDocument, ...], ...]:
        """The relevant policies of each level, root first; levels without any are left out."""
        return tuple(relevant for policies in levels if (relevant := self.relevant(policies)))

    def _is_relevant(self, policy: PolicyDocument, names: frozenset[str]) -> bool:
        if policy not in self._decided:
            plans = plans_in(policy)
            self._decided[policy] = CONTROL in plans or not plans.isdisjoint(names)
        return self._decided[policy]


def plans_in(policy: PolicyDocument) -> frozenset[str]:
    """The folded keys that a policy has below `plans`: names of plans, perhaps a control."""
    content = policy.content if isinstance(policy.content, dict) else {}
    plans = next((below for key, below in content.items() if key.lower() == PLANS), None)
    return frozenset(key.lower() for key in plans) if isinstance(plans, dict) else frozenset()


def _read(condition: Condition) -> Names:
    if isinstance(condition, Logical):
        return _union(map(_read, condition.operands))
    if isinstance(condition, Not):
        return _read(condition.operand)
    if isinstance(condition, Quantifier):
        return _of_quantifier(condition)
    sides = (condition.left, condition.right) if isinstance(condition, Comparison) else (condition,)
    return frozenset(side.plan.casefold() for side in sides if isinstance(side, Pick) and side.plan)


def _of_quantifier(condition: Quantifier) -> Names:
    inner = [_read(part) for part in (condition.where, condition.satisfies) if part]
    if condition.within != "account":  # the quantifier around it says which plans
        return _union(inner)
    named = _named(condition.where, condition.over)
    if named is None and condition.kind != "every":  # an element of another plan counts nothing
        named = _named(condition.satisfies, condition.over)
    return _union([named, *inner])


def _named(condition: Condition | None, over: Slot) -> Names:
    """The plans to which an element must belong, or the condition is false; None where any will do."""
    if isinstance(condition, Logical):
        named = [_named(operand, over) for operand in condition.operands]
        if condition.operator == "or":
            return _union(named)
        return next((names for names in named if names is not None), None)
    if isinstance(condition, Comparison) and condition.operator in {"==", "in"}:
        sides = condition.left, condition.right
        if any(_is_plan(side, over) for side in sides):
            return next((_texts(side) for side in sides if isinstance(side, Constant)), None)
    return None


def _is_plan(side: Operand, over: Slot) -> bool:
    return isinstance(side, Access) and side.slot == over and side.attributes[-1] is _PLAN_OF[over]


def _texts(constant: Constant) -> frozenset[str]:
    value = constant.constant
    texts = value if isinstance(value, (tuple, frozenset)) else (value,)
    return frozenset(str(text).casefold() for text in texts)


def _union(names: Iterable[Names]) -> Names:
    union: frozenset[str] = frozenset()
    for each in names:
        if each is None:
            return None
        union |= each
    return union

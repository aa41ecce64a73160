"""What conditions and requirements say, to be compared.

Assertions that say the same in the same words are judged once: packs have some in common.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields
from typing import TypeAlias

from policyengine.requirements.quantifier import Quantifier
from policyengine.requirements.typed import Access, Comparison, Condition, Constant, Logical, Not, Pick
from policyengine.requirements.values import Requirement
from policyengine.syntax import expression_text
from policyengine.syntax.expressions import Expression

_Typed: TypeAlias = Access | Comparison | Constant | Logical | Not | Pick | Quantifier


class Alike:
    """The conditions of assertions so far, by all that they say.

    Only whole ones become one object: which quantifiers met anything is asked of each assertion, and within one of them
    the same words may stand in two places.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Condition] = {}

    def __call__(self, condition: Condition) -> Condition:
        """The condition that says the same, if there was one."""
        return self._known.setdefault(_said(condition), condition)


def asked(requirement: Requirement) -> Hashable:
    """What a requirement asks, and of which accounts, wherever it stands; its level and its words are no part of it."""
    return tuple(map(_said, requirement.scope)), tuple(_said(made.condition) for made in requirement.assertions)


def _said(value: object) -> Hashable:
    """All that a condition says: types, values and words, whatever their place in a text."""
    if isinstance(value, _Typed):
        return type(value), *(_said(getattr(value, field.name)) for field in fields(value) if field.init)
    if isinstance(value, tuple):
        return tuple(map(_said, value))
    return expression_text(value) if isinstance(value, Expression) else value

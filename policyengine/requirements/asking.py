"""What a comparison asks for, as it follows "asks for"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policyengine.plan import FOREVER
from policyengine.requirements.atoms import atom
from policyengine.requirements.environment import Environment
from policyengine.requirements.phrases import name, text
from policyengine.requirements.truth import ABSENT
from policyengine.requirements.typed import Constant, Operand
from policyengine.requirements.types import Type
from policyengine.syntax.expressions import ComparisonOperator

_MOST = 30  # values of a list that a message shows
_OPPOSITE: dict[ComparisonOperator, ComparisonOperator] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_AMOUNTS: dict[ComparisonOperator, str] = {
    ">=": "at least ",
    "<=": "at most ",
    ">": "more than ",
    "<": "less than ",
    "==": "",
    "!=": "anything but ",
}


def asked(operator: ComparisonOperator, right: Operand, environment: Environment, *, wanted: bool) -> str:
    """What the right side asks for: `at least 35 days`, `anything but `none``, `one like `Prod/*``.

    Where it is no literal, it is named too: `at least 7 days, the minimum retention of vault `Main` in eu-west-1`.
    """
    said, other = _asked(operator, right, right.value(environment), wanted=wanted), atom(right, environment)
    if other is None:
        return said
    if other.value is ABSENT:
        return f"the same as {name(other)}, which is not set"
    if other.own_id and operator in _OPPOSITE:
        return f"{_AMOUNTS[operator if wanted else _OPPOSITE[operator]]}{name(other)}"
    return f"{said}, {name(other)}"


def required(operator: ComparisonOperator, lock: str | Sequence[str], *, wanted: bool) -> str:
    """What a comparison asks of a lock: `compliance is required`."""
    locks = (lock,) if isinstance(lock, str) else tuple(lock)
    unlocked = locks == ("none",)
    if (operator in {"==", "in"}) is wanted:
        return "an unlocked vault is required" if unlocked else f"{_either(locks)} is required"
    return "a lock is required" if unlocked else f"anything but {_either(locks)} is required"


def _asked(operator: ComparisonOperator, right: Operand, value: Any, *, wanted: bool) -> str:  # noqa: ANN401
    if operator == "in":
        kind = right.item if isinstance(right, Constant) else Type.STRING
        return ("" if wanted else "anything but ") + (_either([text(kind, item) for item in value]) or "nothing")
    if operator == "like" and value == "*":
        return "any value" if wanted else "none"
    if operator == "like":
        return f"{'one' if wanted else 'none'} like {text(right.type, value)}"
    amount = _AMOUNTS[operator if wanted else _OPPOSITE[operator]]
    if amount == "at least " and value == FOREVER:
        amount = ""
    exactly = "exactly " if right.type is Type.LIST and value and not amount else ""
    return f"{amount}{exactly}{text(right.type, value)}"


def _either(texts: Sequence[str]) -> str:
    """`a, b or c`."""
    if len(texts) > _MOST:
        return f"{', '.join(texts[:_MOST])} or {len(texts) - _MOST:,} more"
    return " or ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)

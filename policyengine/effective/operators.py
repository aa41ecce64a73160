"""What each value operator does to a value (semantics.md section 2)."""

from __future__ import annotations

from typing import TypeAlias

from policyengine.model.documents import APPEND, ASSIGN

Value: TypeAlias = "str | tuple[str, ...]"


def operate(value: Value | None, operator: str, operand: Value) -> Value | None:
    """The value after one operator; None stands for a setting that is absent, () for an empty list.

    `@@assign` replaces, duplicates kept (R25); `@@append` creates the list and adds only what is not there (R7);
    `@@remove` drops values and leaves an absent setting absent (R8, R9).
    """
    if operator == ASSIGN:
        return operand
    listed = _listed(value)
    if operator == APPEND:
        return _append(listed, _listed(operand))
    return None if value is None else tuple([item for item in listed if item not in _listed(operand)])


def _append(listed: tuple[str, ...], operand: tuple[str, ...]) -> tuple[str, ...]:
    new = [item for item in dict.fromkeys(operand) if item not in listed]
    return (*listed, *new)


def _listed(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value

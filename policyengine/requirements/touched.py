"""What a condition is held against: the measure of what tests look at."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.requirements.environment import Element, Environment
from policyengine.requirements.quantifier import Quantifier
from policyengine.requirements.typed import Comparison, Condition, Logical, Not, Operand, Pick


def touched(condition: Condition | Operand, environment: Environment) -> Iterator[Element]:
    """Every element that a quantifier means or a name picks; what a `where` leaves out is not touched."""
    return _touched(condition, environment, set())


def _touched(condition: Condition | Operand, environment: Environment, told: set[object]) -> Iterator[Element]:
    """The same; `told` has the quantifiers that were walked through, with what was around them."""
    if isinstance(condition, Quantifier):
        if (condition, condition.around(environment)) not in told:
            told.add((condition, condition.around(environment)))
            for element, truth in condition.judged(environment):
                if truth is not None:
                    yield element
                    yield from _touched(condition.satisfies, environment, told)
    elif isinstance(condition, Pick):
        yield from condition.elements(environment)
    else:
        for part in _parts(condition):
            yield from _touched(part, environment, told)


def _parts(condition: Condition | Operand) -> tuple[Condition | Operand, ...]:
    if isinstance(condition, Logical):
        return condition.operands
    if isinstance(condition, Not):
        return (condition.operand,)
    return (condition.left, condition.right) if isinstance(condition, Comparison) else ()

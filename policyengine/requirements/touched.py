"""What a condition is held against: the measure of what tests look at, and which facts requirements rest on."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.requirements.attributes import ATTRIBUTES
from policyengine.requirements.environment import Element, Environment
from policyengine.requirements.quantifier import Quantifier
from policyengine.requirements.typed import Access, Comparison, Condition, Logical, Not, Operand, Pick
from policyengine.requirements.types import Type
from policyengine.requirements.values import Requirement


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


def asks_for_account_tags(requirement: Requirement) -> bool:
    """Whether any expression of a requirement looks at the tags of accounts."""
    conditions = (*requirement.scope, *(assertion.condition for assertion in requirement.assertions))
    return any(map(_asks_for_account_tags, conditions))


def _asks_for_account_tags(condition: Condition | Operand) -> bool:
    if isinstance(condition, Access):
        return condition.attributes[0] is ATTRIBUTES[Type.ACCOUNT]["tags"]
    if isinstance(condition, Quantifier):
        inside = (condition.satisfies, *((condition.where,) if condition.where else ()))
        return any(map(_asks_for_account_tags, inside))
    return any(map(_asks_for_account_tags, _parts(condition)))


def _parts(condition: Condition | Operand) -> tuple[Condition | Operand, ...]:
    if isinstance(condition, Logical):
        return condition.operands
    if isinstance(condition, Not):
        return (condition.operand,)
    return (condition.left, condition.right) if isinstance(condition, Comparison) else ()

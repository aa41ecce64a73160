"""What builds the expressions of requirements and tests (language.md 5.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from policyengine.catalogue.language import bare_quantifier, chained_comparison
from policyengine.syntax._reading import Reading, Token, excerpt
from policyengine.syntax._value_actions import number, string
from policyengine.syntax.expressions import (
    Attribute,
    Comparison,
    ComparisonOperator,
    Expression,
    Index,
    Items,
    Logical,
    Not,
    Path,
    Quantifier,
)
from policyengine.syntax.values import Name

_KINDS: dict[str, Literal["every", "some", "no", "at least"]] = {
    "every": "every",
    "some": "some",
    "no": "no",
    "at least": "at least",
}
_PARENTHESES = "it reaches as far right as it can: write `(every ... satisfies ...)`"


def disjunction(reading: Reading, operands: list[Expression]) -> Expression:
    """`a or b or c`; a single operand by itself."""
    return _logical(reading, "or", operands)


def conjunction(reading: Reading, operands: list[Expression]) -> Expression:
    """`a and b and c`; a single operand by itself."""
    return _logical(reading, "and", operands)


def last_or(reading: Reading, operands: list[Expression], _or: Token, last: Expression) -> Expression:
    """`a or every ...`, whose quantifier was reported already."""
    return _logical(reading, "or", [*operands, last])


def last_and(reading: Reading, operands: list[Expression], _and: Token, last: Expression) -> Expression:
    """`a and every ...`, whose quantifier was reported already."""
    return _logical(reading, "and", [*operands, last])


def _logical(reading: Reading, operator: str, operands: list[Expression]) -> Expression:
    if len(operands) == 1:
        return operands[0]
    span = reading.span(operands[0].span.start, operands[-1].span.end)
    return Logical("and" if operator == "and" else "or", tuple(operands), span=span)


def negation(reading: Reading, first: Token, operand: Expression) -> Not:
    """`not a`."""
    return Not(operand, span=reading.span(first[1], operand.span.end))


def comparison(reading: Reading, left: Expression, operator: Token, right: Expression) -> Comparison:
    """`a >= b`."""
    span = reading.span(left.span.start, right.span.end)
    return Comparison(left, cast("ComparisonOperator", operator[0]), right, span=span)


def chain(  # noqa: PLR0913, PLR0917 - the words of the expression
    reading: Reading, left: Expression, first: Token, middle: Expression, second: Token, right: Expression
) -> Comparison:
    """`a < b < c`, which is refused."""
    whole = reading.span(left.span.start, right.span.end)
    shown = f"{_shown(left)} {first[0]} {_shown(middle)} and {_shown(middle)} {second[0]} {_shown(right)}"
    reading.report(
        chained_comparison.RULE, whole, "comparisons do not chain", f"say what both compare: {excerpt(shown)}"
    )
    return comparison(reading, left, first, middle)


def longer_chain(_reading: Reading, compared: Comparison, _operator: Token, _right: Expression) -> Comparison:
    """One more link, said nothing about."""
    return compared


def _shown(operand: Expression) -> str:
    text = operand.span.text
    return text if len(text) <= 12 else "..."  # noqa: PLR2004 - what an advice can bear


def quantity(_reading: Reading, word: Token) -> tuple[Token, int | None]:
    """`every`, `some`, `no`."""
    return word, None


def at_least(reading: Reading, first: Token, last: Token, count: Token) -> tuple[Token, int | None]:
    """`at least N`."""
    return ("at least", first[1], last[2]), number(reading, count)


def quantifier(
    reading: Reading, amount: tuple[Token, int | None], over: Token, _satisfies: Token, condition: Expression
) -> Quantifier:
    """`every rule satisfies ...`."""
    return _quantifier(reading, amount, over, None, condition)


def filtered_quantifier(
    reading: Reading,
    amount: tuple[Token, int | None],
    over: Token,
    _where: Token,
    condition: Expression,
    _satisfies: Token,
    satisfied: Expression,
) -> Quantifier:
    """`every rule where ... satisfies ...`."""
    return _quantifier(reading, amount, over, condition, satisfied)


def _quantifier(
    reading: Reading,
    amount: tuple[Token, int | None],
    over: Token,
    condition: Expression | None,
    satisfied: Expression,
) -> Quantifier:
    (word, start, _), count = amount
    name = Name(over[0], span=reading.at(over))
    return Quantifier(_KINDS[word], count, name, condition, satisfied, span=reading.span(start, satisfied.span.end))


def unparenthesised(reading: Reading, found: Quantifier) -> Quantifier:
    """A quantifier as the last operand of `and`, `or`, `not`: it needs parentheses."""
    span = reading.span(found.span.start, found.over.span.end)
    message = f"{excerpt(span.text)} is an operand here and needs parentheses"
    reading.report(bare_quantifier.RULE, span, message, _PARENTHESES)
    return found


def condition_of_open(reading: Reading, found: Expression) -> Expression:
    """The condition of `where` that ends in a quantifier; the others were reported already."""
    return unparenthesised(reading, found) if isinstance(found, Quantifier) else found


def items(reading: Reading, *parts: Token | list[Expression]) -> Items:
    """`["a", "b"]` inside an expression."""
    first, last = cast("Token", parts[0]), cast("Token", parts[-1])
    values = tuple(parts[1]) if isinstance(parts[1], list) else ()
    return Items(values, span=reading.span(first[1], last[2]))


def parenthesised(reading: Reading, first: Token, inside: Expression, last: Token) -> Expression:
    """`(a or b)`: the tree shows what belongs together; the parentheses are a part of its place."""
    return replace(inside, span=reading.span(first[1], last[2]))


def word(reading: Reading, token: Token) -> Path:
    """One bare word."""
    return Path(token[0], (), span=reading.at(token))


def path(reading: Reading, head: Token, steps: list[Attribute | Index]) -> Path:
    """`account.tags["env"]`."""
    return Path(head[0], tuple(steps), span=reading.span(head[1], steps[-1].span.end))


def attribute(reading: Reading, first: Token, name: Token) -> Attribute:
    """`.name`."""
    return Attribute(name[0], span=reading.span(first[1], name[2]))


def index(reading: Reading, first: Token, key: Token, last: Token) -> Index:
    """`["name"]`."""
    return Index(string(reading, key), span=reading.span(first[1], last[2]))

"""Expressions as text: on one line, or over several where that is too long. Parentheses stand where they must."""

from __future__ import annotations

import re

from policyengine.syntax._print_values import value_text
from policyengine.syntax._strings import quote
from policyengine.syntax.expressions import (
    Attribute,
    Comparison,
    Expression,
    Items,
    Logical,
    Not,
    Path,
    Quantifier,
)

# How tightly parts hold together; a part stands in parentheses where a tighter one is needed.
_QUANTIFIER, _OR, _AND, _NOT, _COMPARISON, _OPERAND = range(6)
_WHERE = _OR  # a quantifier needs parentheses inside `where`

_EXPECTATION = re.compile(r"(?:no )?violation\b(?!-)|(?:in)?valid\b(?!-)")


def expression_text(expression: Expression, tightness: int = _QUANTIFIER) -> str:
    """An expression on one line."""
    text = _bare(expression)
    return f"({text})" if _tightness(expression) < tightness else text


def expectation_lines(expression: Expression, room: int) -> list[str]:
    """An expression after `expect`, where some words mean something else at the beginning."""
    text = expression_text(expression)
    if not _EXPECTATION.match(text):
        return expression_lines(expression, room, lead=len("expect "))
    if len(text) + len("expect ()") <= room:
        return [f"({text})"]
    return ["(", *_indented(expression_lines(expression, room - 2)), ")"]


def expression_lines(expression: Expression, room: int, *, tightness: int = _QUANTIFIER, lead: int = 0) -> list[str]:
    """An expression over as many lines as it takes to keep them in `room` columns, as far as that can be.

    `lead` columns of the first line are taken.
    """
    text = expression_text(expression, tightness)
    if len(text) + lead <= room:
        return [text]
    if _tightness(expression) < tightness:
        return ["(", *_indented(expression_lines(expression, room - 2)), ")"]
    return _broken(expression, room, lead) or [text]


def _broken(expression: Expression, room: int, lead: int) -> list[str]:
    match expression:
        case Logical(operator=operator, operands=(first, *others)):
            inner = _tightness(expression) + 1
            lines = expression_lines(first, room, tightness=inner, lead=lead)
            for operand in others:
                lines += _clause(f"{operator} ", operand, room, inner)
            return lines
        case Quantifier(where=where, satisfies=satisfies):
            narrowed = _clause("where ", where, room, _WHERE) if where else []
            return [_head(expression), *narrowed, *_clause("satisfies ", satisfies, room, _QUANTIFIER)]
        case Not(operand=operand):
            begin, *rest = expression_lines(operand, room, tightness=_NOT, lead=lead + len("not "))
            return [f"not {begin}", *rest]
        case Comparison(left=left, operator=operator, right=Items(items=items)) if items:
            listed = [f"{expression_text(item)}," for item in items]
            return [f"{expression_text(left, _OPERAND)} {operator} [", *_indented(listed), "]"]
    return []


def _clause(word: str, expression: Expression, room: int, tightness: int) -> list[str]:
    first, *rest = expression_lines(expression, room - 2, tightness=tightness, lead=len(word))
    return _indented([word + first, *rest])


def _bare(expression: Expression) -> str:  # noqa: PLR0911 - one for each kind
    match expression:
        case Path(head=head, steps=steps):
            shown = [f".{step.name}" if isinstance(step, Attribute) else f"[{quote(step.key)}]" for step in steps]
            return head + "".join(shown)
        case Items(items=items):
            return f"[{', '.join(expression_text(item) for item in items)}]"
        case Comparison(left=left, operator=operator, right=right):
            return f"{expression_text(left, _OPERAND)} {operator} {expression_text(right, _OPERAND)}"
        case Logical(operator=operator, operands=operands):
            inner = _tightness(expression) + 1
            return f" {operator} ".join(expression_text(operand, inner) for operand in operands)
        case Not(operand=operand):
            return f"not {expression_text(operand, _NOT)}"
        case Quantifier(where=where, satisfies=satisfies):
            narrowed = f" where {expression_text(where, _WHERE)}" if where else ""
            return f"{_head(expression)}{narrowed} satisfies {expression_text(satisfies)}"
    return value_text(expression)


def _head(quantifier: Quantifier) -> str:
    amount = f"at least {quantifier.count}" if quantifier.kind == "at least" else quantifier.kind
    return f"{amount} {quantifier.over.text}"


def _tightness(expression: Expression) -> int:
    match expression:
        case Quantifier():
            return _QUANTIFIER
        case Logical(operator=operator):
            return _OR if operator == "or" else _AND
        case Not():
            return _NOT
        case Comparison():
            return _COMPARISON
    return _OPERAND


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]

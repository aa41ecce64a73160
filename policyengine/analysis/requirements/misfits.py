"""Diagnostics for parts of an expression that do not fit together, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policyengine.analysis.requirements.attributes import ATTRIBUTES
from policyengine.analysis.requirements.requirement_rules import NOT_A_CONDITION, UNLIKE_TYPES
from policyengine.analysis.requirements.typed import Constant, Operand
from policyengine.analysis.requirements.value_types import ORDER, WORDS, Type
from policyengine.analysis.requirements.wording import LONGEST_QUOTE
from policyengine.aws.settings import SCHEDULE, below
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Span
from policyengine.base.text import Advice, listed, quoted, suggestion
from policyengine.language.compiler import LONGEST_LIST
from policyengine.language.syntax import expression_text
from policyengine.language.syntax import nodes as written

_DURATION = re.compile(r"[0-9]{1,9} *(minute|hour|day|week|year)s?")
_MONTHS = re.compile(r"([0-9]{1,9}) *months?")
_DAYS_OF_A_MONTH = 30
_UNITS = {
    **{"/".join(path): row.format.unit[:-1] for row, path in below("rule")},
    SCHEDULE.place: "hour",
}


def instead(actual: Operand, expected: Type, other: Operand | None = None) -> str:
    """Advice for a literal of an unexpected type, beside an `other`; empty where there is none to give."""
    if not isinstance(actual, Constant):
        return ""
    text = actual.text if actual.type is Type.BOOLEAN else str(actual.constant)
    if expected is Type.DURATION:
        return _duration(text, _unit(other))
    if expected in WORDS:
        return _without_quotes(text) if text in WORDS[expected] else words(expected)
    if expected is Type.BOOLEAN:
        return _without_quotes(text) if text in {"true", "false"} else "write `true` or `false`"
    if expected.is_text and (actual.type in (Type.COUNT, Type.BOOLEAN) or actual.type in WORDS):
        return Advice.to_write(f'"{text}"', f'a text needs quotes: `"{text}"`')
    return ""


def _without_quotes(text: str) -> Advice:
    return Advice.to_write(text, f"write {quoted(text)} without quotes")


def words(kind: Type) -> str:
    """`a lock mode is `none`, `governance` or `compliance``."""
    return f"{kind.phrase} is {listed(WORDS[kind], 'or')}"


def _duration(text: str, unit: str) -> str:
    if text.isdigit():
        return Advice.to_write(f"{text} {unit}" if text == "1" else f"{text} {unit}s")
    if _DURATION.fullmatch(text) or text == "forever":
        return _without_quotes(text)
    if months := _MONTHS.fullmatch(text):
        return f"a month has no fixed length: write `{int(months[1]) * _DAYS_OF_A_MONTH} days`"
    return "a duration has a unit, such as `35 days`"


def _unit(other: Operand | None) -> str:
    """The unit that a bare number most likely has, judged by the other operand."""
    if other is None or isinstance(other, Constant):
        return "day"
    return _UNITS.get(other.attributes[-1].place, "day")


_REGIONS = ATTRIBUTES[Type.PLAN]["regions"]


def misfit(comparison: written.ComparisonNode, left: Operand, right: Operand) -> Diagnostic | None:
    """The reason why two operands cannot be compared so; None where they can."""
    operator = comparison.operator
    if operator == "in":
        return _no_member(comparison, left, right) if right.type is Type.LIST else _no_list(comparison, left, right)
    if operator in ORDER and (left.type is not Type.DURATION or right.type is not Type.DURATION):
        return _unordered(comparison, left, right)
    if operator == "like" and not (left.type.is_text and right.type.is_text):
        return _no_pattern(comparison, left, right)
    fits = _comparable(left.type, right.type) and _comparable(_item(left), _item(right))
    return None if fits else _unlike(comparison, left, right)


def no_condition(expression: written.Expression, operand: Operand) -> Diagnostic:
    """A value by itself, in place of a condition."""
    message = f"expected something true or false, found {_kind(operand)}"
    return NOT_A_CONDITION.at(expression.span, message, help=_condition(expression, operand))


def nested(expression: written.Expression) -> Diagnostic:
    """A condition in place of a value."""
    message = "expected a value to compare, found a condition"
    advice = "a condition stands by itself; several combine with `and`, `or` and `not`"
    return UNLIKE_TYPES.at(expression.span, message, help=advice)


def no_item(item: written.Expression, operand: Operand) -> Diagnostic:
    """An item of a list that is no literal, or a list itself."""
    if isinstance(operand, Constant):
        return UNLIKE_TYPES.at(item.span, "a list cannot hold another list", help="leave out the inner list")
    advice = "compare one by one, and combine with `or`"
    return UNLIKE_TYPES.at(item.span, "a list holds literals only", help=advice)


def no_list(spread: written.SpreadNode, operand: Operand) -> Diagnostic:
    """`...` before what is no list of literals."""
    single = isinstance(operand, Constant) and operand.type is not Type.LIST
    help_ = f"write {quoted(spread.value.span.text)} without the dots" if single else ""
    return UNLIKE_TYPES.at(spread.span, "`...` takes a list that is written out, or a let of one", help=help_)


def too_long(spread: written.SpreadNode) -> Diagnostic:
    """A spread with which a list has more items than any let."""
    return UNLIKE_TYPES.at(spread.span, f"with this the list has more than {LONGEST_LIST:,} items", help="spread fewer")


def odd(constants: Sequence[Constant], spans: Sequence[Span], other_side: Operand | None) -> Diagnostic | None:
    """The first of a list that does not fit the operand on the `other_side`, or the others; None where all do."""
    expected, like = item_type(other_side), ""
    if expected is None and constants:
        expected, like = constants[0].type, " like the first of the list"
    for constant, span in zip(constants, spans, strict=True):
        if expected and not _comparable(constant.type, expected):
            message = f"expected {expected.phrase}{like}, found {constant.type.phrase}"
            advice = instead(constant, expected, other_side) or "a list holds values of one type"
            return UNLIKE_TYPES.at(span, message, help=advice)
    return None


def item_type(other_side: Operand | None) -> Type | None:
    """The item type that a list needs for a comparison with the other operand; None where nothing is expected."""
    if other_side is None:
        return None
    return Type.STRING if other_side.type is Type.LIST else other_side.type


def no_word(path: written.Path, kind: Type) -> Diagnostic | None:
    """A bare word beside a value of a type that has words of its own; None where the type has none."""
    if kind not in WORDS:
        return None
    advice = suggestion(path.head, WORDS[kind]) or words(kind)
    return UNLIKE_TYPES.at(path.span, f"{quoted(path.head)} is not {kind.phrase}", help=advice)


def _no_list(comparison: written.ComparisonNode, left: Operand, right: Operand) -> Diagnostic:
    first, second = expression_text(comparison.left), expression_text(comparison.right)
    if left.type is Type.LIST:
        advice = f"the list stands on the right: {_quoted(f'{second} in {first}')}"
    else:
        advice = f"write {_quoted(f'{first} == {second}')}"
        advice += f", or a list: {_quoted(f'[{second}]')}" if isinstance(right, Constant) else ""
    message = f"`in` needs a list on its right, found {right.type.phrase}"
    return UNLIKE_TYPES.at(comparison.right.span, message, help=advice)


def _no_member(comparison: written.ComparisonNode, left: Operand, right: Operand) -> Diagnostic | None:
    item = _item(right)
    if left.type is Type.LIST:
        return _list_in_list(comparison, left)
    if _comparable(left.type, item):
        return None
    if not isinstance(right, Constant):
        message = f"expected {(item or Type.STRING).phrase}, found {left.type.phrase}"
        return UNLIKE_TYPES.at(comparison.left.span, message, help=_is(comparison.right, right))
    advice = instead(_first(right), left.type, left) or _is(comparison.left, left)
    message = f"expected a list of {_plural(left.type)}, found {_kind(right)}"
    return UNLIKE_TYPES.at(comparison.right.span, message, help=advice)


def _list_in_list(comparison: written.ComparisonNode, left: Operand) -> Diagnostic:
    advice = "lists compare with `==`"
    if not isinstance(left, Constant) and left.attributes[-1] is _REGIONS:
        by_one = f"every rule satisfies rule.region in {expression_text(comparison.right)}"
        advice = f"a rule runs in one Region at a time: {_quoted(by_one)}"
    return UNLIKE_TYPES.at(comparison.left.span, f"`in` looks for one value, found {_kind(left)}", help=advice)


def _no_pattern(comparison: written.ComparisonNode, left: Operand, right: Operand) -> Diagnostic:
    sides = ((comparison.left, left), (comparison.right, right))
    side, actual = next((side, actual) for side, actual in sides if not actual.type.is_text)
    advice = instead(actual, Type.STRING) or 'both sides are texts; the right one is a pattern such as "Workloads/*"'
    if actual.type is Type.LIST and actual is left:
        question = f'"..." in {expression_text(side)}'
        advice = f"ask for one value: {_quoted(question)}"
    return UNLIKE_TYPES.at(side.span, f"`like` compares strings, found {_kind(actual)}", help=advice)


def _unordered(comparison: written.ComparisonNode, left: Operand, right: Operand) -> Diagnostic:
    ways = ((comparison.left, left, comparison.right, right), (comparison.right, right, comparison.left, left))
    wrong, actual, other_node, other = next(way for way in ways if way[1].type is not Type.DURATION)
    message = f"{quoted(comparison.operator)} compares durations, found {_kind(actual)}"
    advice = "use `==`, `!=` or `in`"
    if other.type is Type.DURATION:
        advice = instead(actual, Type.DURATION, other) or _is(other_node, other)
    return UNLIKE_TYPES.at(wrong.span, message, help=advice)


def _unlike(comparison: written.ComparisonNode, left: Operand, right: Operand) -> Diagnostic:
    """The literal is at fault, or the right side."""
    ways = ((comparison.left, left, comparison.right, right), (comparison.right, right, comparison.left, left))
    wrong, actual, other_node, other = next((way for way in ways[::-1] if isinstance(way[1], Constant)), ways[1])
    expected = f"a list of {_plural(_item(other) or Type.STRING)}" if other.type is Type.LIST else other.type.phrase
    advice = _membership(comparison, left, right) or instead(actual, other.type, other) or _is(other_node, other)
    return UNLIKE_TYPES.at(wrong.span, f"expected {expected}, found {_kind(actual)}", help=advice)


def _membership(comparison: written.ComparisonNode, left: Operand, right: Operand) -> str:
    """Advice where a list and one value are held against each other; nothing for other sides."""
    if (left.type is Type.LIST) is (right.type is Type.LIST):
        return ""
    sides = (comparison.left, comparison.right)
    many, single = sides if left.type is Type.LIST else sides[::-1]
    question = f"{expression_text(single)} in {expression_text(many)}"
    return f"write {_quoted(question if comparison.operator == '==' else f'not {question}')}"


def _condition(expression: written.Expression, operand: Operand) -> str:
    """Advice on how to turn a value into a condition."""
    text, kind = expression_text(expression), operand.type
    if isinstance(operand, Constant):
        return "say what must hold, such as `every rule satisfies rule.retention >= 35 days`"
    if kind is Type.LIST:
        question = f'"..." in {text}'
        return f"ask what is in it, such as {_quoted(question)}"
    example = ">= 35 days" if kind is Type.DURATION else f"== {WORDS[kind][-1]}" if kind in WORDS else '== "..."'
    return f"compare it with something, such as {_quoted(f'{text} {example}')}"


def _is(expression: written.Expression, operand: Operand) -> str:
    return f"{_quoted(expression_text(expression))} is {_kind(operand)}"


def _comparable(left: Type | None, right: Type | None) -> bool:
    """Whether values of two types compare; None is an unknown type."""
    if left is None or right is None:
        return True
    return left is right or (left.is_text and right.is_text)


def _item(operand: Operand) -> Type | None:
    """The item type of a list, None for an empty one; all else is alike."""
    if not isinstance(operand, Constant):
        return Type.STRING
    return operand.item if operand.constant else None


def _first(operand: Constant) -> Constant:
    """The first value of a list."""
    values = operand.constant
    return Constant(operand.item, values[0], "") if isinstance(values, tuple) else operand


def _kind(operand: Operand) -> str:
    if operand.type is Type.LIST:
        return f"a list of {_plural(_item(operand) or Type.STRING)}"
    return operand.type.phrase


def _plural(kind: Type) -> str:
    first, of, rest = kind.phrase.removeprefix("a ").partition(" of ")
    return f"{first}s{of}{rest}"


def _quoted(text: str) -> str:
    return quoted(text, LONGEST_QUOTE)

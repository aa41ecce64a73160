"""The expressions of requirements and tests, as written; `requirements/` gives them types and a meaning."""

from __future__ import annotations

from typing import Literal

from policyengine.source import Span
from policyengine.syntax.values import Boolean, Duration, Forever, Integer, Name, Text, spanned
from policyengine.value import value

ComparisonOperator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "like"]


@value
class Attribute:
    """`.name` on a path."""

    name: str
    span: Span = spanned()


@value
class Index:
    """`["name"]` on a path."""

    key: str
    span: Span = spanned()


@value
class Path:
    """`account.tags["env"]`, `plans["daily"].rules["nightly"].retention`, or one bare word."""

    head: str
    steps: tuple[Attribute | Index, ...]
    span: Span = spanned()


@value
class Items:
    """A list inside an expression."""

    items: tuple[Expression, ...]
    span: Span = spanned()


@value
class Comparison:
    """`left OP right`."""

    left: Expression
    operator: ComparisonOperator
    right: Expression
    span: Span = spanned()


@value
class Logical:
    """`a and b and c`, `a or b`: two operands or more."""

    operator: Literal["and", "or"]
    operands: tuple[Expression, ...]
    span: Span = spanned()


@value
class Not:
    """`not EXPR`."""

    operand: Expression
    span: Span = spanned()


@value
class Quantifier:
    """`every KIND [where EXPR] satisfies EXPR`; `count` for `at least N`, None otherwise."""

    kind: Literal["every", "some", "no", "at least"]
    count: int | None
    over: Name
    where: Expression | None
    satisfies: Expression
    span: Span = spanned()


Expression = Path | Text | Integer | Duration | Forever | Boolean | Items | Comparison | Logical | Not | Quantifier

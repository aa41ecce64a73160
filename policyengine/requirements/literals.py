"""Literals and bare words of expressions, and the project's `let` names in them."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.compiler import Lets, cron_text
from policyengine.facts import regions, resource_types
from policyengine.plan import FOREVER
from policyengine.requirements.durations import minutes, shown
from policyengine.requirements.typed import Constant
from policyengine.requirements.types import TYPE_OF_WORD, Type
from policyengine.syntax import expressions as written
from policyengine.syntax.values import (
    Boolean,
    Duration,
    Forever,
    Integer,
    ListOf,
    Reference,
    Text,
    Value,
)
from policyengine.wording import quoted


def literal(value: Value) -> Constant | None:
    """The constant that a value written in the language is; None for a list, and for a name that stands for nothing."""
    if isinstance(value, ListOf):
        return None
    if isinstance(value, Reference):
        return word(value.name)
    if isinstance(value, (Duration, Forever)):
        length = minutes(value) if isinstance(value, Duration) else FOREVER
        return Constant(Type.DURATION, length, shown(length))
    if isinstance(value, Boolean):
        return Constant(Type.BOOLEAN, value.value, "true" if value.value else "false")
    if isinstance(value, Integer):
        return Constant(Type.COUNT, value.value, str(value.value))
    return text_constant(value.value if isinstance(value, Text) else cron_text(value))


def word(name: str) -> Constant | None:
    """The constant that a bare word is: a lock, a Region, a resource type; None for any other."""
    if name in TYPE_OF_WORD:
        return Constant(TYPE_OF_WORD[name], name, quoted(name))
    return text_constant(name) if name in regions() or name in resource_types("aws") else None


def named(name: str, lets: Lets) -> Constant | list[Constant] | None:
    """What a `let` stands for: a constant, or those of a list; None where it is unknown or broken."""
    value = lets.settle(Reference(name, span=lets.by_name[name].span))
    if not isinstance(value, ListOf):
        return literal(value) if value else None
    items = [literal(settled) if (settled := lets.settle(item)) else None for item in value.items]
    return [item for item in items if item] if all(items) else None


def years(expression: written.Expression, lets: Lets) -> Iterator[Duration]:
    """The durations in years that an expression says, in a list or by a name too."""
    if isinstance(expression, written.Items):
        for item in expression.items:
            yield from years(item, lets)
    elif isinstance(expression, written.Path):
        value = lets.settle(Reference(expression.head, span=expression.span))
        for settled in [lets.settle(item) for item in value.items] if isinstance(value, ListOf) else [value]:
            yield from [settled] if isinstance(settled, Duration) and settled.unit == "year" else []
    elif isinstance(expression, Duration) and expression.unit == "year":
        yield expression


def text_constant(text: str) -> Constant:
    """A string."""
    return Constant(Type.STRING, text, quoted(text))

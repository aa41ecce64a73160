"""What builds the insides of a policy: settings, blocks, copies, conditions, child control."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from policyengine.catalogue.language import conflicting_parts, misplaced_part
from policyengine.syntax._places import accepted
from policyengine.syntax._reading import Reading, Token, excerpt
from policyengine.syntax._value_actions import string
from policyengine.syntax.nodes import (
    Block,
    BlockKind,
    ChildOperator,
    ChildrenMay,
    ConditionOperator,
    Copy,
    Item,
    Setting,
    SettingOperator,
    Where,
)
from policyengine.syntax.values import Name, Reference, Text, Value
from policyengine.value import value


@value
class Body:
    """What stands between braces, and where the closing one ends. Judged when its owner is known."""

    items: list[Item]
    end: int


def setting(reading: Reading, key: Name, operator: Token, value: Value) -> Setting:
    """`retain = 35 days`."""
    span = reading.span(key.span.start, value.span.end)
    return Setting(key, cast("SettingOperator", operator[0]), value, span=span)


def body(_reading: Reading, _open: Token, items: list[Item], close: Token) -> Body:
    """`{ ... }`."""
    return Body(items, close[2])


def named_block(reading: Reading, first: Token, name: Name, like: Name | None, inside: Body) -> Block:
    """`plan daily { ... }`, `rule nightly like base { ... }`."""
    kind = cast("BlockKind", first[0])
    items = accepted(reading, kind, inside.items)
    span, head = reading.span(first[1], inside.end), reading.span(first[1], name.span.end)
    return Block(kind, name, items, like=like, span=span, head=head)


def selection(reading: Reading, first: Token, second: Token, name: Name, inside: Body) -> Block:
    """`tag selection tagged { ... }`, `resource selection databases { ... }`."""
    return named_block(reading, (f"{first[0]} {second[0]}", first[1], second[2]), name, None, inside)


def plain_block(reading: Reading, first: Token, inside: Body) -> Block:
    """`advanced { ... }`."""
    kind = cast("BlockKind", first[0])
    items = accepted(reading, kind, inside.items)
    return Block(kind, None, items, span=reading.span(first[1], inside.end), head=reading.at(first))


def copy_to_arn(reading: Reading, first: Token, _to: Token, arn: Token, inside: Body | None) -> Copy:
    """`copy to "ARN" { ... }`."""
    return _copy(reading, first, arn[2], inside, arn=_text(reading, arn))


def copy_to_vault(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    _to: Token,
    _vault: Token,
    vault: Token,
    _in: Token,
    region: Reference | Text,
    account: Text | None,
    inside: Body | None,
) -> Copy:
    """`copy to vault "V" in REGION account "ID" { ... }`."""
    end = (account or region).span.end
    return _copy(reading, first, end, inside, vault=_text(reading, vault), region=region, account=account)


def _copy(  # noqa: PLR0913 - the parts of a copy
    reading: Reading,
    first: Token,
    end: int,
    inside: Body | None,
    *,
    arn: Text | None = None,
    vault: Text | None = None,
    region: Reference | Text | None = None,
    account: Text | None = None,
) -> Copy:
    items = accepted(reading, "copy", inside.items) if inside else ()
    head = reading.span(first[1], end)
    span = reading.span(first[1], inside.end) if inside else head
    return Copy(arn, vault, region, account, items, span=span, head=head)


def where(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading, first: Token, name: Name, _colon: Token, key: Token, operator: Token, value: Token
) -> Where:
    """`where NAME: "KEY" == "VALUE"`."""
    span = reading.span(first[1], value[2])
    compared = cast("ConditionOperator", operator[0])
    return Where(name, _text(reading, key), compared, _text(reading, value), span=span)


def not_like(_reading: Reading, first: Token, last: Token) -> Token:
    """The two words of `not like`, as one."""
    return ("not like", first[1], last[2])


def children(reading: Reading, first: Token, _may: Token, operators: list[Token], path: list[Name]) -> ChildrenMay:
    """`children may append, remove in rules/nightly`."""
    words = tuple(cast("ChildOperator", operator[0]) for operator in operators)
    for index, operator in enumerate(operators):
        if operator[0] in words[:index]:
            message = f"{excerpt(operator[0])} is said twice"
            reading.report(conflicting_parts.RULE, reading.at(operator), message, "once is enough")
    if "nothing" in words and len(set(words)) > 1:
        span = reading.span(operators[0][1], operators[-1][2])
        message = f"`nothing` excludes {excerpt(next(word for word in words if word != 'nothing'))}"
        reading.report(conflicting_parts.RULE, span, message, "leave one of them out")
    end = path[-1].span.end if path else operators[-1][2]
    return ChildrenMay(words, tuple(path), span=reading.span(first[1], end))


def locked(reading: Reading, first: Token, thing: Item) -> Item:
    """`locked` before a plan, a rule, a setting, ..."""
    span = reading.span(first[1], thing.span.end)
    if isinstance(thing, ChildrenMay):
        message = "`locked` cannot stand before `children may`"
        advice = "`locked` closes what it stands before; say `children may nothing`, or lock the block itself"
        reading.report(misplaced_part.RULE, reading.at(first), message, advice)
        return replace(thing, span=span)
    return replace(thing, locked=True, span=span)


def _text(reading: Reading, token: Token) -> Text:
    return Text(string(reading, token), span=reading.at(token))

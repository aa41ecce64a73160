"""Builds the nodes of statements (lets, templates, policies, attachments, packs, waivers) and of items of policies.

Each function is an action of the grammar (`reductions.py`): it takes the values of the symbols of its rule, in their
order, and returns the node. What the grammar admits and the language does not is reported here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, cast

from policyengine.base.records import record
from policyengine.base.text import suggestion
from policyengine.language.language_rules import (
    CONFLICTING_PARTS,
    INCOMPLETE_STATEMENT,
    MALFORMED_DATE,
    MISPLACED_PART,
    UNKNOWN_CLAUSE,
    UNSUPPORTED_LANGUAGE,
)
from policyengine.language.syntax.build_values import string
from policyengine.language.syntax.literals import Name, Reference, Text, Value
from policyengine.language.syntax.nodes import (
    Attach,
    Block,
    ChildOperator,
    ChildrenMay,
    ConditionOperator,
    CopyNode,
    Date,
    Expression,
    Item,
    Let,
    Policy,
    SettingNode,
    SettingOperator,
    TargetNode,
    Template,
    UsePack,
    Waive,
    Where,
)
from policyengine.language.syntax.reading import Reading, Token, accepted, excerpt
from policyengine.language.syntax.words import days_in

Level = Literal["advisory", "mandatory"]

LANGUAGE = "1"
"""The version of the language that this parser understands."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEVELS: tuple[Level, Level] = ("advisory", "mandatory")


@record
class Body:
    """The items between braces, unchecked until their block is known, and the offset behind the closing brace."""

    items: list[Item]
    end: int


def setting(reading: Reading, key: Name, operator: Token, value: Value) -> SettingNode:
    """`retain = 35 days`."""
    span = reading.span(key.span.start, value.span.end)
    return SettingNode(key, cast("SettingOperator", operator[0]), value, span=span)


def body(_reading: Reading, _open: Token, items: list[Item], close: Token) -> Body:
    """`{ ... }`."""
    return Body(items, close[2])


def named_block(reading: Reading, first: Token, name: Name, like: Name | None, inside: Body) -> Block:
    """`plan daily { ... }`, `rule nightly like base { ... }`."""
    kind = first[0]
    items = accepted(reading, kind, inside.items)
    span, head = reading.span(first[1], inside.end), reading.span(first[1], name.span.end)
    return Block(kind, name, items, like=like, span=span, head=head)


def selection(reading: Reading, first: Token, second: Token, name: Name, inside: Body) -> Block:
    """`tag selection tagged { ... }`, `resource selection databases { ... }`."""
    return named_block(reading, (f"{first[0]} {second[0]}", first[1], second[2]), name, None, inside)


def plain_block(reading: Reading, first: Token, inside: Body) -> Block:
    """`advanced { ... }`."""
    kind = first[0]
    items = accepted(reading, kind, inside.items)
    return Block(kind, None, items, span=reading.span(first[1], inside.end), head=reading.at(first))


def copy_to_arn(reading: Reading, first: Token, _to: Token, arn: Token, inside: Body | None) -> CopyNode:
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
) -> CopyNode:
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
) -> CopyNode:
    items = accepted(reading, "copy", inside.items) if inside else ()
    head = reading.span(first[1], end)
    span = reading.span(first[1], inside.end) if inside else head
    return CopyNode(arn, vault, region, account, items, span=span, head=head)


def where(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading, first: Token, name: Name, _colon: Token, key: Token, operator: Token, value: Token
) -> Where:
    """`where NAME: "KEY" == "VALUE"`."""
    span = reading.span(first[1], value[2])
    sign = cast("ConditionOperator", operator[0])
    return Where(name, _text(reading, key), sign, _text(reading, value), span=span)


def not_like(_reading: Reading, first: Token, last: Token) -> Token:
    """The two words of `not like`, as one."""
    return ("not like", first[1], last[2])


def children(reading: Reading, first: Token, _may: Token, operators: list[Token], path: list[Name]) -> ChildrenMay:
    """`children may append, remove in rules/nightly`."""
    words = tuple(cast("ChildOperator", operator[0]) for operator in operators)
    for index, operator in enumerate(operators):
        if operator[0] in words[:index]:
            message = f"{excerpt(operator[0])} is said twice"
            reading.report(CONFLICTING_PARTS, reading.at(operator), message, "once is enough")
    if "nothing" in words and len(set(words)) > 1:
        span = reading.span(operators[0][1], operators[-1][2])
        message = f"`nothing` excludes {excerpt(next(word for word in words if word != 'nothing'))}"
        reading.report(CONFLICTING_PARTS, span, message, "leave one of them out")
    end = path[-1].span.end if path else operators[-1][2]
    return ChildrenMay(words, tuple(path), span=reading.span(first[1], end))


def locked(reading: Reading, first: Token, item: Item) -> Item:
    """`locked` before a plan, a rule, a setting, ..."""
    span = reading.span(first[1], item.span.end)
    if isinstance(item, ChildrenMay):
        message = "`locked` cannot stand before `children may`"
        advice = "`locked` closes what it stands before; say `children may nothing`, or lock the block itself"
        reading.report(MISPLACED_PART, reading.at(first), message, advice)
        return replace(item, span=span)
    return replace(item, locked=True, span=span)


def _text(reading: Reading, token: Token) -> Text:
    return Text(string(reading, token), span=reading.at(token))


def language(reading: Reading, first: Token, version: Token) -> None:
    """`language 1`: no statement, but a line that the reading keeps, since it must be the first of its file."""
    if version[0] != LANGUAGE:
        message = f"language {excerpt(version[0])} is unknown to this version"
        reading.report(UNSUPPORTED_LANGUAGE, reading.at(version), message, "it reads `language 1`")
    reading.languages.append((version[0], first[1], version[2]))


def let(reading: Reading, first: Token, name: Name, _equals: Token, value: Value) -> Let:
    """`let home = [eu-west-1]`."""
    return Let(name, value, span=reading.span(first[1], value.span.end))


def template(reading: Reading, first: Token, block: Block) -> Template | None:
    """`template rule nightly { ... }`."""
    if block.kind in ("rule", "plan"):
        return Template(block, span=reading.span(first[1], block.span.end))
    message = f"a template is a rule or a plan, not {excerpt(block.head.text)}"
    reading.report(MISPLACED_PART, block.head, message, "put it into a `template plan` or a `template rule`")
    reading.lost = True
    return None


def policy(reading: Reading, first: Token, name: Name, title: Text | None, body: Body) -> Policy:
    """`policy baseline "..." { ... }`."""
    head, span = reading.span(first[1], name.span.end), reading.span(first[1], body.end)
    return Policy(name, title, accepted(reading, "policy", body.items), span=span, head=head)


def attach(reading: Reading, first: Token, names: list[Name], _to: Token, target: TargetNode) -> Attach:
    """`attach a, b to root`."""
    return Attach(tuple(names), target, span=reading.span(first[1], target.span.end))


def root(reading: Reading, token: Token) -> TargetNode:
    """`root`."""
    return TargetNode("root", "", span=reading.at(token))


def unit_or_account(reading: Reading, first: Token, name: Token) -> TargetNode:
    """`ou "Workloads/Prod"`, `account "payments"`."""
    kind: Literal["ou", "account"] = "ou" if first[0] == "ou" else "account"
    return TargetNode(kind, string(reading, name), span=reading.span(first[1], name[2]))


def use_pack(
    reading: Reading, first: Token, _pack: Token, pack: Token, level: Token | None, scope: Expression | None
) -> UsePack:
    """`use pack "cis" level advisory for EXPR`."""
    end = scope.span.end if scope else level[2] if level else pack[2]
    written = level_of(reading, level) if level else None
    return UsePack(_text(reading, pack), written, scope, span=reading.span(first[1], end))


def level_of(reading: Reading, token: Token) -> Level:
    """The level that a word names; `mandatory`, and a diagnostic, where it names none."""
    if token[0] in _LEVELS:
        return _LEVELS[_LEVELS.index(token[0])]
    advice = suggestion(token[0], _LEVELS) or "levels are `advisory` and `mandatory`"
    reading.report(UNKNOWN_CLAUSE, reading.at(token), f"{excerpt(token[0])} is no level", advice)
    return "mandatory"


def waive(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    what: Name,
    _for: Token,
    target: TargetNode,
    _until: Token,
    day: Token,
    _because: Token,
    reason: Token,
) -> Waive | None:
    """`waive R for root until 2027-03-31 because "..."`."""
    until = _date(reading, day)
    because = _text(reading, reason)
    if not because.value.strip():
        message, advice = "a waiver without a reason", "say who agreed, and why"
        reading.report(INCOMPLETE_STATEMENT, because.span, message, advice)
    return Waive(what, target, until, because, span=reading.span(first[1], reason[2])) if until else None


def _date(reading: Reading, token: Token) -> Date | None:
    if not _DATE.fullmatch(token[0]):
        message = f"{excerpt(token[0])} is not written as a date"
        reading.report(MALFORMED_DATE, reading.at(token), message, "dates are written `2027-03-31`")
        return None
    year, month, day = (int(part) for part in token[0].split("-"))
    if year and 1 <= day <= days_in(year, month):
        return Date(year, month, day, span=reading.at(token))
    advice = "dates are written year, month, day: `2027-03-31`"
    reading.report(MALFORMED_DATE, reading.at(token), f"there is no day {excerpt(token[0])}", advice)
    return None

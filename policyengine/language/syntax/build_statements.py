"""Builds the nodes of statements (lets, templates, policies, attachments, packs, waivers) and of items of policies.

Each function is an action of the grammar (`reductions.py`): it takes the values of the symbols of its rule, in their
order, and returns the node. What the grammar admits and the language does not is reported here.
"""

from __future__ import annotations

from typing import Literal, cast

from msgspec.structs import replace

from policyengine.base.fixes import item_left_out
from policyengine.base.records import Record
from policyengine.base.text import is_blank, suggestion
from policyengine.language.language_rules import (
    CONFLICTING_PARTS,
    INCOMPLETE_STATEMENT,
    MISPLACED_PART,
    UNKNOWN_CLAUSE,
    UNSUPPORTED_LANGUAGE,
)
from policyengine.language.syntax.block_contents import accepted
from policyengine.language.syntax.build_values import date_of, string
from policyengine.language.syntax.literals import Name, Reference, Text, TextOrName, Value
from policyengine.language.syntax.nodes import (
    Argument,
    Attach,
    Block,
    ChildOperator,
    ChildrenMay,
    ConditionOperator,
    CopyNode,
    Expression,
    Item,
    Let,
    Like,
    LockedKey,
    Parameter,
    Policy,
    SettingNode,
    SettingOperator,
    TargetNode,
    Template,
    UsePack,
    Waive,
    Where,
)
from policyengine.language.syntax.reading import Reading, Token, excerpt

Level = Literal["advisory", "mandatory"]

LANGUAGE = "1"
"""The version of the language that this parser understands."""

_LEVELS: tuple[Level, Level] = ("advisory", "mandatory")


class Body(Record):
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


class Rest(Record):
    """The rest of a block after its name: the template that it is like, its items, and the offset behind all of it."""

    like: Like | None
    items: list[Item]
    end: int


def only_body(_reading: Reading, inside: Body) -> Rest:
    """`{ ... }`."""
    return Rest(None, inside.items, inside.end)


def like_only(_reading: Reading, _like: Token, like: Like) -> Rest:
    """`like base`."""
    return Rest(like, [], like.span.end)


def like_and_body(_reading: Reading, _like: Token, like: Like, inside: Body) -> Rest:
    """`like base { ... }`."""
    return Rest(like, inside.items, inside.end)


class Parentheses(Record):
    """The parts between parentheses, and the offset behind the closing one."""

    parts: list[Argument] | list[Parameter]
    end: int


def inside(_reading: Reading, _open: Token, parts: list[Argument] | list[Parameter], *close: Token) -> Parentheses:
    """`(a, b,)`."""
    return Parentheses(parts, close[-1][2])


def nothing_inside(_reading: Reading, _open: Token, close: Token) -> Parentheses:
    """`()`."""
    return Parentheses([], close[2])


def call(reading: Reading, name: Name, arguments: Parentheses | None) -> Like:
    """`nightly(keep = 35 days)`."""
    parts = cast("list[Argument]", arguments.parts) if arguments else []
    end = arguments.end if arguments else name.span.end
    return Like(name, tuple(parts), span=reading.span(name.span.start, end))


def argument(reading: Reading, name: Token, _equals: Token, value: Value) -> Argument:
    """`keep = 35 days` in the use of a template."""
    return Argument(Name(name[0], span=reading.at(name)), value, span=reading.span(name[1], value.span.end))


def parameter(reading: Reading, name: Token, _equals: Token | None = None, default: Value | None = None) -> Parameter:
    """`keep`, `keep = 35 days` in the head of a template."""
    end = default.span.end if default else name[2]
    return Parameter(Name(name[0], span=reading.at(name)), default, span=reading.span(name[1], end))


def two_words(_reading: Reading, first: Token, second: Token) -> Token:
    """`tag selection`, as one word."""
    return (f"{first[0]} {second[0]}", first[1], second[2])


def named_block(reading: Reading, first: Token, name: Name, rest: Rest) -> Block:
    """`plan daily { ... }`, `rule nightly like base { ... }`."""
    kind = first[0]
    items = accepted(reading, kind, rest.items)
    span, head = reading.span(first[1], rest.end), reading.span(first[1], name.span.end)
    return Block(kind, name, items, like=rest.like, span=span, head=head)


def selection(reading: Reading, first: Token, second: Token, name: Name, rest: Rest) -> Block:
    """`tag selection tagged { ... }`, `resource selection databases like base`."""
    return named_block(reading, two_words(reading, first, second), name, rest)


def plain_block(reading: Reading, first: Token, inside: Body) -> Block:
    """`advanced { ... }`."""
    kind = first[0]
    items = accepted(reading, kind, inside.items)
    return Block(kind, None, items, span=reading.span(first[1], inside.end), head=reading.at(first))


def copy_to_arn(reading: Reading, first: Token, _to: Token, arn: TextOrName, inside: Body | None) -> CopyNode:
    """`copy to "ARN" { ... }`, `copy to far`."""
    return _copy(reading, first, arn.span.end, inside, arn=arn)


def copy_to_vault(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    _to: Token,
    _vault: Token,
    vault: TextOrName,
    _in: Token,
    region: TextOrName,
    account: TextOrName | None,
    inside: Body | None,
) -> CopyNode:
    """`copy to vault "V" in REGION account "ID" { ... }`."""
    end = (account or region).span.end
    return _copy(reading, first, end, inside, vault=vault, region=region, account=account)


def _copy(  # noqa: PLR0913 - the parts of a copy
    reading: Reading,
    first: Token,
    end: int,
    inside: Body | None,
    *,
    arn: TextOrName | None = None,
    vault: TextOrName | None = None,
    region: TextOrName | None = None,
    account: TextOrName | None = None,
) -> CopyNode:
    items = accepted(reading, "copy", inside.items) if inside else ()
    head = reading.span(first[1], end)
    span = reading.span(first[1], inside.end) if inside else head
    return CopyNode(arn, vault, region, account, items, span=span, head=head)


def where(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading, first: Token, name: Name, _colon: Token, key: TextOrName, operator: Token, value: TextOrName
) -> Where:
    """`where NAME: "KEY" == "VALUE"`."""
    span = reading.span(first[1], value.span.end)
    return Where(name, key, cast("ConditionOperator", operator[0]), value, span=span)


def not_like(_reading: Reading, first: Token, last: Token) -> Token:
    """The two words of `not like`, as one."""
    return ("not like", first[1], last[2])


def children(reading: Reading, first: Token, _may: Token, operators: list[Token], path: list[Name]) -> ChildrenMay:
    """`children may append, remove in rules/nightly`."""
    words = tuple(cast("ChildOperator", operator[0]) for operator in operators)
    for index, operator in enumerate(operators):
        if operator[0] in words[:index]:
            message = f"{excerpt(operator[0])} is said twice"
            span = reading.at(operator)
            reading.report(CONFLICTING_PARTS, span, message, "once is enough", item_left_out(span))
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
    if isinstance(item, LockedKey):
        return item
    return replace(item, locked=True, span=span)


def locked_key(reading: Reading, first: Token, key: Name) -> LockedKey:
    """`locked retain`."""
    return LockedKey(key, span=reading.span(first[1], key.span.end))


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


def template(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading, first: Token, kind: Token, name: Name, parameters: Parentheses | None, rest: Rest
) -> Template:
    """`template rule nightly(keep = 35 days) { ... }`."""
    block = named_block(reading, kind, name, rest)
    parts = cast("list[Parameter]", parameters.parts) if parameters else []
    return Template(block, tuple(parts), span=reading.span(first[1], rest.end))


def nameless_template(reading: Reading, _first: Token, kind: Token, _inside: Body) -> None:
    """`template advanced { ... }`, which is none."""
    message = f"a template is a policy, a plan, a rule or a selection, not {excerpt(kind[0])}"
    reading.report(MISPLACED_PART, reading.at(kind), message, "put it into a `template plan` or a `template rule`")
    reading.lost = True


def policy(reading: Reading, first: Token, name: Name, title: Text | None, rest: Rest) -> Policy:
    """`policy baseline "..." { ... }`, `policy retail like tier`."""
    head, span = reading.span(first[1], name.span.end), reading.span(first[1], rest.end)
    return Policy(name, title, accepted(reading, "policy", rest.items), rest.like, span=span, head=head)


def attach(reading: Reading, first: Token, names: list[Name], _to: Token, targets: list[TargetNode]) -> Attach:
    """`attach a, b to root, ou "Prod"`."""
    return Attach(tuple(names), tuple(targets), span=reading.span(first[1], targets[-1].span.end))


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


def pack(reading: Reading, _pack: Token, name: Token) -> Text:
    """`pack "cis"`, as what a waiver is for."""
    return _text(reading, name)


def waive(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    what: Name | Text,
    _for: Token,
    target: TargetNode,
    _until: Token,
    day: Token | Reference,
    _because: Token,
    reason: Token,
) -> Waive | None:
    """`waive R for root until 2027-03-31 because "..."`."""
    until = day if isinstance(day, Reference) else date_of(reading, day)
    because = _text(reading, reason)
    if is_blank(because.value):
        message, advice = "a waiver without a reason", "say who agreed, and why"
        reading.report(INCOMPLETE_STATEMENT, because.span, message, advice)
    if until is None:
        return None
    name = what if isinstance(what, Name) else Name(what.value, span=what.span, quoted=True)
    is_pack, span = isinstance(what, Text), reading.span(first[1], reason[2])
    return Waive(name, target, until, because, is_pack, span=span)

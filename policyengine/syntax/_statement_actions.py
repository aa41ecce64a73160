"""What builds the statements that are not about one policy's insides: lets, policies, attachments, waivers, packs."""

from __future__ import annotations

import re
from typing import Literal

from policyengine.catalogue.language import (
    incomplete_statement,
    malformed_date,
    misplaced_part,
    unknown_clause,
    unsupported_language,
)
from policyengine.syntax._calendar import days_in
from policyengine.syntax._item_actions import Body
from policyengine.syntax._places import accepted
from policyengine.syntax._reading import Reading, Token, excerpt
from policyengine.syntax._value_actions import string
from policyengine.syntax.expressions import Expression
from policyengine.syntax.nodes import Attach, Block, Date, Let, Policy, Target, Template, UsePack, Waive
from policyengine.syntax.values import Name, Text, Value
from policyengine.wording import suggestion

Level = Literal["advisory", "mandatory"]

LANGUAGE = "1"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEVELS: tuple[Level, Level] = ("advisory", "mandatory")


def language(reading: Reading, first: Token, version: Token) -> None:
    """`language 1`: no statement, remembered until it is known what stands before it."""
    if version[0] != LANGUAGE:
        message = f"language {excerpt(version[0])} is unknown to this version"
        reading.report(unsupported_language.RULE, reading.at(version), message, "it reads `language 1`")
    reading.languages.append((version[0], first[1], version[2]))


def let(reading: Reading, first: Token, name: Name, _equals: Token, value: Value) -> Let:
    """`let home = [eu-west-1]`."""
    return Let(name, value, span=reading.span(first[1], value.span.end))


def template(reading: Reading, first: Token, block: Block) -> Template | None:
    """`template rule nightly { ... }`."""
    if block.kind in ("rule", "plan"):
        return Template(block, span=reading.span(first[1], block.span.end))
    message = f"a template is a rule or a plan, not {excerpt(block.head.text)}"
    reading.report(misplaced_part.RULE, block.head, message, "put it into a `template plan` or a `template rule`")
    reading.lost = True
    return None


def policy(reading: Reading, first: Token, name: Name, title: Text | None, body: Body) -> Policy:
    """`policy baseline "..." { ... }`."""
    head, span = reading.span(first[1], name.span.end), reading.span(first[1], body.end)
    return Policy(name, title, accepted(reading, "policy", body.items), span=span, head=head)


def attach(reading: Reading, first: Token, names: list[Name], _to: Token, target: Target) -> Attach:
    """`attach a, b to root`."""
    return Attach(tuple(names), target, span=reading.span(first[1], target.span.end))


def root(reading: Reading, token: Token) -> Target:
    """`root`."""
    return Target("root", "", span=reading.at(token))


def unit_or_account(reading: Reading, first: Token, name: Token) -> Target:
    """`ou "Workloads/Prod"`, `account "payments"`."""
    kind: Literal["ou", "account"] = "ou" if first[0] == "ou" else "account"
    return Target(kind, string(reading, name), span=reading.span(first[1], name[2]))


def use_pack(
    reading: Reading, first: Token, _pack: Token, pack: Token, level: Token | None, scope: Expression | None
) -> UsePack:
    """`use pack "cis" level advisory for EXPR`."""
    end = scope.span.end if scope else level[2] if level else pack[2]
    named = Text(string(reading, pack), span=reading.at(pack))
    return UsePack(named, level_of(reading, level) if level else None, scope, span=reading.span(first[1], end))


def level_of(reading: Reading, token: Token) -> Level:
    """The level that a word names; `mandatory` where it names none."""
    if token[0] in _LEVELS:
        return _LEVELS[_LEVELS.index(token[0])]
    reading.report(unknown_clause.RULE, reading.at(token), f"{excerpt(token[0])} is no level", _level_advice(token[0]))
    return "mandatory"


def _level_advice(word: str) -> str:
    return suggestion(word, _LEVELS) or "levels are `advisory` and `mandatory`"


def waive(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    what: Name,
    _for: Token,
    target: Target,
    _until: Token,
    day: Token,
    _because: Token,
    reason: Token,
) -> Waive | None:
    """`waive R for root until 2027-03-31 because "..."`."""
    until = _date(reading, day)
    because = Text(string(reading, reason), span=reading.at(reason))
    if not because.value.strip():
        message, advice = "a waiver without a reason", "say who agreed, and why"
        reading.report(incomplete_statement.RULE, because.span, message, advice)
    return Waive(what, target, until, because, span=reading.span(first[1], reason[2])) if until else None


def _date(reading: Reading, token: Token) -> Date | None:
    if not _DATE.fullmatch(token[0]):
        message = f"{excerpt(token[0])} is not written as a date"
        reading.report(malformed_date.RULE, reading.at(token), message, "dates are written `2027-03-31`")
        return None
    year, month, day = (int(part) for part in token[0].split("-"))
    if year and 1 <= day <= days_in(year, month):
        return Date(year, month, day, span=reading.at(token))
    advice = "dates are written year, month, day: `2027-03-31`"
    reading.report(malformed_date.RULE, reading.at(token), f"there is no day {excerpt(token[0])}", advice)
    return None

"""What builds requirements and tests."""

from __future__ import annotations

from typing import cast

from policyengine.catalogue.language import conflicting_parts, incomplete_statement, misplaced_part, unknown_clause
from policyengine.source import Span
from policyengine.syntax._item_actions import Body
from policyengine.syntax._places import check_tag_key
from policyengine.syntax._reading import Reading, Token, excerpt
from policyengine.syntax._statement_actions import Level, level_of
from policyengine.syntax._value_actions import string
from policyengine.syntax.expressions import Expression
from policyengine.syntax.nodes import (
    Assertion,
    Expectation,
    ExpectExpression,
    ExpectValidity,
    ExpectViolation,
    GivenAccount,
    GivenPolicy,
    Item,
    Require,
    Setting,
    Step,
    TagEntry,
    Target,
    Test,
)
from policyengine.syntax.values import Name, Reference, Text, Value
from policyengine.value import value
from policyengine.wording import suggestion


@value
class Clause:
    """A line of a requirement that stands once at most: `level = ...`, `reference = ...`, `for ...`."""

    key: str
    value: Value | Expression
    span: Span


def clause_setting(reading: Reading, key: Token, _equals: Token, value: Value) -> Clause:
    """`level = mandatory`, `reference = "..."`."""
    return Clause(key[0], value, reading.span(key[1], value.span.end))


def clause_scope(reading: Reading, first: Token, condition: Expression) -> Clause:
    """`for EXPR`."""
    return Clause("for", condition, reading.span(first[1], condition.span.end))


def assertion(reading: Reading, first: Token, condition: Expression, message: Text | None) -> Assertion:
    """`assert EXPR message "..."`."""
    return Assertion(condition, message, span=reading.span(first[1], (message or condition).span.end))


def second_text(reading: Reading, _first: Token, token: Token) -> Text:
    """The string after a word."""
    return Text(string(reading, token), span=reading.at(token))


def require(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    name: Name,
    title: Text | None,
    _open: Token,
    clauses: list[Clause | Assertion],
    close: Token,
) -> Require:
    """`require NAME "title" { ... }`."""
    head = reading.span(first[1], name.span.end)
    assertions = tuple(clause for clause in clauses if isinstance(clause, Assertion))
    once = _once(reading, [clause for clause in clauses if isinstance(clause, Clause)])
    if not assertions and not reading.broken_since(first[1]):
        message = f"requirement {excerpt(name.text)} asserts nothing"
        reading.report(incomplete_statement.RULE, head, message, "add `assert ...`")
    scope, level = once.get("for"), once.get("level")
    return Require(
        name,
        title,
        _level(reading, level),
        _reference(reading, once.get("reference")),
        cast("Expression", scope.value) if scope else None,
        assertions,
        span=reading.span(first[1], close[2]),
        head=head,
        level_span=level.value.span if level else None,
    )


_KEYS = ("level", "reference", "for")


def _once(reading: Reading, clauses: list[Clause]) -> dict[str, Clause]:
    once: dict[str, Clause] = {}
    for clause in clauses:
        if clause.key not in _KEYS:
            message = f"a requirement has no setting {excerpt(clause.key)}"
            advice = suggestion(clause.key, _KEYS) or "it has `level`, `reference`, `for` and `assert`"
            reading.report(unknown_clause.RULE, clause.span, message, advice)
        elif clause.key in once:
            message = f"`{clause.key}` stands twice in one requirement"
            reading.report(conflicting_parts.RULE, clause.span, message, "keep one of them")
        else:
            once[clause.key] = clause
    return once


def _level(reading: Reading, clause: Clause | None) -> Level | None:
    if clause is None:
        return None
    value = clause.value
    word = value.name if isinstance(value, Reference) else value.span.text
    return level_of(reading, (word, value.span.start, value.span.end))


def _reference(reading: Reading, clause: Clause | None) -> Text | None:
    if clause is None:
        return None
    if isinstance(clause.value, Text):
        return clause.value
    span = clause.value.span
    reading.report(
        unknown_clause.RULE, span, f"`reference` takes a string, not {excerpt(span.text)}", "put it in quotes"
    )
    return None


def test(reading: Reading, first: Token, title: Token, _open: Token, steps: list[Step], close: Token) -> Test:
    """`test "..." { given ... expect ... }`."""
    if not any(isinstance(step, Expectation) for step in steps) and not reading.broken_since(first[1]):
        head = reading.span(first[1], title[2])
        reading.report(incomplete_statement.RULE, head, "a test without `expect` tests nothing", "add `expect ...`")
    named = Text(string(reading, title), span=reading.at(title))
    return Test(named, tuple(steps), span=reading.span(first[1], close[2]))


def given_account(
    reading: Reading, first: Token, _account: Token, name: Token, place: Target | None, tags: Body | None
) -> GivenAccount:
    """`given account "x" in ou "..." tags { ... }`."""
    end = tags.end if tags else place.span.end if place else name[2]
    account, span = Text(string(reading, name), span=reading.at(name)), reading.span(first[1], end)
    if place and place.kind == "account":
        message = "an account does not lie in another account"
        reading.report(misplaced_part.RULE, place.span, message, 'say `in ou "..."` or `in root`')
    if tags and not place:
        message = "only a new account takes `tags`; this one is looked up in the snapshot"
        reading.report(misplaced_part.RULE, span, message, 'say where the new account lies: `in ou "..."`')
    return GivenAccount(account, place, _tags(reading, tags.items) if tags else (), span=span)


def _tags(reading: Reading, items: list[Item]) -> tuple[TagEntry, ...]:
    entries = []
    keys: set[str] = set()
    for item in items:
        if isinstance(item, Setting) and item.operator == "=" and isinstance(item.value, Text) and not item.locked:
            check_tag_key(reading, item.key)
            if item.key.text in keys:
                message = f"the tag {excerpt(item.key.text)} stands twice"
                reading.report(conflicting_parts.RULE, item.key.span, message, "keep one of them")
            keys.add(item.key.text)
            entries.append(TagEntry(item.key, item.value, span=item.span))
        else:
            message = f"{excerpt(item.span.text)} is no tag"
            reading.report(misplaced_part.RULE, item.span, message, 'tags are written `env = "prod"`')
    return tuple(entries)


def given_policy(
    reading: Reading, first: Token, _policy: Token, name: Name, _attached: Token, _to: Token, target: Target
) -> GivenPolicy:
    """`given policy P attached to TARGET`."""
    return GivenPolicy(name, target, span=reading.span(first[1], target.span.end))


def expect(reading: Reading, first: Token, condition: Expression) -> ExpectExpression:
    """`expect EXPR`."""
    return ExpectExpression(condition, span=reading.span(first[1], condition.span.end))


def expect_violation(reading: Reading, first: Token, *words: Token | Name) -> ExpectViolation:
    """`expect violation of R`, `expect no violation of R`."""
    requirement = words[-1]
    assert isinstance(requirement, Name)  # noqa: S101 - the grammar puts it there
    violated = len(words) == 3  # noqa: PLR2004 - one word more with `no`
    return ExpectViolation(requirement, violated, span=reading.span(first[1], requirement.span.end))


def expect_validity(reading: Reading, first: Token, word: Token) -> ExpectValidity:
    """`expect valid`, `expect invalid`."""
    return ExpectValidity(word[0] == "valid", span=reading.span(first[1], word[2]))

"""Builds the nodes of requirements and tests, and of the expressions in them (language.md sections 5 and 7).

Each function is an action of the grammar (`reductions.py`): it takes the values of the symbols of its rule, in their
order, and returns the node. What the grammar admits and the language does not is reported here.
"""

from __future__ import annotations

from typing import Literal, cast

from msgspec.structs import replace

from policyengine.base.diagnostics import Fix
from policyengine.base.fixes import enclosed, written
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import suggestion
from policyengine.language.language_rules import (
    BARE_QUANTIFIER,
    CHAINED_COMPARISON,
    CONFLICTING_PARTS,
    INCOMPLETE_STATEMENT,
    MISPLACED_PART,
    UNKNOWN_CLAUSE,
)
from policyengine.language.syntax.block_contents import check_tag_key
from policyengine.language.syntax.build_statements import Body, Level, level_of
from policyengine.language.syntax.build_values import number, string
from policyengine.language.syntax.literals import Name, Reference, Text, Value
from policyengine.language.syntax.nodes import (
    AssertionNode,
    AttributeNode,
    ComparisonNode,
    ComparisonOperator,
    Expectation,
    ExpectExpression,
    ExpectValidity,
    ExpectViolation,
    Expression,
    GivenAccount,
    GivenPolicy,
    Index,
    Item,
    Items,
    LogicalNode,
    NotNode,
    Path,
    QuantifierNode,
    Require,
    SettingNode,
    SpreadNode,
    Step,
    TagEntry,
    TargetNode,
    Test,
)
from policyengine.language.syntax.reading import Reading, Token, excerpt

_KEYS = ("level", "reference", "for")
_QUANTITIES: dict[str, Literal["every", "some", "no", "at least"]] = {
    "every": "every",
    "some": "some",
    "no": "no",
    "at least": "at least",
}
_PARENTHESES = "it reaches as far right as it can: write `(every ... satisfies ...)`"
_MOST_REPEATED = 12  # characters of an operand that an advice repeats


class Clause(Record):
    """A clause that a requirement has at most once: `level = ...`, `reference = ...`, `for ...`."""

    key: str
    value: Value | Expression
    span: Span


def clause_setting(reading: Reading, key: Token, _equals: Token, value: Value) -> Clause:
    """`level = mandatory`, `reference = "..."`."""
    return Clause(key[0], value, reading.span(key[1], value.span.end))


def clause_scope(reading: Reading, first: Token, condition: Expression) -> Clause:
    """`for EXPR`."""
    return Clause("for", condition, reading.span(first[1], condition.span.end))


def assertion(reading: Reading, first: Token, condition: Expression, message: Text | None) -> AssertionNode:
    """`assert EXPR message "..."`."""
    return AssertionNode(condition, message, span=reading.span(first[1], (message or condition).span.end))


def second_text(reading: Reading, _first: Token, token: Token) -> Text:
    """The string after a word."""
    return Text(string(reading, token), span=reading.at(token))


def require(  # noqa: PLR0913, PLR0917 - the words of the statement
    reading: Reading,
    first: Token,
    name: Name,
    title: Text | None,
    _open: Token,
    clauses: list[Clause | AssertionNode],
    close: Token,
) -> Require:
    """`require NAME "title" { ... }`."""
    head = reading.span(first[1], name.span.end)
    assertions = tuple(clause for clause in clauses if isinstance(clause, AssertionNode))
    once = _once(reading, [clause for clause in clauses if isinstance(clause, Clause)])
    if not assertions and not reading.broken_since(first[1]):
        message = f"requirement {excerpt(name.text)} asserts nothing"
        reading.report(INCOMPLETE_STATEMENT, head, message, "add `assert ...`")
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


def _once(reading: Reading, clauses: list[Clause]) -> dict[str, Clause]:
    """The first clause of each key; unknown keys and further clauses are reported."""
    once: dict[str, Clause] = {}
    for clause in clauses:
        if clause.key not in _KEYS:
            message = f"a requirement has no setting {excerpt(clause.key)}"
            advice = suggestion(clause.key, _KEYS) or "it has `level`, `reference`, `for` and `assert`"
            reading.report(UNKNOWN_CLAUSE, clause.span, message, advice)
        elif clause.key in once:
            message = f"`{clause.key}` stands twice in one requirement"
            reading.report(CONFLICTING_PARTS, clause.span, message, "keep one of them")
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
    message = f"`reference` takes a string, not {excerpt(span.text)}"
    reading.report(UNKNOWN_CLAUSE, span, message, "put it in quotes")
    return None


def test(reading: Reading, first: Token, title: Token, _open: Token, steps: list[Step], close: Token) -> Test:
    """`test "..." { given ... expect ... }`."""
    if not any(isinstance(step, Expectation) for step in steps) and not reading.broken_since(first[1]):
        head = reading.span(first[1], title[2])
        reading.report(INCOMPLETE_STATEMENT, head, "a test without `expect` tests nothing", "add `expect ...`")
    text = Text(string(reading, title), span=reading.at(title))
    return Test(text, tuple(steps), span=reading.span(first[1], close[2]))


def given_account(
    reading: Reading, first: Token, _account: Token, name: Token, place: TargetNode | None, tags: Body | None
) -> GivenAccount:
    """`given account "x" in ou "..." tags { ... }`."""
    end = tags.end if tags else place.span.end if place else name[2]
    account, span = Text(string(reading, name), span=reading.at(name)), reading.span(first[1], end)
    if place and place.kind == "account":
        message = "an account does not lie in another account"
        reading.report(MISPLACED_PART, place.span, message, 'say `in ou "..."` or `in root`')
    if tags and not place:
        message = "only a new account takes `tags`; this one is looked up in the snapshot"
        reading.report(MISPLACED_PART, span, message, 'say where the new account lies: `in ou "..."`')
    return GivenAccount(account, place, _tags(reading, tags.items) if tags else (), span=span)


def _tags(reading: Reading, items: list[Item]) -> tuple[TagEntry, ...]:
    entries = []
    keys: set[str] = set()
    for item in items:
        plain = isinstance(item, SettingNode) and item.operator == "=" and not item.locked
        if isinstance(item, SettingNode) and plain and isinstance(item.value, Text | Reference):
            check_tag_key(reading, item.key)
            if item.key.text in keys:
                message = f"the tag {excerpt(item.key.text)} stands twice"
                reading.report(CONFLICTING_PARTS, item.key.span, message, "keep one of them")
            keys.add(item.key.text)
            entries.append(TagEntry(item.key, item.value, span=item.span))
        else:
            message = f"{excerpt(item.span.text)} is no tag"
            reading.report(MISPLACED_PART, item.span, message, 'tags are written `env = "prod"`')
    return tuple(entries)


def given_policy(
    reading: Reading, first: Token, _policy: Token, name: Name, _attached: Token, _to: Token, target: TargetNode
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


def disjunction(reading: Reading, operands: list[Expression]) -> Expression:
    """`a or b or c`; a single operand is passed on."""
    return _logical(reading, "or", operands)


def conjunction(reading: Reading, operands: list[Expression]) -> Expression:
    """`a and b and c`; a single operand is passed on."""
    return _logical(reading, "and", operands)


def last_or(reading: Reading, operands: list[Expression], _or: Token, last: Expression) -> Expression:
    """`a or every ...`, whose quantifier has been reported."""
    return _logical(reading, "or", [*operands, last])


def last_and(reading: Reading, operands: list[Expression], _and: Token, last: Expression) -> Expression:
    """`a and every ...`, whose quantifier has been reported."""
    return _logical(reading, "and", [*operands, last])


def _logical(reading: Reading, operator: str, operands: list[Expression]) -> Expression:
    if len(operands) == 1:
        return operands[0]
    span = reading.span(operands[0].span.start, operands[-1].span.end)
    return LogicalNode("and" if operator == "and" else "or", tuple(operands), span=span)


def negation(reading: Reading, first: Token, operand: Expression) -> NotNode:
    """`not a`."""
    return NotNode(operand, span=reading.span(first[1], operand.span.end))


def comparison(reading: Reading, left: Expression, operator: Token, right: Expression) -> ComparisonNode:
    """`a >= b`."""
    span = reading.span(left.span.start, right.span.end)
    return ComparisonNode(left, cast("ComparisonOperator", operator[0]), right, span=span)


def chain(  # noqa: PLR0913, PLR0917 - the words of the expression
    reading: Reading, left: Expression, first: Token, middle: Expression, second: Token, right: Expression
) -> ComparisonNode:
    """`a < b < c`, which is reported; the first comparison stands for it."""
    whole = reading.span(left.span.start, right.span.end)
    both = f"{_shown(left)} {first[0]} {_shown(middle)} and {_shown(middle)} {second[0]} {_shown(right)}"
    advice = f"say what both compare: {excerpt(both)}"
    reading.report(CHAINED_COMPARISON, whole, "comparisons do not chain", advice, _split_chain(whole, middle.span))
    return comparison(reading, left, first, middle)


def _split_chain(whole: Span, middle: Span) -> Fix | None:
    """The fix that compares the middle of a chain twice; none on several lines, and behind `not`, which `and` ends."""
    if "\n" in whole.text or whole.source.text[: whole.start].rstrip().endswith("not"):
        return None
    first, second = replace(whole, end=middle.end), replace(whole, start=middle.start)
    return written(whole, f"{first.text} and {second.text}")


def longer_chain(reading: Reading, compared: ComparisonNode, _operator: Token, _right: Expression) -> ComparisonNode:
    """A further link of a chain that has been reported: comparing the first middle twice would not be enough."""
    reading.drop_fix(CHAINED_COMPARISON, compared.span.start)
    return compared


def _shown(operand: Expression) -> str:
    text = operand.span.text
    return text if len(text) <= _MOST_REPEATED else "..."


def quantity(_reading: Reading, word: Token) -> tuple[Token, int | None]:
    """`every`, `some`, `no`."""
    return word, None


def at_least(reading: Reading, first: Token, last: Token, count: Token) -> tuple[Token, int | None]:
    """`at least N`."""
    return ("at least", first[1], last[2]), number(reading, count)


def quantifier(
    reading: Reading, amount: tuple[Token, int | None], over: Token, _satisfies: Token, condition: Expression
) -> QuantifierNode:
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
) -> QuantifierNode:
    """`every rule where ... satisfies ...`."""
    return _quantifier(reading, amount, over, condition, satisfied)


def _quantifier(
    reading: Reading,
    amount: tuple[Token, int | None],
    over: Token,
    condition: Expression | None,
    satisfied: Expression,
) -> QuantifierNode:
    (word, start, _), count = amount
    name = Name(over[0], span=reading.at(over))
    span = reading.span(start, satisfied.span.end)
    return QuantifierNode(_QUANTITIES[word], count, name, condition, satisfied, span=span)


def unparenthesised(reading: Reading, operand: QuantifierNode) -> QuantifierNode:
    """A quantifier as the last operand of `and`, `or`, `not`, which is reported: it needs parentheses."""
    span = reading.span(operand.span.start, operand.over.span.end)
    message = f"{excerpt(span.text)} is an operand here and needs parentheses"
    reading.report(BARE_QUANTIFIER, span, message, _PARENTHESES, enclosed(operand.span, "(", ")"))
    return operand


def condition_of_open(reading: Reading, condition: Expression) -> Expression:
    """A condition of `where` that ends in a quantifier; as an operand that quantifier has been reported."""
    return unparenthesised(reading, condition) if isinstance(condition, QuantifierNode) else condition


def items(reading: Reading, *parts: Token | list[Expression]) -> Items:
    """`["a", "b"]` inside an expression."""
    first, last = cast("Token", parts[0]), cast("Token", parts[-1])
    values = tuple(parts[1]) if isinstance(parts[1], list) else ()
    return Items(values, span=reading.span(first[1], last[2]))


def spread_operand(reading: Reading, dots: Token, value: Expression) -> SpreadNode:
    """`...home`."""
    return SpreadNode(value, span=reading.span(dots[1], value.span.end))


def parenthesised(reading: Reading, first: Token, inside: Expression, last: Token) -> Expression:
    """`(a or b)`: the node of what they enclose, its span with the parentheses."""
    return replace(inside, span=reading.span(first[1], last[2]))


def word(reading: Reading, token: Token) -> Path:
    """A bare word: an attribute of what is looked at, a let, or a value."""
    return Path(token[0], (), span=reading.at(token))


def path(reading: Reading, head: Token, steps: list[AttributeNode | Index]) -> Path:
    """`account.tags["env"]`."""
    return Path(head[0], tuple(steps), span=reading.span(head[1], steps[-1].span.end))


def attribute(reading: Reading, first: Token, name: Token) -> AttributeNode:
    """`.name`."""
    return AttributeNode(name[0], span=reading.span(first[1], name[2]))


def index(reading: Reading, first: Token, key: Token, last: Token) -> Index:
    """`["name"]`."""
    return Index(string(reading, key), span=reading.span(first[1], last[2]))

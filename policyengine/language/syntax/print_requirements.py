"""Requirements, tests and their expressions as text.

An expression stands on a line, or on several where that would be too long; it has the parentheses that precedence
demands and no others.
"""

from __future__ import annotations

import re

from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.language.syntax.layout_page import WIDTH, LayoutPage, PartStyle
from policyengine.language.syntax.nodes import (
    AssertionNode,
    AttributeNode,
    ComparisonNode,
    ExpectExpression,
    ExpectValidity,
    ExpectViolation,
    Expression,
    GivenAccount,
    GivenPolicy,
    Items,
    LogicalNode,
    NotNode,
    Path,
    QuantifierNode,
    Require,
    SettingNode,
    SpreadNode,
    Step,
    Test,
)
from policyengine.language.syntax.print_items import Braces, name_text, target_text, value_text, write_braces
from policyengine.language.syntax.words import quote

# Precedences, the loosest first: an operand is put in parentheses where a tighter one is needed.
_QUANTIFIER, _OR, _AND, _NOT, _COMPARISON, _OPERAND = range(6)
_WHERE = _OR  # a quantifier needs parentheses inside `where`

_EXPECTATION = re.compile(r"(?:no )?violation\b(?!-)|(?:in)?valid\b(?!-)")
"""Expressions that would read as `expect violation of R` or `expect valid` without parentheses."""


class _Lines(Record):
    """A clause of a requirement that no comment can stand in; `span` is that of its value."""

    lines: list[str]
    span: Span


def write_require(page: LayoutPage, require: Require) -> None:
    """Writes a requirement, its clauses in the author's order."""
    title = f" {value_text(require.title)}" if require.title else ""
    clauses = _clauses(require)
    page.line(0, f"require {name_text(require.name)}{title} {{")
    page.trail(require_brace(page, require) + 1, clauses[0].span.start if clauses else require.span.end)
    page.parts(
        clauses,
        1,
        require.span.end - 1,
        PartStyle(
            lambda clause: _write_clause(page, clause),
            lambda clause: (clause.condition if isinstance(clause, AssertionNode) else clause).span.end,
        ),
    )
    page.line(0, "}")


def require_brace(page: LayoutPage, require: Require) -> int:
    """The offset of the brace of a requirement."""
    return page.brace_after(require.title.span.end if require.title else require.head.end)


def _clauses(require: Require) -> list[_Lines | AssertionNode]:
    clauses: list[_Lines | AssertionNode] = []
    if require.level:
        clauses.append(_Lines([f"level = {require.level}"], require.level_span or require.span))
    if require.reference:
        clauses.append(_Lines([f"reference = {value_text(require.reference)}"], require.reference.span))
    if require.scope:
        clauses.append(_Lines(prefixed("for ", require.scope, 1), require.scope.span))
    clauses += require.assertions
    return sorted(clauses, key=lambda clause: clause.span.start)


def _write_clause(page: LayoutPage, clause: _Lines | AssertionNode) -> None:
    if isinstance(clause, _Lines):
        page.lines(1, clause.lines)
        return
    page.lines(1, prefixed("assert ", clause.condition, 1))
    if clause.message:
        page.trail(clause.condition.span.end, clause.message.span.start)
        page.own_lines(2, clause.message.span.end)
        page.line(2, f"message {value_text(clause.message)}")


def write_test(page: LayoutPage, test: Test) -> None:
    """Writes a test."""
    page.line(0, f"test {value_text(test.title)} {{")
    steps = test.steps
    page.trail(page.brace_after(test.title.span.end) + 1, steps[0].span.start if steps else test.span.end)
    page.parts(
        steps,
        1,
        test.span.end - 1,
        PartStyle(lambda step: _write_step(page, step), lambda step: _step_hoist_end(page, step)),
    )
    page.line(0, "}")


def _write_step(page: LayoutPage, step: Step) -> None:
    match step:
        case GivenAccount():
            _write_account(page, step)
        case GivenPolicy(policy=policy, target=target):
            page.line(1, f"given policy {name_text(policy)} attached to {target_text(target)}")
        case ExpectExpression(condition=condition):
            first, *others = _expectation_lines(condition, WIDTH - 2)
            page.lines(1, [f"expect {first}", *others])
        case ExpectViolation(requirement=requirement, violated=violated):
            page.line(1, f"expect {'' if violated else 'no '}violation of {name_text(requirement)}")
        case ExpectValidity(valid=valid):
            page.line(1, "expect valid" if valid else "expect invalid")


def _write_account(page: LayoutPage, step: GivenAccount) -> None:
    place = f" in {target_text(step.place)}" if step.place else ""
    head = f"given account {quote(step.account.value)}{place}"
    if not step.tags:
        page.line(1, head)
        return
    entries = [SettingNode(entry.key, "=", entry.value, span=entry.span) for entry in step.tags]
    end = (step.place or step.account).span.end
    write_braces(page, 1, Braces(f"{head} tags", end, entries, step.span, tags=True, compact=True))


def _step_hoist_end(page: LayoutPage, step: Step) -> int:
    if isinstance(step, GivenAccount) and step.tags:
        return page.brace_after((step.place or step.account).span.end)
    return step.span.end


def prefixed(word: str, expression: Expression, depth: int) -> list[str]:
    """The lines of an expression behind a word, to be written `depth` levels indented."""
    first, *others = _expression_lines(expression, WIDTH - 2 * depth, lead=len(word))
    return [word + first, *others]


def expression_text(expression: Expression | SpreadNode, tightness: int = _QUANTIFIER) -> str:
    """An expression on a single line, in parentheses where its precedence is below `tightness`."""
    text = _bare(expression)
    return f"({text})" if _tightness(expression) < tightness else text


def _expectation_lines(expression: Expression, room: int) -> list[str]:
    """An expression after `expect`, in parentheses where it begins like another kind of expectation."""
    text = expression_text(expression)
    if not _EXPECTATION.match(text):
        return _expression_lines(expression, room, lead=len("expect "))
    if len(text) + len("expect ()") <= room:
        return [f"({text})"]
    return ["(", *_indented(_expression_lines(expression, room - 2)), ")"]


def _expression_lines(expression: Expression, room: int, *, tightness: int = _QUANTIFIER, lead: int = 0) -> list[str]:
    """An expression on as many lines as it takes to keep each within `room` columns, where it can be broken.

    The first line has `lead` columns less.
    """
    text = expression_text(expression, tightness)
    if len(text) + lead <= room:
        return [text]
    if _tightness(expression) < tightness:
        return ["(", *_indented(_expression_lines(expression, room - 2)), ")"]
    return _broken(expression, room, lead) or [text]


def _broken(expression: Expression, room: int, lead: int) -> list[str]:
    match expression:
        case LogicalNode(operator=operator, operands=(first, *others)):
            inner = _tightness(expression) + 1
            lines = _expression_lines(first, room, tightness=inner, lead=lead)
            for operand in others:
                lines += _clause(f"{operator} ", operand, room, inner)
            return lines
        case QuantifierNode(where=where, satisfies=satisfies):
            narrowed = _clause("where ", where, room, _WHERE) if where else []
            return [_head(expression), *narrowed, *_clause("satisfies ", satisfies, room, _QUANTIFIER)]
        case NotNode(operand=operand):
            begin, *rest = _expression_lines(operand, room, tightness=_NOT, lead=lead + len("not "))
            return [f"not {begin}", *rest]
        case ComparisonNode(left=left, operator=operator, right=Items(items=items)) if items:
            listed = [f"{expression_text(item)}," for item in items]
            return [f"{expression_text(left, _OPERAND)} {operator} [", *_indented(listed), "]"]
    return []


def _clause(word: str, expression: Expression, room: int, tightness: int) -> list[str]:
    first, *rest = _expression_lines(expression, room - 2, tightness=tightness, lead=len(word))
    return _indented([word + first, *rest])


def _bare(expression: Expression | SpreadNode) -> str:  # noqa: PLR0911 - one for each kind
    match expression:
        case Path(head=head, steps=steps):
            shown = [f".{step.name}" if isinstance(step, AttributeNode) else f"[{quote(step.key)}]" for step in steps]
            return head + "".join(shown)
        case Items(items=items):
            return f"[{', '.join(expression_text(item) for item in items)}]"
        case SpreadNode(value=value):
            return f"...{expression_text(value, _OPERAND)}"
        case ComparisonNode(left=left, operator=operator, right=right):
            return f"{expression_text(left, _OPERAND)} {operator} {expression_text(right, _OPERAND)}"
        case LogicalNode(operator=operator, operands=operands):
            inner = _tightness(expression) + 1
            return f" {operator} ".join(expression_text(operand, inner) for operand in operands)
        case NotNode(operand=operand):
            return f"not {expression_text(operand, _NOT)}"
        case QuantifierNode(where=where, satisfies=satisfies):
            narrowed = f" where {expression_text(where, _WHERE)}" if where else ""
            return f"{_head(expression)}{narrowed} satisfies {expression_text(satisfies)}"
    return value_text(expression)


def _head(quantifier: QuantifierNode) -> str:
    amount = f"at least {quantifier.count}" if quantifier.kind == "at least" else quantifier.kind
    return f"{amount} {quantifier.over.text}"


def _tightness(expression: Expression | SpreadNode) -> int:
    match expression:
        case QuantifierNode():
            return _QUANTIFIER
        case LogicalNode(operator=operator):
            return _OR if operator == "or" else _AND
        case NotNode():
            return _NOT
        case ComparisonNode():
            return _COMPARISON
    return _OPERAND


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]

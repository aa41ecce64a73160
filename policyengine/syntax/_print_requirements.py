"""Requirements and tests as text."""

from __future__ import annotations

from policyengine.source import Span
from policyengine.syntax._page import WIDTH, Manner, Page
from policyengine.syntax._print_expressions import expectation_lines, expression_lines
from policyengine.syntax._print_items import Braces, write_braces
from policyengine.syntax._print_values import name_text, target_text, value_text
from policyengine.syntax._strings import quote
from policyengine.syntax.expressions import Expression
from policyengine.syntax.nodes import (
    Assertion,
    ExpectExpression,
    ExpectValidity,
    ExpectViolation,
    GivenAccount,
    GivenPolicy,
    Require,
    Setting,
    Step,
    Test,
)
from policyengine.value import value


@value
class _Lines:
    """A clause that is written as it is; `span` is that of its value."""

    lines: list[str]
    span: Span


def write_require(page: Page, require: Require) -> None:
    """Writes a requirement: its clauses in the author's order."""
    title = f" {value_text(require.title)}" if require.title else ""
    clauses = _clauses(require)
    page.line(0, f"require {name_text(require.name)}{title} {{")
    page.trail(require_brace(page, require) + 1, clauses[0].span.start if clauses else require.span.end)
    page.parts(
        clauses,
        1,
        require.span.end - 1,
        Manner(
            lambda clause: _write_clause(page, clause),
            lambda clause: (clause.condition if isinstance(clause, Assertion) else clause).span.end,
        ),
    )
    page.line(0, "}")


def require_brace(page: Page, require: Require) -> int:
    """Where the brace of a requirement stands."""
    return page.brace_after(require.title.span.end if require.title else require.head.end)


def write_test(page: Page, test: Test) -> None:
    """Writes a test."""
    page.line(0, f"test {value_text(test.title)} {{")
    steps = test.steps
    page.trail(page.brace_after(test.title.span.end) + 1, steps[0].span.start if steps else test.span.end)
    page.parts(
        steps,
        1,
        test.span.end - 1,
        Manner(lambda step: _write_step(page, step), lambda step: _step_reach(page, step)),
    )
    page.line(0, "}")


def _clauses(require: Require) -> list[_Lines | Assertion]:
    clauses: list[_Lines | Assertion] = []
    if require.level:
        clauses.append(_Lines([f"level = {require.level}"], require.level_span or require.span))
    if require.reference:
        clauses.append(_Lines([f"reference = {value_text(require.reference)}"], require.reference.span))
    if require.scope:
        clauses.append(_Lines(prefixed("for ", require.scope, 1), require.scope.span))
    clauses += require.assertions
    return sorted(clauses, key=lambda clause: clause.span.start)


def prefixed(word: str, expression: Expression, depth: int) -> list[str]:
    """An expression behind a word, as lines for a depth."""
    first, *others = expression_lines(expression, WIDTH - 2 * depth, lead=len(word))
    return [word + first, *others]


def _write_clause(page: Page, clause: _Lines | Assertion) -> None:
    if isinstance(clause, _Lines):
        page.lines(1, clause.lines)
        return
    page.lines(1, prefixed("assert ", clause.condition, 1))
    if clause.message:
        page.trail(clause.condition.span.end, clause.message.span.start)
        page.own_lines(2, clause.message.span.end)
        page.line(2, f"message {value_text(clause.message)}")


def _write_step(page: Page, step: Step) -> None:
    match step:
        case GivenAccount():
            _write_account(page, step)
        case GivenPolicy(policy=policy, target=target):
            page.line(1, f"given policy {name_text(policy)} attached to {target_text(target)}")
        case ExpectExpression(condition=condition):
            first, *others = expectation_lines(condition, WIDTH - 2)
            page.lines(1, [f"expect {first}", *others])
        case ExpectViolation(requirement=requirement, violated=violated):
            page.line(1, f"expect {'' if violated else 'no '}violation of {name_text(requirement)}")
        case ExpectValidity(valid=valid):
            page.line(1, "expect valid" if valid else "expect invalid")


def _write_account(page: Page, step: GivenAccount) -> None:
    place = f" in {target_text(step.place)}" if step.place else ""
    head = f"given account {quote(step.account.value)}{place}"
    if not step.tags:
        page.line(1, head)
        return
    entries = [Setting(entry.key, "=", entry.value, span=entry.span) for entry in step.tags]
    end = (step.place or step.account).span.end
    write_braces(page, 1, Braces(f"{head} tags", end, entries, step.span, tags=True, compact=True))


def _step_reach(page: Page, step: Step) -> int:
    if isinstance(step, GivenAccount) and step.tags:
        return page.brace_after((step.place or step.account).span.end)
    return step.span.end

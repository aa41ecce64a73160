"""Definitions that nothing uses: lets, templates, and the parameters of templates (language.md 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from policyengine.base.diagnostics import Diagnostic, Fix
from policyengine.base.fixes import left_out
from policyengine.base.text import quoted
from policyengine.language.compiler.lets import references
from policyengine.language.language_rules import UNUSED_DEFINITION
from policyengine.language.syntax.literals import Name, Reference, Value
from policyengine.language.syntax.nodes import (
    Block,
    ComparisonNode,
    CopyNode,
    ExpectExpression,
    Expression,
    GivenAccount,
    Item,
    Items,
    Let,
    Like,
    LogicalNode,
    NotNode,
    Path,
    Policy,
    QuantifierNode,
    Require,
    SettingNode,
    SpreadNode,
    Statement,
    Step,
    Template,
    Test,
    UsePack,
    Waive,
    Where,
)


def unused_definitions(statements: Sequence[Statement]) -> Iterator[Diagnostic]:
    """A finding for each let and template that no statement of a project uses, and each parameter its template lacks.

    A name in a requirement counts as a use, whatever it turns out to mean there.
    """
    lets = [statement for statement in statements if isinstance(statement, Let)]
    templates = [statement for statement in statements if isinstance(statement, Template)]
    if not (lets or templates):
        return
    project = _Uses()
    for statement in statements:
        if isinstance(statement, Template):
            yield from _of_template(statement, project)
        else:
            _of_statement(statement, project)
    for let in lets:
        if let.name.text not in project.names:
            fix = None if any(references(let.value)) else left_out(let.span)
            yield _unused(let.name, "let", fix)
    for template in templates:
        name = template.block.name
        if name and name.text.lower() not in project.templates:
            yield _unused(name, "template")


def _unused(name: Name, what: str, fix: Fix | None = None, advice: str = "use it, or remove it") -> Diagnostic:
    message = f"nothing uses the {what} {quoted(name.text)}"
    return UNUSED_DEFINITION.at(name.span, message, help=advice, fix=fix)


class _Uses(Struct):
    """The bare names that stand where values do, and the folded names of templates that are used."""

    names: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)

    def value(self, value: Value | None) -> None:
        """Adds the names in a value."""
        if isinstance(value, Reference):
            self.names.add(value.name)
        elif value is not None:
            self.names.update(reference.name for reference in references(value))

    def like(self, like: Like | None) -> None:
        """Adds the use of a template."""
        if like:
            self.templates.add(like.template.text.lower())
            for argument in like.arguments:
                self.value(argument.value)

    def items(self, items: Iterable[Item]) -> None:
        """Adds what stands in a block."""
        for item in items:
            match item:
                case SettingNode(value=value):
                    self.value(value)
                case Where(key=key, value=value):
                    self.value(key)
                    self.value(value)
                case CopyNode():
                    for part in (item.arn, item.vault, item.region, item.account):
                        self.value(part)
                    self.items(item.body)
                case Block(like=like, body=body):
                    self.like(like)
                    self.items(body)

    def expression(self, expression: Expression | SpreadNode) -> None:
        """Adds the names in a condition."""
        match expression:
            case Path(head=head):
                self.names.add(head)
            case Items(items=parts) | LogicalNode(operands=parts):
                for part in parts:
                    self.expression(part)
            case ComparisonNode(left=left, right=right):
                self.expression(left)
                self.expression(right)
            case NotNode(operand=part) | SpreadNode(value=part):
                self.expression(part)
            case QuantifierNode(where=where, satisfies=satisfies):
                for part in (where, satisfies) if where else (satisfies,):
                    self.expression(part)

    def step(self, step: Step) -> None:
        """Adds the names in a step of a test."""
        if isinstance(step, ExpectExpression):
            self.expression(step.condition)
        elif isinstance(step, GivenAccount):
            for tag in step.tags:
                self.value(tag.value)


def _of_template(template: Template, project: _Uses) -> Iterator[Diagnostic]:
    own = _Uses()
    own.like(template.block.like)
    own.items(template.block.body)
    for parameter in template.parameters:
        own.value(parameter.default)
    project.templates |= own.templates
    project.names |= own.names.difference(parameter.name.text for parameter in template.parameters)
    for parameter in template.parameters:
        if parameter.name.text not in own.names:
            advice = (
                f"use it, or remove it with each {quoted(parameter.name.text + ' = ...')} of those that are `like` it"
            )
            yield _unused(parameter.name, "parameter", advice=advice)


def _of_statement(statement: Statement, project: _Uses) -> None:
    match statement:
        case Let(value=value):
            project.value(value)
        case Policy(like=like, body=body):
            project.like(like)
            project.items(body)
        case Waive(until=Reference() as until):
            project.value(until)
        case Require(scope=scope, assertions=assertions):
            conditions = [assertion.condition for assertion in assertions]
            for condition in (*conditions, scope) if scope else conditions:
                project.expression(condition)
        case UsePack(scope=scope) if scope:
            project.expression(scope)
        case Test(steps=steps):
            for step in steps:
                project.step(step)

"""A policy written with templates, parameters, lets and spreads, made from the same written out.

What is compiled must be equal. Any item may move into a template that the block is then like, any value into a let, an
argument or a default, any list into lists of lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from generators.dice import Dice
from policyengine.base.source import Span
from policyengine.language.syntax.literals import ListOf, Name, Reference, Spread, Text, TextOrName, Value
from policyengine.language.syntax.nodes import (
    Argument,
    Block,
    CopyNode,
    Item,
    Let,
    Like,
    LockedKey,
    Parameter,
    Policy,
    SettingNode,
    Statement,
    Template,
    Where,
)

TEMPLATES = ("plan", "rule", "tag selection", "resource selection")


def factored(policy: Policy, dice: Dice) -> tuple[Statement, ...]:
    """The statements of a project whose policy compiles to the same document as this one."""
    return _Factory(dice, policy.span).project(policy)


class _Factory:
    def __init__(self, dice: Dice, span: Span) -> None:
        self._dice = dice
        self._span = span
        self._statements: list[Statement] = []
        self._count = 0

    def project(self, policy: Policy) -> tuple[Statement, ...]:
        body = tuple(self._inside(item) for item in policy.body)
        like, rest = self._template("policy", body) if self._dice.chance(50) else (None, body)
        return (replace(policy, body=rest, like=like), *self._statements)

    def _inside(self, item: Item) -> Item:
        """The item with templates for the blocks in it, from the inside out."""
        if isinstance(item, Block):
            body = tuple(self._inside(each) for each in item.body)
            like, rest = self._template(item.kind, body) if self._moves(item) else (None, body)
            return replace(item, body=rest, like=like)
        return item

    def _moves(self, item: Block) -> bool:
        return item.kind in TEMPLATES and self._dice.chance(60)

    def _template(self, kind: str, body: Sequence[Item], depth: int = 0) -> tuple[Like, tuple[Item, ...]]:
        """The use of a new template, and the items that stay: of a setting all operators move, or none."""
        moving = {key for key in dict.fromkeys(map(_identity, body)) if self._dice.chance(70)}
        moved = [item for item in body if _identity(item) in moving]
        stays = [item for item in body if _identity(item) not in moving]
        values = _Values(self._dice, self._span, self)
        inner: list[Item] = []
        for item in moved:
            if isinstance(item, SettingNode) and item.locked and not _twice(item, moved) and self._dice.chance(50):
                stays.append(LockedKey(item.key, span=self._span))
                item = replace(item, locked=False)  # noqa: PLW2901 - the lock stands at the user's
            inner.append(values.of_item(item))
        like = None
        if depth < 2 and self._dice.chance(30):
            like, inner = self._again(kind, inner, depth + 1)
        name = self.name("t")
        block = Block(kind, name, tuple(inner), like=like, span=self._span, head=self._span)
        self._statements.append(Template(block, tuple(values.parameters), span=self._span))
        return Like(name, tuple(values.arguments), span=self._span), tuple(stays)

    def _again(self, kind: str, inner: list[Item], depth: int) -> tuple[Like, list[Item]]:
        like, rest = self._template(kind, inner, depth)
        return like, list(rest)

    def name(self, letter: str) -> Name:
        """A name that nothing else has."""
        self._count += 1
        return Name(f"{letter}-{self._count}", span=self._span)

    def let(self, value: Value) -> Reference:
        """The name of a new let for a value."""
        name = self.name("v")
        self._statements.append(Let(name, value, span=self._span))
        return Reference(name.text, span=self._span)


class _Values:
    """Moves the values of a template's items into lets and parameters."""

    def __init__(self, dice: Dice, span: Span, factory: _Factory) -> None:
        self.parameters: list[Parameter] = []
        self.arguments: list[Argument] = []
        self._dice, self._span, self._factory = dice, span, factory

    def of_item(self, item: Item) -> Item:
        """The item with other words for the same values."""
        match item:
            case SettingNode():
                return replace(item, value=self._other(item.value))
            case Where():
                return replace(item, key=self._text(item.key), value=self._text(item.value))
            case CopyNode():
                body = tuple(map(self.of_item, item.body))
                return replace(
                    item,
                    arn=self._maybe(item.arn),
                    vault=self._maybe(item.vault),
                    region=self._maybe(item.region),
                    account=self._maybe(item.account),
                    body=body,
                )
            case Block(like=like):
                arguments = (
                    tuple(replace(each, value=self._other(each.value)) for each in like.arguments) if like else ()
                )
                body = tuple(map(self.of_item, item.body))
                return replace(item, body=body, like=replace(like, arguments=arguments) if like else None)
        return item

    def _maybe(self, value: TextOrName | None) -> TextOrName | None:
        return self._text(value) if value else None

    def _text(self, value: TextOrName) -> TextOrName:
        other = self._other(value)
        return other if isinstance(other, (Text, Reference)) else value

    def _other(self, value: Value) -> Value:
        """What stands in the template for a value; one with parameters of the user has to come as an argument."""
        if _uses_parameters(value):
            return self._parameter(value)
        if isinstance(value, ListOf) and value.items and self._dice.chance(30):
            return self._spread(value)
        roll = self._dice.below(10)
        return self._parameter(value) if roll > 4 else self._factory.let(value) if roll > 2 else value

    def _spread(self, value: ListOf) -> ListOf:
        at = self._dice.below(len(value.items))
        first, last = (replace(value, items=part) for part in (value.items[:at], value.items[at:]))
        moved = self._parameter(first) if self._dice.chance(50) else self._factory.let(first)
        return replace(value, items=(Spread(moved, span=self._span), *last.items))

    def _parameter(self, value: Value) -> Reference:
        name = self._factory.name("p")
        given = self._dice.chance(70) or _uses_parameters(value)
        # Each default of its own: a template is compiled with its defaults too, where two copies must not meet.
        other = Text(f"another-{name.text}", span=self._span) if isinstance(value, Text) else None
        self.parameters.append(Parameter(name, other if given else value, span=self._span))
        if given:
            self.arguments.append(Argument(name, value, span=self._span))
        return Reference(name.text, span=self._span)


def _identity(item: Item) -> object:
    """What two items of a block have in common that must stay together."""
    match item:
        case SettingNode(key=key):
            return "setting", key.text.lower()
        case LockedKey(key=key):
            return "setting", key.text.lower()
        case Block(kind=kind, name=name):
            return kind, name.text.lower() if name else ""
    return id(item)


def _twice(item: SettingNode, items: Sequence[Item]) -> bool:
    return sum(_identity(each) == _identity(item) for each in items) > 1


def _uses_parameters(value: Value) -> bool:
    """Whether a value has the name of a parameter, which means nothing outside of its template."""
    if isinstance(value, Reference):
        return value.name.startswith("p-")
    if isinstance(value, Spread):
        return _uses_parameters(value.value)
    return isinstance(value, ListOf) and any(map(_uses_parameters, value.items))

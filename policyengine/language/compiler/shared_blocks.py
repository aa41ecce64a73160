"""Writes what several policies have in common once, as templates (language.md 3.6), so that it means the same.

Blocks that are equal but for their names become uses of one template, the largest first: policies, plans, then rules
and selections. Templates have no parameters, and blocks with `children may` stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeAlias

from policyengine.base.source import Source, Span
from policyengine.language.compiler.vocabulary import TEMPLATES
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Block, ChildrenMay, Item, Like, Module, Policy, Statement, Template

_LEAST = 2  # items in and below a block that is worth a template
_SHARED = "shared"  # the name of a template of whole policies
_INSIDE = tuple(kind for kind in TEMPLATES if kind != "policy")

_NOWHERE = Span(Source("", ""), 0, 0)
_Body: TypeAlias = "tuple[str, tuple[Item, ...]]"


def with_templates(modules: Sequence[Module]) -> tuple[Module, list[Module]]:
    """Templates of what the policies of several modules share, and the modules that use them.

    Together they compile to the same documents as the modules given.
    """
    changed = [module.statements for module in modules]
    templates: list[Template] = []
    taken: set[str] = set()
    for kind in ("policy", *_INSIDE):
        names = _names(kind, [*((template,) for template in templates), *changed], taken)
        if names:
            changed = [tuple(_using(statement, names) for statement in statements) for statements in changed]
            templates = [_using_inside(template, names) for template in templates]
            templates += [_template(body, name) for body, name in names.items()]
    rewritten = [replace(module, statements=statements) for module, statements in zip(modules, changed, strict=True)]
    return Module(_NOWHERE.source, None, tuple(reversed(templates)), ()), rewritten


def _names(kind: str, texts: Sequence[Sequence[Statement]], taken: set[str]) -> dict[_Body, Name]:
    """The name of a template for each body of a kind that more than one statement has."""
    holders: dict[_Body, set[tuple[int, int]]] = {}
    first: dict[_Body, str] = {}
    for number, statements in enumerate(texts):
        for place, statement in enumerate(statements):
            for name, body in _bodies(statement, kind):
                holders.setdefault((kind, body), set()).add((number, place))
                first.setdefault((kind, body), name)
    return {body: _free(first[body], taken) for body, where in holders.items() if len(where) > 1}


def _free(wanted: str, taken: set[str]) -> Name:
    """A name that no template has, case folded."""
    name = next(name for name in _numbered(wanted) if name.lower() not in taken)
    taken.add(name.lower())
    return Name(name, span=_NOWHERE)


def _numbered(wanted: str) -> Iterator[str]:
    yield wanted
    yield from (f"{wanted}-{number}" for number in count(2))


def _bodies(statement: Statement, kind: str) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """The blocks of a kind that may become uses of a template, by name and body."""
    if kind == "policy":
        if isinstance(statement, Policy) and _is_worth_it(statement.body) and not statement.like:
            yield _SHARED, statement.body
        return
    for block in _blocks(_body_of(statement)):
        if block.kind == kind and block.name and not block.like and _is_worth_it(block.body):
            yield block.name.text, block.body


def _body_of(statement: Statement) -> tuple[Item, ...]:
    if isinstance(statement, Policy):
        return statement.body
    return statement.block.body if isinstance(statement, Template) else ()


def _blocks(items: Sequence[Item]) -> Iterator[Block]:
    for item in items:
        if isinstance(item, Block):
            yield item
            yield from _blocks(item.body)


def _is_worth_it(body: Sequence[Item]) -> bool:
    return _size(body) >= _LEAST and not _has_children_may(body)


def _size(items: Sequence[Item]) -> int:
    return sum(1 + _size(item.body) if isinstance(item, Block) else 1 for item in items)


def _has_children_may(items: Sequence[Item]) -> bool:
    return any(
        isinstance(item, ChildrenMay) or (isinstance(item, Block) and _has_children_may(item.body)) for item in items
    )


def _using(statement: Statement, names: Mapping[_Body, Name]) -> Statement:
    if not isinstance(statement, Policy):
        return statement
    name = names.get(("policy", statement.body))
    if name:
        return replace(statement, body=(), like=Like(name, span=_NOWHERE), span=_NOWHERE, head=_NOWHERE)
    return replace(statement, body=_items_using(statement.body, names))


def _using_inside(template: Template, names: Mapping[_Body, Name]) -> Template:
    block = template.block
    return replace(template, block=replace(block, body=_items_using(block.body, names)))


def _items_using(items: Sequence[Item], names: Mapping[_Body, Name]) -> tuple[Item, ...]:
    return tuple(_block_using(item, names) if isinstance(item, Block) else item for item in items)


def _block_using(block: Block, names: Mapping[_Body, Name]) -> Block:
    name = None if block.like else names.get((block.kind, block.body))
    if name:
        return replace(block, body=(), like=Like(name, span=_NOWHERE), span=_NOWHERE, head=_NOWHERE)
    return replace(block, body=_items_using(block.body, names))


def _template(body: _Body, name: Name) -> Template:
    kind, items = body
    return Template(Block(kind, name, items, span=_NOWHERE, head=_NOWHERE), span=_NOWHERE)

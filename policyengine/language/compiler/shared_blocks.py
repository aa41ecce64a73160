"""Writes what several policies have in common once, as templates (language.md 3.6), so that it means the same.

Blocks that are equal but for their names, or differ in a few values, which become parameters, are uses of one template,
the largest first: policies, plans, then rules and selections. Blocks with `children may` stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from policyengine.language.compiler.shared_values import NOWHERE, Body, Factored, Occurrence, factored, shape, size
from policyengine.language.compiler.vocabulary import TEMPLATES
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Block, ChildrenMay, Item, Like, Module, Policy, Statement, Template

_LEAST = 2  # items in and below a block that is worth a template
_SHARED = "shared"  # the name of a template of whole policies
_INSIDE = tuple(kind for kind in TEMPLATES if kind != "policy")

_Uses: TypeAlias = "Mapping[tuple[str, Body], Like]"
"""By kind and body, the use of a template that stands for a block."""


class _Holder(NamedTuple):
    """A block that may become the use of a template, its name, and the number of the statement that holds it."""

    statement: int
    name: str
    block: Occurrence


def with_templates(modules: Sequence[Module]) -> tuple[Module, list[Module]]:
    """Templates of what the policies of several modules share, and the modules that use them.

    Together they compile to the same documents as the modules given.
    """
    changed = [module.statements for module in modules]
    templates: list[Template] = []
    taken: set[str] = set()
    for kind in ("policy", *_INSIDE):
        uses: dict[tuple[str, Body], Like] = {}
        new: list[Template] = []
        for same, template in _shared(kind, [*templates, *(each for statements in changed for each in statements)]):
            name = _free(same[0].name, taken)
            block = Block(kind, name, template.body, span=NOWHERE, head=NOWHERE)
            new.append(Template(block, template.parameters, span=NOWHERE))
            for holder, arguments in zip(same, template.arguments, strict=True):
                uses[kind, holder.block.body] = Like(name, arguments, span=NOWHERE)
        changed = [tuple(_using(statement, uses) for statement in statements) for statements in changed]
        templates = [*(_using_inside(template, uses) for template in templates), *new]
    rewritten = [replace(module, statements=statements) for module, statements in zip(modules, changed, strict=True)]
    return Module(NOWHERE.source, None, tuple(reversed(templates)), ()), rewritten


def _shared(kind: str, statements: Sequence[Statement]) -> Iterator[tuple[list[_Holder], Factored]]:
    """The blocks of a kind that become uses of one template: those of one shape or, failing that, equal ones."""
    holders = [
        _Holder(number, name, Occurrence(body, _parameters(statement)))
        for number, statement in enumerate(statements)
        for name, body in _bodies(statement, kind)
    ]
    for same in _grouped((shape(holder.block.body), holder) for holder in holders):
        if template := factored([holder.block for holder in same]):
            yield same, template
        else:
            for equal in _grouped((holder.block.body, holder) for holder in same):
                if template := factored([holder.block for holder in equal]):
                    yield equal, template


def _grouped(holders: Iterable[tuple[Body, _Holder]]) -> Iterator[list[_Holder]]:
    """The holders of each body that stand in more than one statement."""
    groups: dict[Body, list[_Holder]] = {}
    for body, holder in holders:
        groups.setdefault(body, []).append(holder)
    return (same for same in groups.values() if len({holder.statement for holder in same}) > 1)


def _parameters(statement: Statement) -> frozenset[str]:
    return (
        frozenset(each.name.text for each in statement.parameters) if isinstance(statement, Template) else frozenset()
    )


def _free(wanted: str, taken: set[str]) -> Name:
    """A name that no template has, case folded."""
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    name = next(name for name in numbered if name.lower() not in taken)
    taken.add(name.lower())
    return Name(name, span=NOWHERE)


def _bodies(statement: Statement, kind: str) -> Iterator[tuple[str, Body]]:
    """The blocks of a kind that may become uses of a template, by name and body."""
    if kind == "policy":
        if isinstance(statement, Policy) and _is_worth_it(statement.body) and not statement.like:
            yield _SHARED, statement.body
        return
    for block in _blocks(_body_of(statement)):
        if block.kind == kind and block.name and not block.like and _is_worth_it(block.body):
            yield block.name.text, block.body


def _body_of(statement: Statement) -> Body:
    if isinstance(statement, Policy):
        return statement.body
    return statement.block.body if isinstance(statement, Template) else ()


def _blocks(items: Sequence[Item]) -> Iterator[Block]:
    for item in items:
        if isinstance(item, Block):
            yield item
            yield from _blocks(item.body)


def _is_worth_it(body: Body) -> bool:
    return size(body) >= _LEAST and not _has_children_may(body)


def _has_children_may(items: Sequence[Item]) -> bool:
    return any(
        isinstance(item, ChildrenMay) or (isinstance(item, Block) and _has_children_may(item.body)) for item in items
    )


def _using(statement: Statement, uses: _Uses) -> Statement:
    if not isinstance(statement, Policy):
        return statement
    if like := uses.get(("policy", statement.body)):
        return replace(statement, body=(), like=like, span=NOWHERE, head=NOWHERE)
    return replace(statement, body=_items_using(statement.body, uses))


def _using_inside(template: Template, uses: _Uses) -> Template:
    block = template.block
    return replace(template, block=replace(block, body=_items_using(block.body, uses)))


def _items_using(items: Sequence[Item], uses: _Uses) -> Body:
    return tuple(_block_using(item, uses) if isinstance(item, Block) else item for item in items)


def _block_using(block: Block, uses: _Uses) -> Block:
    if not block.like and (like := uses.get((block.kind, block.body))):
        return replace(block, body=(), like=like, span=NOWHERE, head=NOWHERE)
    return replace(block, body=_items_using(block.body, uses))

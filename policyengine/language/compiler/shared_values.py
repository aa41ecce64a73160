"""Blocks of one shape, which differ in a few values: the parameters and arguments that stand for these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, repeat
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from policyengine.base.source import Source, Span
from policyengine.language.compiler.lets import reserved
from policyengine.language.syntax import is_bare_name
from policyengine.language.syntax.literals import Name, Reference, Text, Value
from policyengine.language.syntax.nodes import Argument, Block, CopyNode, Item, Parameter, SettingNode

NOWHERE = Span(Source("", ""), 0, 0)
"""The span of all that nobody wrote."""

Body: TypeAlias = "tuple[Item, ...]"

_ANY = Text("", span=NOWHERE)  # in a shape, what stands in the place of each value
_MOST = 4  # parameters that a reader still keeps apart
_LEAST = 2  # items that all blocks have in common


class Occurrence(NamedTuple):
    """A block that may use a template; `parameters` are the names of those that its text may use."""

    body: Body
    parameters: frozenset[str]


class Factored(NamedTuple):
    """A template of blocks of one shape, and the arguments that each block gives it, in their order."""

    parameters: tuple[Parameter, ...]
    body: Body
    arguments: tuple[tuple[Argument, ...], ...]


class _Slot(NamedTuple):
    """A setting that has one value in each block; `inside` is the name of the block in which it stands."""

    key: str
    inside: str
    values: tuple[Value, ...]


def shape(body: Body) -> Body:
    """The body without its values: equal for blocks that differ in nothing else."""
    return _filled(body, repeat(_ANY))


def size(items: Sequence[Item]) -> int:
    """The number of items in a block and below it."""
    return sum(1 + size(item.body) if isinstance(item, Block | CopyNode) else 1 for item in items)


def factored(blocks: Sequence[Occurrence]) -> Factored | None:
    """The template of blocks of one shape; None where more differs than is worth it."""
    slots = _slots([block.body for block in blocks])
    differing = [slot for slot in slots if len(set(slot.values)) > 1 or _is_parameter_around(slot, blocks)]
    wanted = list({(slot.key, slot.values): slot for slot in reversed(differing)}.values())[::-1]
    equal = size(blocks[0].body) - len(differing)
    if len(wanted) > _MOST or (wanted and equal < max(_LEAST, len(wanted))):
        return None
    parameters = [_parameter(name, slot, blocks) for name, slot in zip(_names(wanted), wanted, strict=True)]
    named = {(slot.key, slot.values): each.name.text for slot, each in zip(wanted, parameters, strict=True)}
    values = (
        Reference(named[slot.key, slot.values], span=NOWHERE) if slot in differing else slot.values[0] for slot in slots
    )
    columns = [(each, slot.values) for each, slot in zip(parameters, wanted, strict=True)]
    arguments = tuple(
        tuple(Argument(each.name, column[at], span=NOWHERE) for each, column in columns if column[at] != each.default)
        for at in range(len(blocks))
    )
    return Factored(tuple(parameters), _filled(blocks[0].body, values), arguments)


def _slots(bodies: Sequence[Body]) -> list[_Slot]:
    rows = [list(_settings(body, "")) for body in bodies]
    return [
        _Slot(setting.key.text, inside, tuple(each.value for _, each in column))
        for column in zip(*rows, strict=True)
        for inside, setting in column[:1]
    ]


def _settings(items: Sequence[Item], inside: str) -> Iterator[tuple[str, SettingNode]]:
    """The settings whose value may be a parameter, with the name of the block in which each stands."""
    for item in items:
        if isinstance(item, SettingNode) and item.operator == "=":
            yield inside, item
        elif isinstance(item, Block):
            yield from _settings(item.body, item.name.text if item.name else item.kind)
        elif isinstance(item, CopyNode):
            yield from _settings(item.body, "copy")


def _filled(items: Sequence[Item], values: Iterator[Value]) -> Body:
    """The items with other values in these settings, in their order."""
    filled: list[Item] = []
    for item in items:
        if isinstance(item, SettingNode) and item.operator == "=":
            filled.append(replace(item, value=next(values)))
        elif isinstance(item, Block | CopyNode):
            filled.append(replace(item, body=_filled(item.body, values)))
        else:
            filled.append(item)
    return tuple(filled)


def _is_parameter_around(slot: _Slot, blocks: Sequence[Occurrence]) -> bool:
    """Whether the value is a parameter of the template in which a block stands: each use has to hand its own on."""
    return any(_is_open(value, block) for value, block in zip(slot.values, blocks, strict=True))


def _is_open(value: Value, block: Occurrence) -> bool:
    return isinstance(value, Reference) and value.name in block.parameters


def _parameter(name: str, slot: _Slot, blocks: Sequence[Occurrence]) -> Parameter:
    """A parameter, whose default is the value of more than half of the blocks, if there is one."""
    closed = Counter(value for value, block in zip(slot.values, blocks, strict=True) if not _is_open(value, block))
    default = next((value for value, times in closed.items() if times * 2 > len(slot.values)), None)
    return Parameter(Name(name, span=NOWHERE), default, span=NOWHERE)


def _names(slots: Sequence[_Slot]) -> list[str]:
    """A name for each parameter: its key; of several with one key, the blocks' names before it; otherwise a number."""
    keys = Counter(slot.key for slot in slots)
    taken: list[str] = []
    for slot in slots:
        wanted = slot.key if keys[slot.key] == 1 else f"{slot.inside.replace(' ', '-')}-{slot.key}"
        plain = wanted if _is_free(wanted) else "value"
        numbered = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
        taken.append(next(name for name in numbered if name not in taken))
    return taken


def _is_free(name: str) -> bool:
    """Whether a parameter may have this name."""
    return is_bare_name(name) and not any(reserved(Name(name, span=NOWHERE), "a parameter"))

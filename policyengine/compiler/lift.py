"""From the tree back to text: the items of a block that compile to the same tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import get_args

from policyengine.compiler.arns import vault_parts
from policyengine.compiler.locks import NONE
from policyengine.compiler.lower import CHILD_OPERATORS, OPERATORS
from policyengine.compiler.mapping import ANY, BlockRow, SettingRow
from policyengine.compiler.node import Control, Node
from policyengine.compiler.paths import spell_path
from policyengine.compiler.speak import speak
from policyengine.model.documents import ASSIGN
from policyengine.source import Span
from policyengine.syntax.nodes import (
    Block,
    BlockKind,
    ChildrenMay,
    ConditionOperator,
    Copy,
    Item,
    Setting,
    Where,
)
from policyengine.syntax.values import Name, Reference, Text
from policyengine.value import value

Path = tuple[str, ...]

_WORDS = {operator: word for word, operator in CHILD_OPERATORS.items()}
_KINDS: Mapping[str, BlockKind] = {kind: kind for kind in get_args(BlockKind)}
_CONDITIONS: Mapping[str, ConditionOperator] = {f"where {sign}": sign for sign in get_args(ConditionOperator)}
_ONE_LINERS = ("tag", *_CONDITIONS)


@value
class Lift:
    """Writes blocks for a partition. `left_out` gathers the paths of what no text can say."""

    partition: str
    span: Span
    left_out: list[Path] = field(default_factory=list)

    def body(self, node: Node, path: Path, *, sealed: bool = False) -> tuple[Item, ...]:
        """The items of a block, `children may` first. In a `sealed` block something around is locked already."""
        spoken: set[int] = set()  # nodes whose items say all about their controls
        items = [*self._settings(node, path, spoken, sealed=sealed), *self._blocks(node, path, spoken, sealed=sealed)]
        if sealed:
            return tuple(items)
        own = [self._children_may(node.control, ())] if node.control else []
        return (*own, *self._controls(node, node, (), spoken), *items)

    def _settings(self, node: Node, path: Path, spoken: set[int], *, sealed: bool) -> Iterator[Item]:
        for row in node.shape.settings.values():
            leaf = node.find(row.path)
            if leaf is None or (row.key == "target" and text_of(node, row.path[0]) == _copy_arn(node)):
                continue
            locked = not sealed and lockable(leaf)
            if locked:
                spoken.add(id(leaf))
            yield from self._setting(row, leaf, (*path, *row.path), locked=locked)

    def _setting(self, row: SettingRow, leaf: Node, path: Path, *, locked: bool) -> Iterator[Item]:
        for sign, operator in OPERATORS.items():
            if operator not in leaf.values:
                continue
            value = speak(leaf.values[operator].value, row, self.partition, self.span)
            if value is None:
                self.left_out.append((*path, operator))
            else:
                yield Setting(self._name(row.key), sign, value, locked, span=self.span)

    def _blocks(self, node: Node, path: Path, spoken: set[int], *, sealed: bool) -> Iterator[Item]:
        for row in node.shape.blocks.values():
            for child in _standing(node, row):
                here = (*path, *row.path[:-1], child.key)
                if not carried(child):
                    self.left_out.extend(_valued(child, here))
                    continue
                locked = not sealed and lockable(child)
                if locked or child.shape.block not in _ONE_LINERS:
                    spoken.add(id(child))
                yield self._block(child, here, locked=locked, sealed=sealed or locked)

    def _block(self, node: Node, path: Path, *, locked: bool, sealed: bool) -> Item:
        kind, span = node.shape.block, self.span
        if kind == "tag":
            value = Text(text_of(node, "tag_value"), span=span)
            return Setting(self._name(text_of(node, "tag_key")), "=", value, locked, span=span)
        if kind in _CONDITIONS:
            key, value = (Text(text_of(node, part), span=span) for part in ("condition_key", "condition_value"))
            return Where(self._name(node.key), key, _CONDITIONS[kind], value, locked, span=span)
        body = self.body(node, path, sealed=sealed)
        if kind == "copy":
            return self._copy(node, body, locked=locked)
        name = None if node.shape.key else self._name(node.key)
        return Block(_KINDS[kind], name, body, locked, span=span, head=span)

    def _copy(self, node: Node, body: tuple[Item, ...], *, locked: bool) -> Copy:
        arn, span = _copy_arn(node), self.span
        parts = vault_parts(arn, self.partition)
        if parts is None:
            return Copy(Text(arn, span=span), None, None, None, body, locked, span=span, head=span)
        vault, region, account = parts
        owner = None if account == "$account" else Text(account, span=span)
        return Copy(
            None, Text(vault, span=span), Reference(region, span=span), owner, body, locked, span=span, head=span
        )

    def _controls(self, block: Node, node: Node, keys: Path, spoken: set[int]) -> Iterator[ChildrenMay]:
        """`children may` for what stands below a block's node and is not spoken for by an item of its own."""
        for child in node.children.values():
            if id(child) in spoken:
                continue
            here = (*keys, child.key)
            if child.control:
                yield self._children_may(child.control, spell_path(block.shape, here))
            yield from self._controls(block, child, here, spoken)

    def _children_may(self, control: Control, path: Path) -> ChildrenMay:
        words = tuple(_WORDS[operator] for operator in control.operators)
        return ChildrenMay(words, tuple(self._name(segment) for segment in path), span=self.span)

    def _name(self, text: str) -> Name:
        return Name(text, span=self.span)


def carried(node: Node) -> bool:
    """Whether the text has an item that makes this node: a value, a named block, or something that holds one."""
    shape = node.shape
    if shape.row:
        return bool(node.values)
    if shape.needs:
        held = (node.children.get(key) for key in shape.needs)
        return all(leaf and leaf.values for leaf in held) and _names_itself(node)
    return bool(shape.block and not shape.key) or any(carried(child) for child in node.children.values())


def _names_itself(node: Node) -> bool:
    """A tag's key is its node's key, or one word could not write both."""
    return node.shape.block != "tag" or text_of(node, "tag_key").lower() == node.key.lower()


def lockable(node: Node) -> bool:
    """Whether `locked` on the node's item compiles to exactly the controls that it and all below have."""
    closed = node.control is not None and node.control.operators == NONE and carried(node)
    return closed and all(lockable(child) for child in node.children.values())


def _standing(node: Node, row: BlockRow) -> list[Node]:
    """The nodes that stand for blocks of a row."""
    if row.path[-1] == ANY:
        container = node.find(row.path[:-1])
        return list(container.children.values()) if container else []
    block = node.find(row.path)
    return [block] if block else []


def _valued(node: Node, path: Path) -> Iterator[Path]:
    yield from ((*path, operator) for operator in node.values)
    for child in node.children.values():
        yield from _valued(child, (*path, child.key))


def _copy_arn(node: Node) -> str:
    """What to call a copy by: the vault it goes to where that is the key in other letters, else the key."""
    target = text_of(node, "target_backup_vault_arn")
    return target if target.lower() == node.key.lower() else node.key


def text_of(node: Node, key: str) -> str:
    """The text assigned to a setting directly below a node; empty where there is none."""
    leaf = node.children.get(key)
    held = leaf.values.get(ASSIGN) if leaf else None
    return held.value if held and isinstance(held.value, str) else ""

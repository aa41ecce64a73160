"""AWS's document as a file of the language: the module whose text compiles to an equal document.

Equal is what AWS holds equal (language.md 3.4): keys fold case, scalars are strings, empty containers do not count.
The document is read into the tree, the tree is raised to items; what has no place in the tree is named, never dropped
in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import get_args

from policyengine.aws.documents import ASSIGN, CONTROL, VALUE_OPERATORS, Json, PolicyDocument, WrittenAt
from policyengine.aws.facts import regions, type_of_pattern
from policyengine.base.diagnostics import Diagnostic, Outcome, Severity
from policyengine.base.records import record
from policyengine.base.source import Source, Span
from policyengine.base.text import quoted
from policyengine.language.compiler.blocks import CHILD_OPERATORS, NONE, OPERATORS, spell_path
from policyengine.language.compiler.compile import misnamed_policy
from policyengine.language.compiler.conversions import (
    UNITS,
    air_gapped_name,
    duration_of,
    role_name,
    schedule_of,
    vault_parts,
)
from policyengine.language.compiler.policy_tree import Assigned, Control, TreeNode
from policyengine.language.compiler.settings import ANY, POLICY, BlockRow, Kind, SettingRow
from policyengine.language.compiler.values import TRUTH
from policyengine.language.language_rules import CONTENT_NOT_IMPORTED
from policyengine.language.syntax.literals import Boolean, ListOf, Name, Reference, Text, Value
from policyengine.language.syntax.nodes import (
    Block,
    BlockKind,
    ChildrenMay,
    ConditionOperator,
    CopyNode,
    Item,
    Module,
    Policy,
    SettingNode,
    Where,
)

_SHORTENED: Mapping[Kind, Callable[[str, str], str | None]] = {
    Kind.AIR_GAPPED_VAULT: air_gapped_name,
    Kind.ROLE: role_name,
}


def speak(held: str | list[str], row: SettingRow, partition: str, span: Span) -> Value | None:
    """The value to write for a setting's text or list of texts; None where nothing compiles to it."""
    if isinstance(held, str):
        return _speak(held, row, partition, span)
    items = [_speak(text, row, partition, span) for text in held]
    return None if None in items else ListOf(tuple(item for item in items if item is not None), span=span)


def _speak(text: str, row: SettingRow, partition: str, span: Span) -> Value | None:
    kind = row.kind
    if kind in _SHORTENED:
        short = _SHORTENED[kind](text, partition)
        return None if short is None else Text(short, span=span)
    return _in_words(text, row, partition, span) or Text(text, span=span)


def _in_words(text: str, row: SettingRow, partition: str, span: Span) -> Value | None:
    """What is nicer than the plain text, where there is something."""
    kind = row.kind
    if kind in UNITS:
        return duration_of(text, kind, span)
    if kind is Kind.SCHEDULE:
        return schedule_of(text, span)
    if kind in TRUTH and text in TRUTH[kind]:
        return Boolean(TRUTH[kind].index(text) == 1, span=span)
    if kind is Kind.REGION:
        return Reference(text, span=span) if text in regions() else None
    name = type_of_pattern(partition).get(text) if kind is Kind.TYPE else _word(text, row)
    return Reference(name, span=span) if name else None


def _word(text: str, row: SettingRow) -> str | None:
    return next((word for word, sent in row.words.items() if sent == text), None)


Path = tuple[str, ...]

_WORDS = {operator: word for word, operator in CHILD_OPERATORS.items()}
_KINDS: Mapping[str, BlockKind] = {kind: kind for kind in get_args(BlockKind)}
_CONDITIONS: Mapping[str, ConditionOperator] = {f"where {sign}": sign for sign in get_args(ConditionOperator)}
_ONE_LINERS = ("tag", *_CONDITIONS)


@record
class Lift:
    """Writes blocks for a partition. `left_out` gathers the paths of what no text can say."""

    partition: str
    span: Span
    left_out: list[Path] = field(default_factory=list)

    def body(self, node: TreeNode, path: Path, *, sealed: bool = False) -> tuple[Item, ...]:
        """The items of a block, `children may` first. In a `sealed` block something around is locked already."""
        spoken: set[int] = set()  # nodes whose items say all about their controls
        items = [*self._settings(node, path, spoken, sealed=sealed), *self._blocks(node, path, spoken, sealed=sealed)]
        if sealed:
            return tuple(items)
        own = [self._children_may(node.control, ())] if node.control else []
        return (*own, *self._controls(node, node, (), spoken), *items)

    def _settings(self, node: TreeNode, path: Path, spoken: set[int], *, sealed: bool) -> Iterator[Item]:
        for row in node.shape.settings.values():
            leaf = node.find(row.path)
            if leaf is None or (row.key == "target" and text_of(node, row.path[0]) == _copy_arn(node)):
                continue
            locked = not sealed and lockable(leaf)
            if locked:
                spoken.add(id(leaf))
            yield from self._setting(row, leaf, (*path, *row.path), locked=locked)

    def _setting(self, row: SettingRow, leaf: TreeNode, path: Path, *, locked: bool) -> Iterator[Item]:
        for sign, operator in OPERATORS.items():
            if operator not in leaf.values:
                continue
            value = speak(leaf.values[operator].value, row, self.partition, self.span)
            if value is None:
                self.left_out.append((*path, operator))
            else:
                yield SettingNode(self._name(row.key), sign, value, locked, span=self.span)

    def _blocks(self, node: TreeNode, path: Path, spoken: set[int], *, sealed: bool) -> Iterator[Item]:
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

    def _block(self, node: TreeNode, path: Path, *, locked: bool, sealed: bool) -> Item:
        kind, span = node.shape.block, self.span
        if kind == "tag":
            value = Text(text_of(node, "tag_value"), span=span)
            return SettingNode(self._name(text_of(node, "tag_key")), "=", value, locked, span=span)
        if kind in _CONDITIONS:
            key, value = (Text(text_of(node, part), span=span) for part in ("condition_key", "condition_value"))
            return Where(self._name(node.key), key, _CONDITIONS[kind], value, locked, span=span)
        body = self.body(node, path, sealed=sealed)
        if kind == "copy":
            return self._copy(node, body, locked=locked)
        name = None if node.shape.key else self._name(node.key)
        return Block(_KINDS[kind], name, body, locked, span=span, head=span)

    def _copy(self, node: TreeNode, body: tuple[Item, ...], *, locked: bool) -> CopyNode:
        arn, span = _copy_arn(node), self.span
        parts = vault_parts(arn, self.partition)
        if parts is None:
            return CopyNode(Text(arn, span=span), None, None, None, body, locked, span=span, head=span)
        vault, region, account = parts
        owner = None if account == "$account" else Text(account, span=span)
        return CopyNode(
            None, Text(vault, span=span), Reference(region, span=span), owner, body, locked, span=span, head=span
        )

    def _controls(self, block: TreeNode, node: TreeNode, keys: Path, spoken: set[int]) -> Iterator[ChildrenMay]:
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


def carried(node: TreeNode) -> bool:
    """Whether the text has an item that makes this node: a value, a named block, or something that holds one."""
    shape = node.shape
    if shape.row:
        return bool(node.values)
    if shape.needs:
        held = (node.children.get(key) for key in shape.needs)
        return all(leaf and leaf.values for leaf in held) and _names_itself(node)
    return bool(shape.block and not shape.key) or any(carried(child) for child in node.children.values())


def _names_itself(node: TreeNode) -> bool:
    """A tag's key is its node's key, or one word could not write both."""
    return node.shape.block != "tag" or text_of(node, "tag_key").lower() == node.key.lower()


def lockable(node: TreeNode) -> bool:
    """Whether `locked` on the node's item compiles to exactly the controls that it and all below have."""
    closed = node.control is not None and node.control.operators == NONE and carried(node)
    return closed and all(lockable(child) for child in node.children.values())


def _standing(node: TreeNode, row: BlockRow) -> list[TreeNode]:
    """The nodes that stand for blocks of a row."""
    if row.path[-1] == ANY:
        container = node.find(row.path[:-1])
        return list(container.children.values()) if container else []
    block = node.find(row.path)
    return [block] if block else []


def _valued(node: TreeNode, path: Path) -> Iterator[Path]:
    yield from ((*path, operator) for operator in node.values)
    for child in node.children.values():
        yield from _valued(child, (*path, child.key))


def _copy_arn(node: TreeNode) -> str:
    """What to call a copy by: the vault it goes to where that is the key in other letters, else the key."""
    target = text_of(node, "target_backup_vault_arn")
    return target if target.lower() == node.key.lower() else node.key


def text_of(node: TreeNode, key: str) -> str:
    """The text assigned to a setting directly below a node; empty where there is none."""
    leaf = node.children.get(key)
    held = leaf.values.get(ASSIGN) if leaf else None
    return held.value if held and isinstance(held.value, str) else ""


_HALF = re.compile("[\ud800-\udfff]")  # half a character: JSON can escape it, no file can hold it
_CONTROLS = frozenset(CHILD_OPERATORS.values())


def read(content: Json, span: Span) -> tuple[TreeNode, list[Path]]:
    """The tree of a document, its root AWS's `plans`, and the paths of what the tree cannot hold.

    Every origin is `span`: a raw document has no places.
    """
    root = TreeNode(POLICY, POLICY.key, WrittenAt(span))
    strange: list[Path] = []
    for key, value in content.items() if isinstance(content, dict) else ():
        if key.lower() == POLICY.key:
            _read_node(root, value, (key,), strange)
        else:
            strange.append((key,))
    _prune(root)
    return root, strange


def _read_node(node: TreeNode, raw: Json, path: Path, strange: list[Path]) -> None:
    if not isinstance(raw, dict):
        strange.append(path)
        return
    for key, value in raw.items():
        here, folded = (*path, key), key.lower()
        if folded == CONTROL and (operators := _operators(value)):
            node.control = Control(operators, node.origin)
        elif folded in VALUE_OPERATORS and (held := _value(node, folded, value)) is not None:
            node.values[folded] = Assigned(held, node.origin)
        elif folded.startswith("@@") or node.shape.below(key) is None or folded in node.children:
            strange.append(here)
        else:
            _read_node(node.grow((key,), node.origin), value, here, strange)


def _operators(raw: Json) -> Path:
    """A list of control operators, folded and each once; empty where it is no such list."""
    if not isinstance(raw, list) or not all(isinstance(entry, str) for entry in raw):
        return ()
    folded = tuple(dict.fromkeys(str(entry).lower() for entry in raw))
    return folded if _CONTROLS.issuperset(folded) else ()


def _value(node: TreeNode, operator: str, raw: Json) -> str | list[str] | None:
    row = node.shape.row
    if row is None or isinstance(raw, list) != row.many or not (row.many or operator == ASSIGN):
        return None
    if isinstance(raw, list):
        texts = [_scalar(item) for item in raw]
        return None if None in texts else [text for text in texts if text is not None]
    return _scalar(raw)


def _scalar(raw: Json) -> str | None:
    """A scalar as AWS publishes it: `true` and 60 as text."""
    if isinstance(raw, str):
        return None if _HALF.search(raw) else raw
    try:
        return None if isinstance(raw, (dict, list)) else json.dumps(raw)
    except ValueError:  # more digits than Python writes out
        return None


def _prune(node: TreeNode) -> bool:
    """Drop containers that hold nothing, from below; whether the node itself holds something."""
    node.children = {key: child for key, child in node.children.items() if _prune(child)}
    return bool(node.children or node.values or node.control)


def decompile(document: PolicyDocument, *, partition: str = "aws", name: str) -> Outcome[Module]:
    """The module of one policy called `name` that compiles to a document equal to an admissible one.

    What the language cannot say is left out and named by a warning, and so is a `name` that a policy cannot have.
    """
    source = Source(name, "")
    span = Span(source, 0, 0)
    root, strange = read(document.content, span)
    lift = Lift(partition, span)
    body = lift.body(root, (root.key,))
    description = Text(document.description, span=span) if document.description else None
    policy = Policy(Name(name, span=span), description, body, span=span, head=span)
    found = [_left_out(path, name) for path in (*strange, *lift.left_out)]
    if misnamed := misnamed_policy(policy.name):
        found.append(misnamed.with_severity(Severity.WARNING))
    return Outcome(Module(source, None, (policy,), ()), tuple(found))


def _left_out(path: tuple[str, ...], name: str) -> Diagnostic:
    *place, key = path
    where = "in " + quoted("/".join(place)) if place else "on the document itself"
    return CONTENT_NOT_IMPORTED.at(
        None,
        f"the language cannot say {quoted(key)} {where}; it is left out",
        path="/".join(step.lower().replace("~", "~0").replace("/", "~1") for step in path),
        policies=(name,),
    )

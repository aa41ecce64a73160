"""The way back of the compiler: from AWS's document to a module that compiles to an equal document.

Documents are equal where AWS treats them as equal (language.md 3.4): the case of keys is folded, scalars are strings,
empty containers are ignored. The document is read into the compiler's tree, and the tree is raised to items. What the
language cannot say is reported, never dropped in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import get_args

from msgspec import field

from policyengine.aws.arns import ACCOUNT
from policyengine.aws.documents import (
    ASSIGN,
    CONTROL,
    VALUE_OPERATORS,
    Json,
    PolicyDocument,
    WrittenAt,
)
from policyengine.aws.setting_rows import ANY, BlockRow, SettingRow
from policyengine.aws.settings import CONDITION_KEY, CONDITION_VALUE, COPY_TARGET, TAG_KEY, TAG_VALUE
from policyengine.base.diagnostics import Diagnostic, Outcome, Severity
from policyengine.base.records import Record
from policyengine.base.source import Source, Span
from policyengine.base.text import quoted
from policyengine.language.compiler.blocks import OPERATORS
from policyengine.language.compiler.child_controls import CHILD_OPERATORS, NONE, spell_path
from policyengine.language.compiler.compile import misnamed_policy
from policyengine.language.compiler.conversions import (
    vault_parts,
)
from policyengine.language.compiler.policy_tree import Assigned, Control, TreeNode
from policyengine.language.compiler.vocabulary import POLICY
from policyengine.language.compiler.written_values import value_of
from policyengine.language.language_rules import CONTENT_NOT_IMPORTED
from policyengine.language.syntax.literals import Name, Reference, Text
from policyengine.language.syntax.nodes import (
    Block,
    ChildrenMay,
    ConditionOperator,
    CopyNode,
    Item,
    Module,
    Policy,
    SettingNode,
    Where,
)

Path = tuple[str, ...]
_WORDS = {operator: word for word, operator in CHILD_OPERATORS.items()}
_CONDITIONS: Mapping[str, ConditionOperator] = {f"where {sign}": sign for sign in get_args(ConditionOperator)}
_CONDITION = (CONDITION_KEY.aws_key, CONDITION_VALUE.aws_key)
_ONE_LINERS = (TAG_KEY.block, *_CONDITIONS)
_CONTROLS = frozenset(CHILD_OPERATORS.values())
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: JSON can escape it, no file can hold it


def decompile(document: PolicyDocument, *, partition: str = "aws", name: str) -> Outcome[Module]:
    """A module with a policy called `name` that compiles to a document equal to an admissible one.

    What the language cannot say is left out, with a warning; a `name` that a policy cannot have gets one, too.
    """
    source = Source(name, "")
    span = Span(source, 0, 0)
    root, unreadable = _read_document(document.content, span)
    lift = _Lift(partition, span)
    body = lift.body(root, (root.key,))
    description = Text(document.description, span=span) if document.description else None
    policy = Policy(Name(name, span=span), description, body, span=span, head=span)
    diagnostics = [_left_out(path, name) for path in (*unreadable, *lift.left_out)]
    if misnamed := misnamed_policy(policy.name):
        diagnostics.append(misnamed.with_severity(Severity.WARNING))
    return Outcome(Module(source, None, (policy,), ()), tuple(diagnostics))


def _left_out(path: tuple[str, ...], name: str) -> Diagnostic:
    *place, key = path
    where = "in " + quoted("/".join(place)) if place else "on the document itself"
    return CONTENT_NOT_IMPORTED.at(
        None,
        f"the language cannot say {quoted(key)} {where}; it is left out",
        path="/".join(step.lower().replace("~", "~0").replace("/", "~1") for step in path),
        policies=(name,),
    )


def _read_document(content: Json, span: Span) -> tuple[TreeNode, list[Path]]:
    """The tree of a document, whose root is AWS's `plans`, and the paths of what the tree cannot hold.

    Every origin is `span`, since a raw document has no places.
    """
    root = TreeNode(POLICY, POLICY.key, WrittenAt(span))
    unreadable: list[Path] = []
    for key, value in content.items() if isinstance(content, dict) else ():
        if key.lower() == POLICY.key:
            _read_node(root, value, (key,), unreadable)
        else:
            unreadable.append((key,))
    _prune(root)
    return root, unreadable


def _read_node(node: TreeNode, raw: Json, path: Path, unreadable: list[Path]) -> None:
    if not isinstance(raw, dict):
        unreadable.append(path)
        return
    for key, value in raw.items():
        here, folded = (*path, key), key.lower()
        if folded == CONTROL and (operators := _operators(value)):
            node.control = Control(operators, node.origin)
        elif folded in VALUE_OPERATORS and (texts := _texts(node, folded, value)) is not None:
            node.values[folded] = Assigned(texts, node.origin)
        elif folded.startswith("@@") or node.shape.below(key) is None or folded in node.children:
            unreadable.append(here)
        else:
            _read_node(node.grow((key,), node.origin), value, here, unreadable)


def _operators(raw: Json) -> Path:
    """A list of operators for child policies, in lower case and each once; empty where it is no such list."""
    if not isinstance(raw, list) or not all(isinstance(entry, str) for entry in raw):
        return ()
    folded = tuple(dict.fromkeys(str(entry).lower() for entry in raw))
    return folded if _CONTROLS.issuperset(folded) else ()


def _texts(node: TreeNode, operator: str, raw: Json) -> str | list[str] | None:
    """The text, or list of texts, of an operator; None where the setting of the node cannot have it."""
    row = node.shape.row
    if row is None or isinstance(raw, list) != row.many or not (row.many or operator == ASSIGN):
        return None
    if isinstance(raw, list):
        texts = [_scalar(item) for item in raw]
        return None if None in texts else [text for text in texts if text is not None]
    return _scalar(raw)


def _scalar(raw: Json) -> str | None:
    """A scalar as AWS publishes it, with `true` and 60 as text; None for a list or an object."""
    if isinstance(raw, str):
        return None if _SURROGATE.search(raw) else raw
    try:
        return None if isinstance(raw, (dict, list)) else json.dumps(raw)
    except ValueError:  # a number of more digits than Python converts to text
        return None


def _prune(node: TreeNode) -> bool:
    """Drops empty containers, from below; whether the node itself is not empty."""
    node.children = {key: child for key, child in node.children.items() if _prune(child)}
    return bool(node.children or node.values or node.control)


class _Lift(Record):
    """Raises the nodes of a document to items of the language.

    Attributes:
        partition: The partition whose ARNs have short forms.
        span: The span of all nodes that are built.
        left_out: Collects the paths of what no text can say.
    """

    partition: str
    span: Span
    left_out: list[Path] = field(default_factory=list)

    def body(self, node: TreeNode, path: Path, *, sealed: bool = False) -> tuple[Item, ...]:
        """The items of a block, `children may` first. A `sealed` block is locked or lies in a locked one."""
        covered: set[TreeNode] = set()  # those whose items write their controls
        items = [*self._settings(node, path, covered, sealed=sealed), *self._blocks(node, path, covered, sealed=sealed)]
        if sealed:
            return tuple(items)
        own = [self._children_may(node.control, ())] if node.control else []
        return (*own, *self._controls(node, node, (), covered), *items)

    def _settings(self, node: TreeNode, path: Path, covered: set[TreeNode], *, sealed: bool) -> Iterator[Item]:
        for row in node.shape.settings.values():
            leaf = node.find(row.path)
            if leaf is None or (row is COPY_TARGET and _text_of(node, COPY_TARGET.aws_key) == _copy_arn(node)):
                continue
            locked = not sealed and _lockable(leaf)
            if locked:
                covered.add(leaf)
            yield from self._setting(row, leaf, (*path, *row.path), locked=locked)

    def _setting(self, row: SettingRow, leaf: TreeNode, path: Path, *, locked: bool) -> Iterator[Item]:
        for sign, operator in OPERATORS.items():
            if operator not in leaf.values:
                continue
            value = value_of(leaf.values[operator].value, row, self.partition, self.span)
            if value is None:
                self.left_out.append((*path, operator))
            else:
                yield SettingNode(self._name(row.key), sign, value, locked, span=self.span)

    def _blocks(self, node: TreeNode, path: Path, covered: set[TreeNode], *, sealed: bool) -> Iterator[Item]:
        for row in node.shape.blocks.values():
            for child in _standing(node, row):
                here = (*path, *row.path[:-1], child.key)
                if not _carried(child):
                    self.left_out.extend(_valued(child, here))
                    continue
                locked = not sealed and _lockable(child)
                if locked or child.shape.block not in _ONE_LINERS:
                    covered.add(child)
                yield self._block(child, here, locked=locked, sealed=sealed or locked)

    def _block(self, node: TreeNode, path: Path, *, locked: bool, sealed: bool) -> Item:
        kind, span = node.shape.block, self.span
        if kind == TAG_KEY.block:
            value = Text(_text_of(node, TAG_VALUE.aws_key), span=span)
            return SettingNode(self._name(_text_of(node, TAG_KEY.aws_key)), "=", value, locked, span=span)
        if kind in _CONDITIONS:
            key, value = (Text(_text_of(node, part), span=span) for part in _CONDITION)
            return Where(self._name(node.key), key, _CONDITIONS[kind], value, locked, span=span)
        body = self.body(node, path, sealed=sealed)
        if kind == "copy":
            return self._copy(node, body, locked=locked)
        name = None if node.shape.key else self._name(node.key)
        return Block(kind, name, body, locked, span=span, head=span)

    def _copy(self, node: TreeNode, body: tuple[Item, ...], *, locked: bool) -> CopyNode:
        arn, span = _copy_arn(node), self.span
        parts = vault_parts(arn, self.partition)
        if parts is None:
            return CopyNode(Text(arn, span=span), None, None, None, body, locked, span=span, head=span)
        vault, region, account = parts
        owner = None if account == ACCOUNT else Text(account, span=span)
        return CopyNode(
            None, Text(vault, span=span), Reference(region, span=span), owner, body, locked, span=span, head=span
        )

    def _controls(self, block: TreeNode, node: TreeNode, keys: Path, covered: set[TreeNode]) -> Iterator[ChildrenMay]:
        """`children may` for the nodes below a block's node whose own items do not write their controls."""
        for child in node.children.values():
            if child in covered:
                continue
            here = (*keys, child.key)
            if child.control:
                yield self._children_may(child.control, spell_path(block.shape, here))
            yield from self._controls(block, child, here, covered)

    def _children_may(self, control: Control, path: Path) -> ChildrenMay:
        words = tuple(_WORDS[operator] for operator in control.operators)
        return ChildrenMay(words, tuple(self._name(segment) for segment in path), span=self.span)

    def _name(self, text: str) -> Name:
        return Name(text, span=self.span)


def _standing(node: TreeNode, row: BlockRow) -> list[TreeNode]:
    """The nodes of a tree that are blocks of a row."""
    if row.path[-1] == ANY:
        container = node.find(row.path[:-1])
        return list(container.children.values()) if container else []
    block = node.find(row.path)
    return [block] if block else []


def _carried(node: TreeNode) -> bool:
    """Whether the text has an item that writes this node: a value, a named block, or an item below it."""
    shape = node.shape
    if shape.row:
        return bool(node.values)
    if shape.needs:
        leaves = (node.children.get(key) for key in shape.needs)
        return all(leaf and leaf.values for leaf in leaves) and _names_itself(node)
    return bool(shape.block and not shape.key) or any(_carried(child) for child in node.children.values())


def _names_itself(node: TreeNode) -> bool:
    """Whether a tag's entry is named like its key, as AWS requires (facts 1.5.7): the language writes both as one."""
    return node.shape.block != TAG_KEY.block or _text_of(node, TAG_KEY.aws_key).lower() == node.key.lower()


def _lockable(node: TreeNode) -> bool:
    """Whether `locked` on the node's item compiles to exactly the controls of the node and of all nodes below it."""
    closed = node.control is not None and node.control.operators == NONE and _carried(node)
    return closed and all(_lockable(child) for child in node.children.values())


def _valued(node: TreeNode, path: Path) -> Iterator[Path]:
    """The paths of all values at and below a node."""
    yield from ((*path, operator) for operator in node.values)
    for child in node.children.values():
        yield from _valued(child, (*path, child.key))


def _copy_arn(node: TreeNode) -> str:
    """The ARN to write a copy with: its target where that equals the key but for case, else the key."""
    target = _text_of(node, COPY_TARGET.aws_key)
    return target if target.lower() == node.key.lower() else node.key


def _text_of(node: TreeNode, key: str) -> str:
    """The text assigned to a setting directly below a node; empty where there is none."""
    leaf = node.children.get(key)
    assigned = leaf.values.get(ASSIGN) if leaf else None
    return assigned.value if assigned and isinstance(assigned.value, str) else ""

"""From the text of a block to the piece of AWS's tree that it writes, names and values checked.

Templates are not looked at here: a block that is `like` one only remembers its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from policyengine.catalogue.language import child_control_repeated
from policyengine.compiler.arns import vault_arn
from policyengine.compiler.declare import declare, not_a_list, unknown, written_twice
from policyengine.compiler.mapping import ANY, COPY_REGION
from policyengine.compiler.node import Assigned, Control, Lock, Node
from policyengine.compiler.paths import resolve_path
from policyengine.compiler.shape import Shape
from policyengine.compiler.values import Scope, evaluate, evaluate_one
from policyengine.diagnostics import Label
from policyengine.model.documents import APPEND, ASSIGN, REMOVE, Origin
from policyengine.syntax.nodes import Block, ChildOperator, ChildrenMay, Copy, Item, Setting, SettingOperator, Where

OPERATORS: Mapping[SettingOperator, str] = {"=": ASSIGN, "+=": APPEND, "-=": REMOVE}
CHILD_OPERATORS: Mapping[ChildOperator, str] = {
    "assign": ASSIGN,
    "append": APPEND,
    "remove": REMOVE,
    "anything": "@@all",
    "nothing": "@@none",
}


def lower(node: Node, body: Iterable[Item], scope: Scope) -> None:
    """Write the items of a block's text into its node; what cannot be written is reported and left out."""
    for item in body:
        match item:
            case Setting() if "tag" in node.shape.blocks:
                _lower_tag(node, item, scope)
            case Setting():
                _lower_setting(node, item, scope)
            case ChildrenMay():
                _lower_control(node, item, scope)
            case Where() if f"where {item.operator}" in node.shape.blocks:
                _lower_condition(node, item, scope)
            case Block() if item.kind in node.shape.blocks:
                _lower_block(node, item, scope)
            case Copy() if "copy" in node.shape.blocks:
                _lower_copy(node, item, scope)


def lower_block(node: Node, block: Block, scope: Scope) -> None:
    """Write a block into its own node."""
    node.like = block.like
    node.lock = Lock(node.origin) if block.locked else node.lock
    lower(node, block.body, scope)


def _lower_block(parent: Node, block: Block, scope: Scope) -> None:
    path = _block_path(parent.shape, block.kind, block.name.text if block.name else "")
    lower_block(declare(parent, path, block.head, scope.found), block, scope)


def _lower_copy(parent: Node, copy: Copy, scope: Scope) -> None:
    arn = _copy_arn(copy, scope)
    if arn is None:  # nowhere to put it, but what it says is still checked
        node = Node(parent.shape.find(parent.shape.blocks["copy"].path), "", Origin(copy.head))
    else:
        node = declare(parent, _block_path(parent.shape, "copy", arn), copy.head, scope.found)
    node.lock = Lock(node.origin) if copy.locked else node.lock
    lower(node, copy.body, scope)


def _copy_arn(copy: Copy, scope: Scope) -> str | None:
    if copy.arn:
        return copy.arn.value
    region = evaluate_one(copy.region, COPY_REGION, scope) if copy.region else None
    if region is None or copy.vault is None:
        return None
    account = copy.account.value if copy.account else "$account"
    return vault_arn(copy.vault.value, region, account, scope.partition)


def _block_path(shape: Shape, kind: str, name: str) -> tuple[str, ...]:
    return tuple(name if key == ANY else key for key in shape.blocks[kind].path)


def _lower_setting(node: Node, setting: Setting, scope: Scope) -> None:
    row = node.shape.settings.get(setting.key.text)
    if row is None:
        scope.found.append(unknown(node.shape, setting))
        return
    operator = OPERATORS[setting.operator]
    leaf = node.find(row.path)
    if operator != ASSIGN and not row.many:
        scope.found.append(not_a_list(setting))
    elif leaf and operator in leaf.values:
        scope.found.append(written_twice(setting, leaf.values[operator]))
    elif (value := evaluate(setting.value, row, scope)) is not None:
        origin = Origin(setting.span)
        leaf = node.grow(row.path, origin)
        leaf.values[operator] = Assigned(value, origin)
        leaf.lock = Lock(origin) if setting.locked else leaf.lock


def _lower_tag(node: Node, setting: Setting, scope: Scope) -> None:
    """`Owner = "x"` in a tag block: an entry that holds both its key and its value."""
    key = setting.key.text
    row = node.shape.find((ANY, "tag_value")).row
    if setting.operator != "=":
        scope.found.append(not_a_list(setting))
    elif row and (value := evaluate_one(setting.value, replace(row, key=key), scope)) is not None:
        _lower_entry(node, (key,), {"tag_key": key, "tag_value": str(value)}, setting, scope)


def _lower_condition(node: Node, where: Where, scope: Scope) -> None:
    path = _block_path(node.shape, f"where {where.operator}", where.name.text)
    texts = {"condition_key": where.key.value, "condition_value": where.value.value}
    _lower_entry(node, path, texts, where, scope)


def _lower_entry(
    node: Node, path: tuple[str, ...], texts: Mapping[str, str], item: Setting | Where, scope: Scope
) -> None:
    entry = declare(node, path, item.span, scope.found)
    entry.lock = Lock(entry.origin) if item.locked else entry.lock
    for key, text in texts.items():
        entry.grow((key,), entry.origin).values[ASSIGN] = Assigned(text, entry.origin)


def _lower_control(node: Node, item: ChildrenMay, scope: Scope) -> None:
    keys = resolve_path(node.shape, item.path, scope.found)
    if keys is None:
        return
    origin = Origin(item.span)
    place = node.grow(keys, origin)
    if place.control:
        scope.found.append(
            child_control_repeated.RULE.at(
                item.span,
                "the same node has a `children may` already",
                help="keep one of the two: a node has one list of operators",
                labels=(Label(place.control.origin.span, "first written here"),),
            )
        )
        return
    place.control = Control(tuple(CHILD_OPERATORS[operator] for operator in item.operators), origin)

"""Lowers the items of a block into AWS's tree, their names and values checked.

A block may write each setting once. `children may` stands in `child_controls.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from policyengine.aws.arns import ACCOUNT, vault_arn
from policyengine.aws.documents import APPEND, ASSIGN, REMOVE, WrittenAt
from policyengine.aws.facts.foreign_keys import foreign_keys_at, plain_key, worded
from policyengine.aws.setting_rows import ANY
from policyengine.aws.settings import (
    CONDITION_KEY,
    CONDITION_VALUE,
    INDEX,
    RESOURCE_SELECTION,
    TAG_KEY,
    TAG_SELECTION,
    TAG_VALUE,
    settings,
)
from policyengine.base.diagnostics import Diagnostic, Fix, Label
from policyengine.base.fixes import repeated, written
from policyengine.base.source import Span
from policyengine.base.text import Suggestion, listed, quoted, suggestion
from policyengine.language.compiler.child_controls import lower_control
from policyengine.language.compiler.policy_tree import Assigned, TreeLock, TreeNode
from policyengine.language.compiler.scope import Scope
from policyengine.language.compiler.values import evaluate, evaluate_single
from policyengine.language.compiler.vocabulary import (
    COPY_ACCOUNT,
    COPY_ARN,
    COPY_REGION,
    COPY_VAULT,
    PolicyShape,
    place_text,
)
from policyengine.language.language_rules import (
    BLOCK_REPEATED,
    LIST_OPERATOR_ON_SCALAR,
    SETTING_REPEATED,
    UNKNOWN_SETTING,
)
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import (
    Block,
    ChildrenMay,
    CopyNode,
    Item,
    LockedKey,
    SettingNode,
    SettingOperator,
    Where,
)

OPERATORS: Mapping[SettingOperator, str] = {"=": ASSIGN, "+=": APPEND, "-=": REMOVE}
_SELECTIONS = {TAG_SELECTION.kind, RESOURCE_SELECTION.kind}
_WORDS = {row.path[-1]: row.key for row in settings()}
_HOMES = {row.block for row in settings()} - {TAG_KEY.block, CONDITION_KEY.block}


def lower(node: TreeNode, body: Iterable[Item], scope: Scope) -> None:
    """Writes the items of a block into its node; those that cannot be written are reported and left out."""
    body = tuple(body)
    for item in body:
        match item:
            case SettingNode() if "tag" in node.shape.blocks:
                _lower_tag(node, item, scope)
            case SettingNode():
                _lower_setting(node, item, body, scope)
            case LockedKey():
                _lower_locked_key(node, item, body, scope)
            case ChildrenMay():
                lower_control(node, item, scope)
            case Where() if f"where {item.operator}" in node.shape.blocks:
                _lower_condition(node, item, scope)
            case Block() if item.kind in node.shape.blocks:
                _lower_block(node, item, scope)
            case CopyNode() if "copy" in node.shape.blocks:
                _lower_copy(node, item, scope)


def lower_block(node: TreeNode, block: Block, scope: Scope) -> None:
    """Writes a block into its own node: the template that it is like, `locked`, and its items."""
    node.like = scope.call(block.like) if block.like else None
    node.lock = TreeLock(node.origin) if block.locked else node.lock
    lower(node, block.body, scope)


def _lower_block(parent: TreeNode, block: Block, scope: Scope) -> None:
    path = _block_path(parent.shape, block.kind, block.name.text if block.name else "")
    lower_block(_declare(parent, path, block.head, scope.diagnostics), block, scope)


def _lower_copy(parent: TreeNode, copy: CopyNode, scope: Scope) -> None:
    arn = _copy_arn(copy, scope)
    if arn is None:  # it has no key in AWS's tree, but its items are still checked
        node = TreeNode(parent.shape.find(parent.shape.blocks["copy"].path), "", WrittenAt(copy.head))
    else:
        node = _declare(parent, _block_path(parent.shape, "copy", arn), copy.head, scope.diagnostics)
    node.lock = TreeLock(node.origin) if copy.locked else node.lock
    lower(node, copy.body, scope)


def _copy_arn(copy: CopyNode, scope: Scope) -> str | None:
    if copy.arn:
        return evaluate_single(copy.arn, COPY_ARN, scope)
    vault = evaluate_single(copy.vault, COPY_VAULT, scope) if copy.vault else None
    region = evaluate_single(copy.region, COPY_REGION, scope) if copy.region else None
    account = evaluate_single(copy.account, COPY_ACCOUNT, scope) if copy.account else ACCOUNT
    if vault is None or region is None or account is None:
        return None
    return vault_arn(vault, region, account, scope.partition)


def _block_path(shape: PolicyShape, kind: str, name: str) -> tuple[str, ...]:
    return tuple(name if key == ANY else key for key in shape.blocks[kind].path)


def _lower_setting(node: TreeNode, setting: SettingNode, body: Sequence[Item], scope: Scope) -> None:
    row = node.shape.settings.get(setting.key.text)
    if row is None:
        scope.diagnostics.append(_unknown_setting(node.shape, setting, body))
        return
    operator = OPERATORS[setting.operator]
    leaf = node.find(row.path)
    if operator != ASSIGN and not row.many:
        scope.diagnostics.append(_not_a_list(setting))
    elif leaf and operator in leaf.values:
        scope.diagnostics.append(_written_twice(setting, leaf.values[operator]))
    elif leaf and leaf.unset:
        scope.diagnostics.append(_locked_apart(setting.key, leaf.unset))
    elif (value := evaluate(setting.value, row, scope)) is not None:
        origin = WrittenAt(setting.span)
        leaf = node.grow(row.path, origin)
        leaf.values[operator] = Assigned(value, origin)
        leaf.lock = TreeLock(origin) if setting.locked else leaf.lock


def _lower_locked_key(node: TreeNode, item: LockedKey, body: Sequence[Item], scope: Scope) -> None:
    """`locked retain`, or in a tag block `locked Owner`: what a template set is closed."""
    in_tags = "tag" in node.shape.blocks
    row = None if in_tags else node.shape.settings.get(item.key.text)
    if row is None and not in_tags:
        scope.diagnostics.append(_unknown_setting(node.shape, item, body))
        return
    origin = WrittenAt(item.span)
    leaf = node.grow(row.path if row else (item.key.text,), origin)
    if leaf.values or leaf.declared or leaf.unset:
        scope.diagnostics.append(_locked_apart(item.key, leaf.unset or leaf.origin))
    leaf.lock, leaf.unset = TreeLock(origin), origin


def _locked_apart(key: Name, first: WrittenAt) -> Diagnostic:
    return SETTING_REPEATED.at(
        key.span,
        f"{quoted(key.text)} stands twice in this block, once with `locked`",
        help=f"write {quoted(f'locked {key.text} = ...')} once",
        labels=(Label(first.span, "first written here"),),
    )


def _lower_tag(node: TreeNode, setting: SettingNode, scope: Scope) -> None:
    """`Owner = "x"` in a tag block: an entry of AWS's has the tag's key as a setting, too (language.md 3.2)."""
    key = setting.key.text
    row = node.shape.find((ANY, TAG_VALUE.aws_key)).row
    if setting.operator != "=":
        scope.diagnostics.append(_not_a_list(setting))
    elif row and (value := evaluate_single(setting.value, dataclasses.replace(row, key=key), scope)) is not None:
        _lower_entry(node, (key,), {TAG_KEY.aws_key: key, TAG_VALUE.aws_key: str(value)}, setting, scope)


def _lower_condition(node: TreeNode, where: Where, scope: Scope) -> None:
    path = _block_path(node.shape, f"where {where.operator}", where.name.text)
    texts = [
        evaluate_single(value, dataclasses.replace(row, key=where.name.text), scope)
        for row, value in ((CONDITION_KEY, where.key), (CONDITION_VALUE, where.value))
    ]
    if None not in texts:
        keys = (CONDITION_KEY.aws_key, CONDITION_VALUE.aws_key)
        _lower_entry(node, path, {key: str(text) for key, text in zip(keys, texts, strict=True)}, where, scope)


def _lower_entry(
    node: TreeNode, path: tuple[str, ...], texts: Mapping[str, str], item: SettingNode | Where, scope: Scope
) -> None:
    entry = _declare(node, path, item.span, scope.diagnostics, whole=True)
    entry.lock = TreeLock(entry.origin) if item.locked else entry.lock
    for key, text in texts.items():
        entry.grow((key,), entry.origin).values[ASSIGN] = Assigned(text, entry.origin)


def _declare(
    parent: TreeNode, path: tuple[str, ...], span: Span, diagnostics: list[Diagnostic], *, whole: bool = False
) -> TreeNode:
    """The node of a block, copy, tag or condition of the text; `span` is its head, or the `whole` of it.

    A second one of that name is reported and gets a node outside of the tree, so that its items are still checked.
    """
    first = parent.find(path)
    if first and first.declared:
        repetition = _repeated(first, path[-1], span)
        diagnostics.append(replace(repetition, fix=repeated(span, first.origin.span)) if whole else repetition)
        return TreeNode(first.shape, path[-1], WrittenAt(span), declared=True)
    node = parent.grow(path, WrittenAt(span))
    node.key = node.shape.key or path[-1]
    node.origin = WrittenAt(span)
    node.declared = True
    return node


def _repeated(first: TreeNode, name: str, span: Span) -> Diagnostic:
    kind = first.shape.block
    if kind == "copy":
        message = "this rule copies to the same vault twice"
    elif first.shape.key:
        message = f"{quoted(kind)} is written twice"
    else:
        noun = "condition" if kind.startswith("where") else kind
        message = f"there are two {noun}s called {quoted(name)}"
    same = first.shape.key or first.key == name
    advice = "make one of the two" if same else f"AWS ignores case: {quoted(first.key)} and {quoted(name)} are one name"
    return BLOCK_REPEATED.at(span, message, help=advice, labels=(Label(first.origin.span, "first written here"),))


def _unknown_setting(shape: PolicyShape, setting: SettingNode | LockedKey, body: Sequence[Item]) -> Diagnostic:
    """The diagnostic for a key that the block of a body does not have.

    The key may be a setting of another block, AWS's name of a setting, a name of another notation, or a misspelling.
    """
    key = setting.key.text
    rows = [row for row in settings() if row.block in _HOMES]
    if key.lower().replace("_", "").endswith("timezone"):
        advice = "AWS backup policies have no time zone; times are UTC"
    elif elsewhere := [row.block for row in rows if row.key == key]:
        advice = f"{quoted(key)} belongs in {_home_of(elsewhere)}"
    else:
        advice = _called_by_aws(shape, key) or _foreign(shape, key)
    message = f"{place_text(shape.block, shape.key)} has no setting {quoted(key)}"
    advice = advice or suggestion(key, shape.settings)
    if isinstance(advice, Suggestion) and advice and _stands_in(body, advice.name, setting):
        advice = f"{quoted(advice.name)} is what is meant, and stands in this block already: keep one of the two"
    return UNKNOWN_SETTING.at(setting.key.span, message, help=advice or _choice(shape))


def _stands_in(body: Sequence[Item], key: str, setting: SettingNode | LockedKey) -> bool:
    """Whether a body has a setting in the same way as another one that would be renamed to it."""
    operator = setting.operator if isinstance(setting, SettingNode) else None
    return any(
        item.key.text == key and (item.operator if isinstance(item, SettingNode) else None) == operator
        for item in body
        if isinstance(item, (SettingNode, LockedKey))
    )


def _called_by_aws(shape: PolicyShape, key: str) -> str:
    """Advice with the language's word for a key of AWS's, in this block or, where AWS has it only elsewhere, there."""
    plain = plain_key(key)
    own = [row for row in shape.settings.values() if plain_key(row.path[-1]) == plain]
    single = [row for row in settings() if row.block in _HOMES and len(row.path) == 1]
    others = [row for row in single if plain_key(row.path[0]) == plain]
    if not others or any(row in others for row in own):
        sentence = f"the language calls it {quoted(own[0].key)}" if own else ""
        return Suggestion.of(sentence, key, own[0].key, sure=True) if len(own) == 1 else sentence
    there = f"the language calls it {quoted(others[0].key)}, in {_home_of([row.block for row in others])}"
    return f"{there}, or {quoted(own[0].key)} here" if own else there


def _foreign(shape: PolicyShape, key: str) -> str:
    """Advice for a key of another notation such as CloudFormation's; empty where it is none."""
    plain = plain_key(key)
    if path := next((row.path[:1] for row in shape.blocks.values() if plain_key(row.path[0]) == plain), None):
        return _in_this_block(shape, path, key)
    for below in _containers(shape):
        keys = foreign_keys_at((*shape.path, *below))
        if meant := keys.aliases.get(plain):
            return _in_this_block(shape, (*below, *meant), key)
        if advice := keys.advice.get(plain):
            return worded(advice, _WORDS)
    return ""


def _containers(shape: PolicyShape) -> tuple[tuple[str, ...], ...]:
    """The containers of AWS's tree whose settings stand in a block, each as its path below the block's node."""
    rows = (row for row in shape.settings.values() if row is not INDEX)  # a `resource_type` is rather a selection's
    return tuple(dict.fromkeys(row.path[:-1] for row in rows))


def _in_this_block(shape: PolicyShape, path: tuple[str, ...], key: str) -> str:
    """Advice to write, for a key of another notation, what AWS has at a path below a block."""
    if words := [row.key for row in shape.settings.values() if row.path == path]:
        return Suggestion.of(f"did you mean {quoted(words[0])}?", key, words[0], sure=True)
    kinds = [row.kind for row in shape.blocks.values() if row.path[: len(path)] == path]
    heads = ["copy to ..." if kind == "copy" else kind for kind in kinds if not kind.startswith("where")]
    if not heads:
        return "write `where ...`"
    return f"it is a block: {listed((f'{head} {{ ... }}' for head in heads), 'or')}"


def _home_of(blocks: Sequence[str]) -> str:
    return "a selection" if _SELECTIONS.issubset(blocks) else place_text(blocks[0], "")


def _choice(shape: PolicyShape) -> str:
    return f"it has {listed(shape.settings)}" if shape.settings else "it holds blocks only"


def _not_a_list(setting: SettingNode) -> Diagnostic:
    """The diagnostic for `+=` or `-=` on a setting that takes a single value."""
    return LIST_OPERATOR_ON_SCALAR.at(
        setting.span,
        f"{quoted(setting.key.text)} holds one value, and {quoted(setting.operator)} is for lists",
        help=f"write {quoted(f'{setting.key.text} = ...')}",
        fix=_set_instead(setting) if setting.operator == "+=" else None,
    )


def _set_instead(setting: SettingNode) -> Fix:
    start = setting.span.source.text.index("+=", setting.key.span.end)
    return written(Span(setting.span.source, start, start + 2), "=")


def _written_twice(setting: SettingNode, first: Assigned) -> Diagnostic:
    """The diagnostic for a second use of an operator on a setting."""
    return SETTING_REPEATED.at(
        setting.span,
        f"{quoted(f'{setting.key.text} {setting.operator} ...')} is written twice in this block",
        help="keep one of the two",
        labels=(Label(first.origin.span, "first written here"),),
        fix=repeated(setting.span, first.origin.span),
    )

"""What a block's text may say only once, and what it may not say at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policyengine.catalogue.language import (
    block_repeated,
    list_operator_on_scalar,
    setting_repeated,
    unknown_setting,
)
from policyengine.compiler.mapping import ROWS, SettingRow
from policyengine.compiler.node import Assigned, Node
from policyengine.compiler.shape import Shape
from policyengine.compiler.wording import place_text
from policyengine.diagnostics import Diagnostic, Label
from policyengine.facts.names import foreign_keys, plain_key
from policyengine.model.documents import Origin
from policyengine.source import Span
from policyengine.syntax.nodes import Setting
from policyengine.wording import listed, quoted, suggestion


def declare(parent: Node, path: tuple[str, ...], span: Span, found: list[Diagnostic]) -> Node:
    """The node that a block, copy, tag or condition of the text stands for.

    Where the text has it already, a finding and a node of its own, so that the rest of the block is still checked.
    """
    first = parent.find(path)
    if first and first.declared:
        found.append(_repeated(first, path[-1], span))
        return Node(first.shape, path[-1], Origin(span), declared=True)
    node = parent.grow(path, Origin(span))
    node.key = node.shape.key or path[-1]
    node.origin = Origin(span)
    node.declared = True
    return node


def unknown(shape: Shape, setting: Setting) -> Diagnostic:
    """A key that the block does not have: by another block's name, by AWS's, by another notation's, or by none."""
    key = setting.key.text
    rows = [row for row in ROWS if isinstance(row, SettingRow) and row.block in _HOMES]
    if key.lower().replace("_", "").endswith("timezone"):
        advice = "AWS backup policies have no time zone; times are UTC"
    elif elsewhere := [row.block for row in rows if row.key == key]:
        advice = f"{quoted(key)} belongs in {_home(elsewhere)}"
    else:
        advice = _called_by_aws(shape, key) or _foreign(shape, key)
    message = f"{place_text(shape.block, shape.key)} has no setting {quoted(key)}"
    return unknown_setting.RULE.at(
        setting.key.span, message, help=advice or suggestion(key, shape.settings) or _choice(shape)
    )


def not_a_list(setting: Setting) -> Diagnostic:
    """`+=` or `-=` on a setting of one value."""
    return list_operator_on_scalar.RULE.at(
        setting.span,
        f"{quoted(setting.key.text)} holds one value, and {quoted(setting.operator)} is for lists",
        help=f"write {quoted(f'{setting.key.text} = ...')}",
    )


def written_twice(setting: Setting, first: Assigned) -> Diagnostic:
    """The same operator on the same setting, a second time."""
    return setting_repeated.RULE.at(
        setting.span,
        f"{quoted(f'{setting.key.text} {setting.operator} ...')} is written twice in this block",
        help="keep one of the two",
        labels=(Label(first.origin.span, "first written here"),),
    )


def _called_by_aws(shape: Shape, key: str) -> str:
    """What the language calls a key of AWS's, in this block or, where AWS has it only elsewhere, in another one."""
    plain = plain_key(key)
    own = [row for row in shape.settings.values() if plain_key(row.path[-1]) == plain]
    settings = [row for row in ROWS if isinstance(row, SettingRow) and row.block in _HOMES and len(row.path) == 1]
    others = [row for row in settings if plain_key(row.path[0]) == plain]
    if not others or any(row in others for row in own):
        return f"the language calls it {quoted(own[0].key)}" if own else ""
    there = f"the language calls it {quoted(others[0].key)}, in {_home([row.block for row in others])}"
    return f"{there}, or {quoted(own[0].key)} here" if own else there


def _foreign(shape: Shape, key: str) -> str:
    """What to write for a key of another notation, or why there is nothing to write."""
    plain = plain_key(key)
    if path := next((row.path[:1] for row in shape.blocks.values() if plain_key(row.path[0]) == plain), None):
        return _in_this_block(shape, path)
    for container, below in _CONTAINERS.get(shape.block, ()):
        known = foreign_keys(container)
        if meant := known.aliases.get(plain):
            return _in_this_block(shape, (*below, *meant.split("/")))
        if advice := known.advice.get(plain):
            return _AWS_KEY.sub(lambda found: quoted(_WORDS.get(found[1], found[1])), advice)
    return ""


def _in_this_block(shape: Shape, path: tuple[str, ...]) -> str:
    """How a block says what AWS has at a path below it."""
    if words := [row.key for row in shape.settings.values() if row.path == path]:
        return f"did you mean {quoted(words[0])}?"
    kinds = [row.kind for row in shape.blocks.values() if row.path[: len(path)] == path]
    written = ["copy to ..." if kind == "copy" else kind for kind in kinds if not kind.startswith("where")]
    return (
        f"it is a block: {listed((f'{kind} {{ ... }}' for kind in written), 'or')}" if written else "write `where ...`"
    )


def _home(blocks: Sequence[str]) -> str:
    return "a selection" if _SELECTIONS.issubset(blocks) else place_text(blocks[0], "")


_SELECTIONS = {"tag selection", "resource selection"}
_CONTAINERS = {
    "plan": (("plan", ()),),
    "rule": (("rule", ()), ("lifecycle", ("lifecycle",))),
    "copy": (("copy_action", ()), ("lifecycle", ("lifecycle",))),
    "tag selection": (("tag_selection", ()),),
    "resource selection": (("resource_selection", ()),),
    "advanced": (("advanced_ec2", ("ec2",)), ("advanced_s3", ("s3",))),
    "malware_scan": (("scan_setting", ()),),
}
"""The containers of AWS's tree whose settings stand in a block, each with its path below the block's node."""
_WORDS = {row.path[-1]: row.key for row in ROWS if isinstance(row, SettingRow) and row.path}
_AWS_KEY = re.compile("`([a-z_]+)`")
_HOMES = ("plan", "rule", "copy", "tag selection", "resource selection", "advanced", "malware_scan")


def _choice(shape: Shape) -> str:
    return f"it has {listed(shape.settings)}" if shape.settings else "it holds blocks only"


def _repeated(first: Node, name: str, span: Span) -> Diagnostic:
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
    return block_repeated.RULE.at(span, message, help=advice, labels=(Label(first.origin.span, "first written here"),))

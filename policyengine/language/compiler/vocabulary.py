"""AWS's tree of a backup policy (semantics.md section 9) in the language's words, grown from the table of settings.

A `PolicyShape` says what may stand at one place, in AWS's words and in the language's. `POLICY` is the place a policy's
text describes: AWS's `plans`. Compiling and importing both read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from policyengine.aws import settings
from policyengine.aws.setting_rows import ANY, BlockRow, Kind, SettingRow, ValueFormat
from policyengine.base.text import quoted

COPY_ARN = SettingRow("copy", "copy to", (), ValueFormat(Kind.VAULT_ARN))
COPY_VAULT = SettingRow("copy", "copy to vault", (), ValueFormat(Kind.VAULT))
COPY_REGION = SettingRow("copy", "in", (), ValueFormat(Kind.REGION))
COPY_ACCOUNT = SettingRow("copy", "account", (), ValueFormat(Kind.TEXT))
"""The parts of `copy to vault "V" in REGION account "ID"`, and of `copy to "ARN"`: of the copy's name, no settings."""


_PLACES = {
    "policy": "a policy",
    "plan": "a plan",
    "rule": "a rule",
    "copy": "a copy",
    "tag": "a tag",
    "tag selection": "a tag selection",
    "resource selection": "a resource selection",
    "where ==": "a condition",
    "where !=": "a condition",
    "where like": "a condition",
    "where not like": "a condition",
}


class PolicyShape(Struct, eq=False):
    """A place in AWS's tree and what may stand below it.

    `path` leads to it in a document, `ANY` for names that the author chooses. `block` is the language's block whose
    node this is, `row` the setting that it holds; neither for a container that only AWS has (`lifecycle`). `settings`
    and `blocks` are what the block's text may hold, by the language's words, `spoken` its words for AWS's keys; `needs`
    are settings below that it always writes.
    """

    path: tuple[str, ...]
    block: str = ""
    row: SettingRow | None = None
    needs: tuple[str, ...] = ()
    named: PolicyShape | None = None
    children: dict[str, PolicyShape] = field(default_factory=dict)  # by folded key, in AWS's order
    settings: dict[str, SettingRow] = field(default_factory=dict)
    blocks: dict[str, BlockRow] = field(default_factory=dict)
    spoken: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """AWS's spelling, empty where the author chooses the name."""
        return "" if self.path[-1] == ANY else self.path[-1]

    def below(self, key: str) -> PolicyShape | None:
        """The place that a key of AWS's leads to, its case ignored; None where AWS has no such key."""
        return self.named or self.children.get(key.lower())

    def find(self, path: tuple[str, ...]) -> PolicyShape:
        """The place at a row's path."""
        shape = self
        for key in path:
            shape = shape.named if key == ANY and shape.named else shape.children[key.lower()]
        return shape

    def words(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The language's own names for single places below, each with AWS's path to it."""
        yield from ((key, row.path) for key, row in self.settings.items())
        yield from ((kind, row.path) for kind, row in self.blocks.items() if row.path[-1] != ANY)


def _grow(shape: PolicyShape, path: tuple[str, ...]) -> PolicyShape:
    for key in path:
        if key == ANY:
            shape.named = shape.named or PolicyShape((*shape.path, ANY))
            shape = shape.named
        else:
            shape = shape.children.setdefault(key.lower(), PolicyShape((*shape.path, key)))
    return shape


def _fill(shape: PolicyShape, block: str, body: str) -> PolicyShape:
    shape.block = block
    for row in settings.ROWS:
        if isinstance(row, BlockRow) and row.parent == body:
            shape.blocks[row.kind] = row
            _fill(_grow(shape, row.path), row.kind, row.body or row.kind).needs = row.needs
        elif isinstance(row, SettingRow) and row.block == body:
            shape.settings[row.key] = row
            shape.spoken[row.path[-1]] = row.key
            _grow(shape, row.path).row = row
    return shape


POLICY = _fill(PolicyShape((settings.PLANS,)), settings.PLAN_BLOCK.parent, settings.PLAN_BLOCK.parent)
_PLAN = POLICY.find(settings.PLAN_BLOCK.path)
TEMPLATES: Mapping[str, PolicyShape] = {
    POLICY.block: POLICY,
    _PLAN.block: _PLAN,
    **{
        row.kind: _PLAN.find(row.path)
        for row in (settings.RULE_BLOCK, settings.TAG_SELECTION, settings.RESOURCE_SELECTION)
    },
}
"""The places of the blocks that have templates, by the words that they begin with."""


def place_text(block: str, key: str) -> str:
    """A place of the tree in the author's words: "a rule", "`lifecycle`"."""
    return _PLACES.get(block) or quoted(block or key)

"""How the language's words stand for AWS's keys: the one table that compiling and importing both read.

A `SettingRow` is a line of language.md 3.1, a `BlockRow` one of 3.2, in the order of AWS's own tree (semantics.md
section 9). Everything else about keys is derived from these rows.

AWS's tree of a backup policy (semantics.md section 9), grown from the table in `mapping`.

A `Shape` says what may stand at one place, in AWS's words and in the language's. `POLICY` is the place a policy's
text describes: AWS's `plans`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from policyengine.base.records import record

ANY = "*"  # in a path: a name that the author chooses


class Kind(StrEnum):
    """What a setting takes, and so how it is written in AWS's document."""

    AIR_GAPPED_VAULT = "air-gapped vault"
    BOOLEAN = "boolean"
    DAYS = "days"
    MINUTES = "minutes"
    REGION = "region"
    ROLE = "role"
    SCHEDULE = "schedule"
    SWITCH = "switch"
    TEXT = "text"
    TYPE = "type"
    WORD = "word"


@record
class SettingRow:
    """A setting: `key` in a `block` of the language is AWS's setting at `path` below the block's node.

    `many` settings hold lists and take all three operators; `words` are the bare names of the kind `WORD` with the
    texts that AWS wants for them.
    """

    block: str
    key: str
    path: tuple[str, ...]
    kind: Kind
    many: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@record
class BlockRow:
    """A block: `kind` in a block of kind `parent` is AWS's node at `path` below the parent's node.

    `body` names the block whose rows stand in it, where several kinds share them. The text of a block always writes
    the settings that it `needs`.
    """

    parent: str
    kind: str
    path: tuple[str, ...]
    body: str = ""
    needs: tuple[str, ...] = ()


_CONDITIONS = {
    "==": "string_equals",
    "!=": "string_not_equals",
    "like": "string_like",
    "not like": "string_not_like",
}

_SCAN_MODES = MappingProxyType({"incremental": "INCREMENTAL_SCAN", "full": "FULL_SCAN"})
_INDEXED = MappingProxyType({name: name for name in ("EBS", "S3")})
_SCANNED = MappingProxyType({name: name for name in ("EBS", "EC2", "S3", "ALL")})


def _lifecycle(block: str) -> tuple[SettingRow, ...]:
    return (
        SettingRow(block, "cold_after", ("lifecycle", "move_to_cold_storage_after_days"), Kind.DAYS),
        SettingRow(block, "retain", ("lifecycle", "delete_after_days"), Kind.DAYS),
        SettingRow(block, "archive", ("lifecycle", "opt_in_to_archive_for_supported_resources"), Kind.BOOLEAN),
    )


def _conditions(block: str) -> tuple[BlockRow, ...]:
    return tuple(
        BlockRow(block, f"where {operator}", ("conditions", key, ANY), "where", ("condition_key", "condition_value"))
        for operator, key in _CONDITIONS.items()
    )


ROWS: tuple[SettingRow | BlockRow, ...] = (
    BlockRow("policy", "plan", (ANY,)),
    SettingRow("plan", "regions", ("regions",), Kind.REGION, many=True),
    BlockRow("plan", "rule", ("rules", ANY)),
    SettingRow("rule", "schedule", ("schedule_expression",), Kind.SCHEDULE),
    SettingRow("rule", "vault", ("target_backup_vault_name",), Kind.TEXT),
    SettingRow("rule", "air_gapped_vault", ("target_logically_air_gapped_backup_vault_arn",), Kind.AIR_GAPPED_VAULT),
    SettingRow("rule", "start_within", ("start_backup_window_minutes",), Kind.MINUTES),
    SettingRow("rule", "complete_within", ("complete_backup_window_minutes",), Kind.MINUTES),
    SettingRow("rule", "continuous", ("enable_continuous_backup",), Kind.BOOLEAN),
    *_lifecycle("rule"),
    BlockRow("rule", "copy", ("copy_actions", ANY), needs=("target_backup_vault_arn",)),
    SettingRow("copy", "target", ("target_backup_vault_arn",), Kind.TEXT),
    *_lifecycle("copy"),
    BlockRow("rule", "recovery_point_tags", ("recovery_point_tags",)),
    BlockRow("recovery_point_tags", "tag", (ANY,), needs=("tag_key", "tag_value")),
    SettingRow("tag", "tag_key", ("tag_key",), Kind.TEXT),
    SettingRow("tag", "tag_value", ("tag_value",), Kind.TEXT),
    SettingRow("rule", "index", ("index_actions", "resource_types"), Kind.WORD, many=True, words=_INDEXED),
    SettingRow("rule", "scan", ("scan_actions", "GUARDDUTY", "scan_mode"), Kind.WORD, words=_SCAN_MODES),
    BlockRow("plan", "tag selection", ("selections", "tags", ANY)),
    SettingRow("tag selection", "role", ("iam_role_arn",), Kind.ROLE),
    SettingRow("tag selection", "key", ("tag_key",), Kind.TEXT),
    SettingRow("tag selection", "values", ("tag_value",), Kind.TEXT, many=True),
    *_conditions("tag selection"),
    SettingRow("where", "condition_key", ("condition_key",), Kind.TEXT),
    SettingRow("where", "condition_value", ("condition_value",), Kind.TEXT),
    BlockRow("plan", "resource selection", ("selections", "resources", ANY)),
    SettingRow("resource selection", "role", ("iam_role_arn",), Kind.ROLE),
    SettingRow("resource selection", "types", ("resource_types",), Kind.TYPE, many=True),
    SettingRow("resource selection", "except_types", ("not_resource_types",), Kind.TYPE, many=True),
    *_conditions("resource selection"),
    BlockRow("plan", "advanced", ("advanced_backup_settings",)),
    SettingRow("advanced", "windows_vss", ("ec2", "windows_vss"), Kind.SWITCH),
    SettingRow("advanced", "s3_acls", ("s3", "backup_acls"), Kind.SWITCH),
    SettingRow("advanced", "s3_object_tags", ("s3", "backup_object_tags"), Kind.SWITCH),
    BlockRow("plan", "plan_tags", ("backup_plan_tags",)),
    BlockRow("plan_tags", "tag", (ANY,), needs=("tag_key", "tag_value")),
    BlockRow("plan", "malware_scan", ("scan_settings", "GUARDDUTY")),
    SettingRow("malware_scan", "types", ("resource_types",), Kind.WORD, many=True, words=_SCANNED),
    SettingRow("malware_scan", "role", ("scanner_role_arn",), Kind.ROLE),
)

COPY_REGION = SettingRow("copy", "in", (), Kind.REGION)
"""The Region in `copy to vault "V" in REGION`: a part of the copy's name, not a setting."""


@dataclass(slots=True, eq=False)
class Shape:
    """A place in AWS's tree and what may stand below it.

    `key` is AWS's spelling, empty where the author chooses the name. `block` is the language's block whose node this
    is, `row` the setting that it holds; neither for a container that only AWS has (`lifecycle`). `settings` and
    `blocks` are what the block's text may hold, by the language's words, `spoken` its words for AWS's keys; `needs`
    are settings below that it always writes.
    """

    key: str
    block: str = ""
    row: SettingRow | None = None
    needs: tuple[str, ...] = ()
    named: Shape | None = None
    children: dict[str, Shape] = field(default_factory=dict)  # by folded key, in AWS's order
    settings: dict[str, SettingRow] = field(default_factory=dict)
    blocks: dict[str, BlockRow] = field(default_factory=dict)
    spoken: dict[str, str] = field(default_factory=dict)

    def below(self, key: str) -> Shape | None:
        """The place that a key of AWS's leads to, its case ignored; None where AWS has no such key."""
        return self.named or self.children.get(key.lower())

    def find(self, path: tuple[str, ...]) -> Shape:
        """The place at a row's path."""
        shape = self
        for key in path:
            shape = shape.named if key == ANY and shape.named else shape.children[key.lower()]
        return shape

    def words(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The language's own names for single places below, each with AWS's path to it."""
        yield from ((key, row.path) for key, row in self.settings.items())
        yield from ((kind, row.path) for kind, row in self.blocks.items() if row.path[-1] != ANY)


def _grow(shape: Shape, path: tuple[str, ...]) -> Shape:
    for key in path:
        if key == ANY:
            shape.named = shape.named or Shape("")
            shape = shape.named
        else:
            shape = shape.children.setdefault(key.lower(), Shape(key))
    return shape


def _fill(shape: Shape, block: str, body: str) -> Shape:
    shape.block = block
    for row in ROWS:
        if isinstance(row, BlockRow) and row.parent == body:
            shape.blocks[row.kind] = row
            _fill(_grow(shape, row.path), row.kind, row.body or row.kind).needs = row.needs
        elif isinstance(row, SettingRow) and row.block == body:
            shape.settings[row.key] = row
            shape.spoken[row.path[-1]] = row.key
            _grow(shape, row.path).row = row
    return shape


POLICY = _fill(Shape("plans"), "policy", "policy")
PLAN = POLICY.find(POLICY.blocks["plan"].path)
RULE = PLAN.find(PLAN.blocks["rule"].path)

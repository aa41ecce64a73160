"""How the language's words stand for AWS's keys: the one table that compiling and importing both read.

A `SettingRow` is a line of language.md 3.1, a `BlockRow` one of 3.2, in the order of AWS's own tree (semantics.md
section 9). Everything else about keys is derived from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType

from policyengine.value import value

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


@value
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


@value
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

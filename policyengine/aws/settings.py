"""The settings of a backup policy, each declared once: AWS's key, its format, the language's word, its ranking.

Everything that deals with settings derives from `ROWS` or looks a row up: admission and the readers of plans (AWS's
tree and formats), the compiler and `import` (the language's words), requirements (attributes), `diff` (what is less)
and `prove` (what is worth a try). A `SettingRow` is a line of language.md 3.1, a `BlockRow` one of 3.2, in the order of
AWS's own tree (semantics.md section 9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from policyengine.aws.facts import default_schedule, limits
from policyengine.aws.setting_rows import ANY, TRUTHS, Better, BlockRow, Kind, Relation, SettingRow, ValueFormat

_DAYS = ValueFormat(
    Kind.NUMBER,
    unit="days",
    least=limits()["retention_least_days"],
    longest=limits()["retention_most_days"],
    instead_of_none="AWS has no number for never: leave the setting out",
)
_WINDOW = ValueFormat(
    Kind.NUMBER,
    unit="minutes",
    least=limits()["window_least_minutes"],
    longest=limits()["window_most_minutes"],
    instead_of_none="leave the setting out for AWS's default",
)
_BOOLEAN = ValueFormat(Kind.BOOLEAN)
_ROLE = ValueFormat(Kind.ROLE)
_SWITCH = ValueFormat(Kind.SWITCH, choices=TRUTHS[Kind.SWITCH])
_TAG_KEY, _TAG_TEXT = ValueFormat(Kind.TEXT, least=1, most=128), ValueFormat(Kind.TEXT, most=256)
_VAULT_ARN = ValueFormat(Kind.VAULT_ARN)
_INDEXED, _SCANNED = ("EBS", "S3"), ("EBS", "EC2", "S3", "ALL")
_SCAN_MODES = MappingProxyType({"incremental": "INCREMENTAL_SCAN", "full": "FULL_SCAN"})
_SPEED = "how soon a backup moves or may begin is a matter of cost and of windows; what fails by it has its own check"
_KEPT = "what is deleted earlier cannot be restored later"
_RESTORED = "what is not in the backup is not restored"


def _themselves(names: tuple[str, ...]) -> Mapping[str, str]:
    """Words of the language that AWS writes in the same way."""
    return MappingProxyType({name: name for name in names})


def _cold(block: str, *, attribute: str, noun: str, phrase: str) -> SettingRow:
    return SettingRow(
        block,
        "cold_after",
        ("lifecycle", "move_to_cold_storage_after_days"),
        _DAYS,
        left_out="moves nothing to cold storage",
        attribute=attribute,
        noun=noun,
        phrase=phrase,
        forever="never",
        better=Better.NEITHER,
        reason=_SPEED,
    )


def _retain(block: str, *, noun: str, phrase: str) -> SettingRow:
    return SettingRow(
        block,
        "retain",
        ("lifecycle", "delete_after_days"),
        _DAYS,
        left_out="sets no end",
        attribute="retention",
        noun=noun,
        phrase=phrase,
        better=Better.MORE,
        reason=_KEPT,
    )


def _archive(block: str, *, attribute: str, noun: str) -> SettingRow:
    return SettingRow(
        block,
        "archive",
        ("lifecycle", "opt_in_to_archive_for_supported_resources"),
        _BOOLEAN,
        attribute=attribute,
        noun=noun,
        phrase="the archive opt-in",
        better=Better.NEITHER,
        reason=_SPEED,
        relation=Relation.ARCHIVE,
    )


def _role(block: str, aws_key: str, attribute: str) -> SettingRow:
    return SettingRow(block, "role", (aws_key,), _ROLE, attribute=attribute, noun="role")


TAG_KEY = SettingRow("tag", "tag_key", ("tag_key",), _TAG_KEY)
TAG_VALUE = SettingRow("tag", "tag_value", ("tag_value",), _TAG_TEXT)
CONDITION_KEY = SettingRow("where", "condition_key", ("condition_key",), _TAG_KEY)
CONDITION_VALUE = SettingRow("where", "condition_value", ("condition_value",), _TAG_TEXT)

REGIONS = SettingRow(
    "plan",
    "regions",
    ("regions",),
    ValueFormat(Kind.REGION, many=True, may_be_empty=True),
    attribute="regions",
    phrase="the list of Regions",
)
SCHEDULE = SettingRow(
    "rule",
    "schedule",
    ("schedule_expression",),
    ValueFormat(Kind.SCHEDULE),
    default=default_schedule(),
    attribute="schedule",
    phrase="schedule",
    noun="interval",
    reason="a longer gap loses more work",
)
VAULT = SettingRow(
    "rule", "vault", ("target_backup_vault_name",), ValueFormat(Kind.VAULT), attribute="vault", phrase="vault"
)
AIR_GAPPED_VAULT = SettingRow(
    "rule",
    "air_gapped_vault",
    ("target_logically_air_gapped_backup_vault_arn",),
    ValueFormat(Kind.AIR_GAPPED_VAULT),
    attribute="air_gapped_vault",
    noun="air-gapped vault",
    reason="a copy there outlives the account's own credentials",
)
START_WITHIN = SettingRow(
    "rule",
    "start_within",
    ("start_backup_window_minutes",),
    _WINDOW,
    default=str(limits()["start_window_default_minutes"]),
    attribute="start_within",
    noun="start window",
    better=Better.NEITHER,
    reason=_SPEED,
)
COMPLETE_WITHIN = SettingRow(
    "rule",
    "complete_within",
    ("complete_backup_window_minutes",),
    _WINDOW,
    default=str(limits()["complete_window_default_minutes"]),
    attribute="complete_within",
    noun="completion window",
    better=Better.NEITHER,
    reason=_SPEED,
)
CONTINUOUS = SettingRow(
    "rule",
    "continuous",
    ("enable_continuous_backup",),
    _BOOLEAN,
    attribute="continuous",
    noun="continuous backup",
    phrase="continuous backup",
    better=Better.MORE,
    reason="it restores to any second",
    relation=Relation.CONTINUOUS,
)
COLD_AFTER = _cold(
    "rule", attribute="cold_after", noun="time before cold storage", phrase="the time before cold storage"
)
RETAIN = _retain("rule", noun="retention", phrase="retention")
ARCHIVE = _archive("rule", attribute="archive", noun="archive")
COPY_TARGET = SettingRow("copy", "target", ("target_backup_vault_arn",), _VAULT_ARN, attribute="vault", phrase="vault")
COPY_COLD_AFTER = _cold(
    "copy",
    attribute="cold_after",
    noun="time before cold storage of the copy",
    phrase="the copy's time before cold storage",
)
COPY_RETAIN = _retain("copy", noun="retention of the copy", phrase="the copy's retention")
COPY_ARCHIVE = _archive("copy", attribute="", noun="archive of the copy")
INDEX = SettingRow(
    "rule",
    "index",
    ("index_actions", "resource_types"),
    ValueFormat(Kind.CHOICE, many=True, choices=_INDEXED),
    words=_themselves(_INDEXED),
    noun="index",
    better=Better.NEITHER,
    reason="it helps to search, not to restore",
)
SCAN = SettingRow(
    "rule",
    "scan",
    ("scan_actions", "GUARDDUTY", "scan_mode"),
    ValueFormat(Kind.CHOICE, choices=("FULL_SCAN", "INCREMENTAL_SCAN")),
    words=_SCAN_MODES,
)
TAG_ROLE = _role("tag selection", "iam_role_arn", "role")
SELECTED_KEY = SettingRow(
    "tag selection", "key", ("tag_key",), _TAG_KEY, attribute="key", noun="tag's key", phrase="the tag's key"
)
SELECTED_VALUES = SettingRow(
    "tag selection",
    "values",
    ("tag_value",),
    ValueFormat(Kind.TEXT, many=True, most=_TAG_TEXT.most),
    attribute="values",
    noun="tag values",
    phrase="the list of tag values",
    reason="each value selects further resources",
)
RESOURCE_ROLE = _role("resource selection", "iam_role_arn", "role")
TYPES = SettingRow(
    "resource selection",
    "types",
    ("resource_types",),
    ValueFormat(Kind.RESOURCE_TYPE, many=True),
    attribute="types",
    phrase="the list of types",
)
EXCEPT_TYPES = SettingRow(
    "resource selection",
    "except_types",
    ("not_resource_types",),
    ValueFormat(Kind.RESOURCE_TYPE, many=True, may_be_empty=True),
)
WINDOWS_VSS = SettingRow(
    "advanced",
    "windows_vss",
    ("ec2", "windows_vss"),
    _SWITCH,
    attribute="windows_vss",
    noun="Windows VSS",
    phrase="Windows VSS",
    better=Better.MORE,
    reason="without it a backup is taken while applications write",
)
S3_ACLS = SettingRow(
    "advanced",
    "s3_acls",
    ("s3", "backup_acls"),
    _SWITCH,
    default="enabled",
    noun="ACLs in backups of S3",
    better=Better.MORE,
    reason=_RESTORED,
)
S3_OBJECT_TAGS = SettingRow(
    "advanced",
    "s3_object_tags",
    ("s3", "backup_object_tags"),
    _SWITCH,
    default="enabled",
    noun="object tags in backups of S3",
    better=Better.MORE,
    reason=_RESTORED,
)
SCANNED_TYPES = SettingRow(
    "malware_scan",
    "types",
    ("resource_types",),
    ValueFormat(Kind.CHOICE, many=True, choices=_SCANNED),
    words=_themselves(_SCANNED),
)
SCANNER_ROLE = _role("malware_scan", "scanner_role_arn", "")

PLANS, SELECTIONS, CONDITIONS = "plans", "selections", "conditions"
BY_TAGS, BY_RESOURCES = "tags", "resources"
PLAN_BLOCK = BlockRow("policy", "plan", (ANY,))
RULE_BLOCK = BlockRow("plan", "rule", ("rules", ANY))
COPY_BLOCK = BlockRow("rule", "copy", ("copy_actions", ANY), needs=(COPY_TARGET.aws_key,))
_TAG_NEEDS = (TAG_KEY.aws_key, TAG_VALUE.aws_key)
RECOVERY_POINT_TAGS = BlockRow("rule", "recovery_point_tags", ("recovery_point_tags",))
PLAN_TAGS = BlockRow("plan", "plan_tags", ("backup_plan_tags",))
TAG_SELECTION = BlockRow("plan", "tag selection", (SELECTIONS, BY_TAGS, ANY))
RESOURCE_SELECTION = BlockRow("plan", "resource selection", (SELECTIONS, BY_RESOURCES, ANY))
ADVANCED = BlockRow("plan", "advanced", ("advanced_backup_settings",))
MALWARE_SCAN = BlockRow("plan", "malware_scan", ("scan_settings", "GUARDDUTY"))

CONDITION_OPERATORS: Mapping[str, str] = MappingProxyType(
    {"==": "string_equals", "!=": "string_not_equals", "like": "string_like", "not like": "string_not_like"}
)
"""AWS's lists of conditions by the operator that the language writes."""


def _conditions(block: str) -> tuple[BlockRow, ...]:
    needs = (CONDITION_KEY.aws_key, CONDITION_VALUE.aws_key)
    return tuple(
        BlockRow(block, f"where {operator}", (CONDITIONS, key, ANY), "where", needs)
        for operator, key in CONDITION_OPERATORS.items()
    )


ROWS: tuple[SettingRow | BlockRow, ...] = (
    PLAN_BLOCK,
    REGIONS,
    RULE_BLOCK,
    SCHEDULE,
    VAULT,
    AIR_GAPPED_VAULT,
    START_WITHIN,
    COMPLETE_WITHIN,
    CONTINUOUS,
    COLD_AFTER,
    RETAIN,
    ARCHIVE,
    COPY_BLOCK,
    COPY_TARGET,
    COPY_COLD_AFTER,
    COPY_RETAIN,
    COPY_ARCHIVE,
    RECOVERY_POINT_TAGS,
    BlockRow("recovery_point_tags", "tag", (ANY,), needs=_TAG_NEEDS),
    TAG_KEY,
    TAG_VALUE,
    INDEX,
    SCAN,
    TAG_SELECTION,
    TAG_ROLE,
    SELECTED_KEY,
    SELECTED_VALUES,
    *_conditions("tag selection"),
    CONDITION_KEY,
    CONDITION_VALUE,
    RESOURCE_SELECTION,
    RESOURCE_ROLE,
    TYPES,
    EXCEPT_TYPES,
    *_conditions("resource selection"),
    ADVANCED,
    WINDOWS_VSS,
    S3_ACLS,
    S3_OBJECT_TAGS,
    PLAN_TAGS,
    BlockRow("plan_tags", "tag", (ANY,), needs=_TAG_NEEDS),
    MALWARE_SCAN,
    SCANNED_TYPES,
    SCANNER_ROLE,
)
"""The table. What is derived from it is derived when its module is imported, so that a test may put rows in before."""


@cache
def settings() -> tuple[SettingRow, ...]:
    """The settings of the table."""
    return tuple(row for row in ROWS if isinstance(row, SettingRow))


@cache
def blocks() -> tuple[BlockRow, ...]:
    """The blocks of the table."""
    return tuple(row for row in ROWS if isinstance(row, BlockRow))


@cache
def plain_blocks() -> tuple[BlockRow, ...]:
    """The blocks without a name of the author's, at most once in their parent: `advanced { ... }`."""
    return tuple(row for row in blocks() if not row.has_name)


def below(block: str) -> Iterator[tuple[SettingRow, tuple[str, ...]]]:
    """The settings of a block and of plain blocks in it, each with its path below the block's node, folded.

    `below("plan")` has `windows_vss` at `("advanced_backup_settings", "ec2", "windows_vss")`.
    """
    for row in ROWS:
        if isinstance(row, SettingRow) and row.block == block:
            yield row, row.folded
        elif isinstance(row, BlockRow) and row.parent == block and not row.has_name:
            head = tuple(key.lower() for key in row.path)
            yield from ((inner, (*head, *path)) for inner, path in below(row.body or row.kind))


def places(block: str = "", path: tuple[str, ...] = (PLANS,)) -> Iterator[tuple[SettingRow, tuple[str, ...]]]:
    """Every setting with its path in a document, `ANY` for names, as AWS spells it; those of a block at its path.

    A setting of several kinds of blocks, such as a tag's key, has as many paths.
    """
    for row in ROWS:
        if isinstance(row, SettingRow) and row.block == (block or PLAN_BLOCK.parent):
            yield row, (*path, *row.path)
        elif isinstance(row, BlockRow) and row.parent == (block or PLAN_BLOCK.parent):
            yield from places(row.body or row.kind, (*path, *row.path))

"""Hypothesis strategies for backup policies that AWS would take, in all their spellings.

Written from semantics.md section 9, not from the compiler's table: every key, operators in every mixture, controls on
every kind of node, keys in any case, numbers and booleans as JSON has them or as strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

CONTROL = "@@operators_allowed_for_child_policies"

_CONTROLS = st.sampled_from(
    (
        ["@@none"],
        ["@@none"],
        ["@@NONE"],
        ["@@all"],
        ["@@append"],
        ["@@Assign", "@@remove"],
        ["@@remove", "@@append"],
        ["@@remove", "@@assign", "@@append"],
        ["@@assign", "@@Assign"],
        ["@@append", "@@all"],
    )
)
_NAMES = st.one_of(
    st.sampled_from(
        ("daily", "Daily", "plan", "rule", "true-blue", "2026.v1", "-", ".", "_", "regions", "a" * 50, "in", "locked")
    ),
    st.text("abcXYZ019_.-", min_size=1, max_size=8),
)
_DAYS = st.sampled_from((1, "1", "7", "035", 2557, "36500", "99999"))
_MINUTES = st.sampled_from((60, "60", "060", "90", "480", "1440", "10080", "9999999999999999"))
_FALSE = st.sampled_from((False, "false"))
_SWITCHES = st.sampled_from(("enabled", "disabled"))
_TEXTS = st.one_of(
    st.sampled_from(("", "prod", 'a "quoted" word', "back\\slash", "a\nb", "née", "${x}", "# no comment", "👍")),
    st.text(max_size=12),
)
_KEYS = st.sampled_from(("Owner", "cost-center", "a b", "aws", 'x"y', "ÅNGSTRÖM", "plan", "where", "a/b:c", "12"))
_REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-7")
_ROLES = st.sampled_from(
    (
        "arn:aws:iam::$account:role/Backup",
        "arn:aws:iam::$account:role/service-role/AWSBackup",
        "arn:aws-cn:iam::$account:role/Backup",
    )
)
_TYPES = (
    "*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:s3:::*",
    "arn:aws:ssm-sap:*:*:HANA/*",
    "arn:aws-us-gov:rds:*:*:db:*",
)
_AIR_GAPPED = st.sampled_from(
    (
        "arn:aws:backup:$region:$account:backup-vault:Gapped",
        "arn:aws-us-gov:backup:$region:$account:backup-vault:Gapped",
    )
)
_VAULT_ARNS = (
    "arn:aws:backup:eu-west-1:$account:backup-vault:Central",
    "arn:aws:backup:us-east-1:111111111111:backup-vault:Central",
    "arn:aws-cn:backup:cn-north-1:$account:backup-vault:Central",
)
_SCHEDULES = st.sampled_from(
    (
        "cron(0 * ? * * *)",
        "cron(15 * ? * * *)",
        "cron(0 0/4 ? * * *)",
        "cron(30 1/6 ? * * *)",
        "cron(0 13/12 ? * * *)",
        "cron(0 5 ? * * *)",
        "cron(00 05 ? * * *)",
        "cron(0 5 ? * SUN *)",
        "cron(0 5 ? * MON,WED,FRI *)",
        "cron(0 5 ? * mon *)",
        "cron(0 5 ? * 2-6 *)",
        "cron(0 5 1 * ? *)",
        "cron(0 5 L * ? *)",
        "cron(0 5 LW * ? *)",
        "cron(0 5 ? * SUN#1 *)",
        "cron(0 5 ? * FRIL *)",
        "cron(0 5 1 JAN ? *)",
        "cron(0  5 ? * * *)",
        "cron(0 5 1 * ?)",
    )
)
_MONTHLY = "cron(0 5 1 * ? *)"


@st.composite
def documents(draw: Draw) -> Tree:
    """A document that AWS admits, in the partition `aws` or in none in particular."""
    plans = draw(st.dictionaries(_NAMES, _plans(), max_size=2))
    return {_cased(draw, "plans"): _dressed(draw, _unfolded(plans))}


def _unfolded(named: Mapping[str, Any]) -> Tree:
    """Without keys that differ only by case."""
    return dict({name.lower(): (name, value) for name, value in named.items()}.values())


@st.composite
def _plans(draw: Draw) -> Tree:
    plan: Tree = {
        "regions": draw(_lists(_REGIONS, empty=True)),
        "rules": _unfolded(draw(st.dictionaries(_NAMES, _rules(), max_size=2))),
        "selections": {
            "tags": _unfolded(draw(st.dictionaries(_NAMES, _tag_selections(), max_size=2))),
            "resources": _unfolded(draw(st.dictionaries(_NAMES, _resource_selections(), max_size=2))),
        },
        "advanced_backup_settings": {
            "ec2": {"windows_vss": draw(_settings(_SWITCHES))},
            "s3": {"backup_acls": draw(_settings(_SWITCHES)), "backup_object_tags": draw(_settings(_SWITCHES))},
        },
        "backup_plan_tags": draw(_tags()),
        "scan_settings": {
            "GUARDDUTY": {
                "resource_types": draw(_lists(("EBS", "EC2", "S3", "ALL"))),
                "scanner_role_arn": draw(_settings(_ROLES)),
            }
        },
    }
    return _some(draw, plan)


@st.composite
def _rules(draw: Draw) -> Tree:
    rule: Tree = {
        "schedule_expression": draw(_settings(_SCHEDULES)),
        "target_backup_vault_name": draw(_settings(st.sampled_from(("Main", "a-b_c")))),
        "target_logically_air_gapped_backup_vault_arn": draw(_settings(_AIR_GAPPED)),
        "start_backup_window_minutes": draw(_settings(_MINUTES)),
        "complete_backup_window_minutes": draw(_settings(_MINUTES)),
        "enable_continuous_backup": draw(_settings(_FALSE)),
        "lifecycle": draw(_lifecycles()),
        "copy_actions": draw(st.dictionaries(st.sampled_from(_VAULT_ARNS), st.just({}), max_size=2)),
        "recovery_point_tags": draw(_tags()),
        "index_actions": {"resource_types": draw(_lists(("EBS", "S3")))},
        "scan_actions": {
            "GUARDDUTY": {"scan_mode": draw(_settings(st.sampled_from(("INCREMENTAL_SCAN", "FULL_SCAN"))))}
        },
    }
    rule["copy_actions"] = {_respelled(draw, arn): draw(_copies(arn)) for arn in rule["copy_actions"]}
    return _promising(draw, _some(draw, rule))


def _promising(draw: Draw, rule: Tree) -> Tree:
    """Now and then a rule that turns on what AWS ties to other settings."""
    true = draw(st.sampled_from((True, "true")))
    match draw(st.integers(0, 9)):
        case 0:
            days = {"delete_after_days": {"@@assign": draw(st.sampled_from((7, "35")))}}
            return {**rule, "enable_continuous_backup": {"@@assign": true}, "lifecycle": days}
        case 1:
            lifecycle = {
                "move_to_cold_storage_after_days": {"@@assign": "30"},
                "delete_after_days": {"@@assign": "120"},
                "opt_in_to_archive_for_supported_resources": {"@@assign": true},
            }
            return {**rule, "schedule_expression": {"@@assign": _MONTHLY}, "lifecycle": lifecycle}
    return rule


@st.composite
def _lifecycles(draw: Draw) -> Tree:
    lifecycle: Tree = {
        "move_to_cold_storage_after_days": draw(_settings(_DAYS)),
        "delete_after_days": draw(_settings(_DAYS)),
        "opt_in_to_archive_for_supported_resources": draw(_settings(_FALSE)),
    }
    return _some(draw, lifecycle)


@st.composite
def _copies(draw: Draw, arn: str) -> Tree:
    target = draw(st.sampled_from((arn, arn, arn, *_VAULT_ARNS)))
    copy: Tree = {"target_backup_vault_arn": {"@@assign": target}}
    return {**copy, "lifecycle": draw(_lifecycles())} if draw(st.booleans()) else copy


@st.composite
def _tags(draw: Draw) -> Tree:
    values = st.one_of(_TEXTS, st.sampled_from((12, True, 0)))
    written = _unfolded(draw(st.dictionaries(_KEYS, values, max_size=2)))
    return {
        _respelled(draw, key): {"tag_key": {"@@assign": key}, "tag_value": {"@@assign": value}}
        for key, value in written.items()
    }


@st.composite
def _tag_selections(draw: Draw) -> Tree:
    selection: Tree = {
        "tag_key": {"@@assign": draw(st.sampled_from(("backup", "a b", 12)))},
        "tag_value": draw(_valued(_operators(st.one_of(_TEXTS, st.sampled_from((1, True)))))),
    }
    more: Tree = {"iam_role_arn": draw(_settings(_ROLES)), "conditions": draw(_conditions())}
    return {**_some(draw, more), **selection}


@st.composite
def _resource_selections(draw: Draw) -> Tree:
    more: Tree = {
        "iam_role_arn": draw(_settings(_ROLES)),
        "not_resource_types": draw(_lists(_TYPES)),
        "conditions": draw(_conditions()),
    }
    return {"resource_types": draw(_valued(_operators(st.sampled_from(_TYPES)))), **_some(draw, more)}


@st.composite
def _conditions(draw: Draw) -> Tree:
    condition = st.tuples(st.sampled_from(("aws:ResourceTag/env", "aws:ResourceTag/a b")), _TEXTS).map(
        lambda pair: {"condition_key": {"@@assign": pair[0]}, "condition_value": {"@@assign": pair[1]}}
    )
    operators = ("string_equals", "string_not_equals", "string_like", "string_not_like")
    return {key: _unfolded(draw(st.dictionaries(_NAMES, condition, max_size=1))) for key in operators}


def _settings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    """A setting of one value: there with a value, or there without one, which AWS takes too."""
    return st.one_of(values.map(lambda value: {"@@assign": value}), st.just({}))


def _lists(values: tuple[str, ...], *, empty: bool = False) -> st.SearchStrategy[Tree]:
    return st.one_of(_operators(st.sampled_from(values), least=0 if empty else 1), st.just({}))


def _operators(values: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[Tree]:
    operands = st.lists(values, min_size=least, max_size=3)
    return st.dictionaries(st.sampled_from(("@@assign", "@@append", "@@remove")), operands, max_size=3)


def _valued(settings: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return settings.filter(bool)


def _some(draw: Draw, node: Tree) -> Tree:
    """Some of the keys, in some order; most documents say little."""
    kept = draw(st.lists(st.sampled_from(tuple(node)), unique=True, max_size=len(node)))
    return {key: node[key] for key in kept}


def _dressed(draw: Draw, node: Tree) -> Tree:
    """Controls and spellings: nowhere, here and there, or `@@none` on whole subtrees."""
    manner = draw(st.sampled_from(("plain", "some", "some", "locked")))
    return _dress(draw, node, manner)


def _dress(draw: Draw, node: Tree, manner: str) -> Tree:
    if manner == "some" and draw(st.integers(0, 4)) == 0:
        manner = "locked"
    elif manner == "locked" and draw(st.integers(0, 19)) == 0:
        manner = "some"
    dressed: Tree = {}
    for key, below in node.items():
        dressed[_cased(draw, key)] = _dress(draw, below, manner) if isinstance(below, dict) else below
    if manner == "locked":
        dressed[CONTROL] = ["@@none"]
    elif manner == "some" and draw(st.integers(0, 3)) == 0:
        dressed[_cased(draw, CONTROL)] = draw(_CONTROLS)
    return dressed


def _cased(draw: Draw, key: str) -> str:
    return _respelled(draw, key) if draw(st.integers(0, 5)) == 0 else key


def _respelled(draw: Draw, key: str) -> str:
    other = draw(st.sampled_from((key, key.upper(), key.lower(), key.title())))
    return str(other) if other.lower() == key.lower() else key

"""Hypothesis strategies for backup policies that AWS would take, in all their spellings.

Written from semantics.md section 9, not from the compiler's table: every key, operators in every mixture, controls on
every kind of node, keys in any case, numbers and booleans as JSON has them or as strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
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
_TRUE = st.sampled_from((True, "true"))
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
_HALF = st.booleans()
_FOURTH, _FIFTH, _SIXTH, _TWENTIETH = (st.sampled_from((*[False] * (of - 1), True)) for of in (4, 5, 6, 20))
_MANNERS = st.sampled_from(("plain", "some", "some", "locked"))
_SPELLINGS = st.sampled_from((str, str.upper, str.lower, str.title))
_ARNS = st.sampled_from(_VAULT_ARNS)
_TARGETS = st.lists(_ARNS, unique=True, max_size=2)
_WRITTEN_TAGS = st.dictionaries(_KEYS, st.one_of(_TEXTS, st.sampled_from((12, True, 0))), max_size=2)
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
    return {_cased(draw, "plans"): _dressed(draw, draw(_plans_by_name()))}


def _unfolded(named: Mapping[str, Any]) -> Tree:
    """Without keys that differ only by case."""
    return dict({name.lower(): (name, value) for name, value in named.items()}.values())


# What is drawn from is built once: that takes longer than to draw from it.
@cache
def _named(values: st.SearchStrategy[Tree], most: int = 2) -> st.SearchStrategy[Tree]:
    return st.dictionaries(_NAMES, values, max_size=most).map(_unfolded)


@cache
def _plans_by_name() -> st.SearchStrategy[Tree]:
    plan = {
        "regions": _lists(_REGIONS, empty=True),
        "rules": _named(_rules()),
        "selections": st.fixed_dictionaries(
            {"tags": _named(_tag_selections()), "resources": _named(_resource_selections())}
        ),
        "advanced_backup_settings": st.fixed_dictionaries(
            {
                "ec2": st.fixed_dictionaries({"windows_vss": _settings(_SWITCHES)}),
                "s3": st.fixed_dictionaries(
                    {"backup_acls": _settings(_SWITCHES), "backup_object_tags": _settings(_SWITCHES)}
                ),
            }
        ),
        "backup_plan_tags": _tags(),
        "scan_settings": _guarded(
            {"resource_types": _lists(("EBS", "EC2", "S3", "ALL")), "scanner_role_arn": _settings(_ROLES)}
        ),
    }
    return _named(_some(plan))


def _guarded(settings: dict[str, st.SearchStrategy[Tree]]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({"GUARDDUTY": st.fixed_dictionaries(settings)})


@cache
def _rules() -> st.SearchStrategy[Tree]:
    rule = {
        "schedule_expression": _settings(_SCHEDULES),
        "target_backup_vault_name": _settings(st.sampled_from(("Main", "a-b_c"))),
        "target_logically_air_gapped_backup_vault_arn": _settings(_AIR_GAPPED),
        "start_backup_window_minutes": _settings(_MINUTES),
        "complete_backup_window_minutes": _settings(_MINUTES),
        "enable_continuous_backup": _settings(_FALSE),
        "lifecycle": _lifecycles(),
        "copy_actions": _copies(),
        "recovery_point_tags": _tags(),
        "index_actions": st.fixed_dictionaries({"resource_types": _lists(("EBS", "S3"))}),
        "scan_actions": _guarded({"scan_mode": _settings(st.sampled_from(("INCREMENTAL_SCAN", "FULL_SCAN")))}),
    }
    return st.builds(_promising, _some(rule), st.integers(0, 9), _TRUE, st.sampled_from((7, "35")))


def _promising(rule: Tree, promise: int, true: object, days: object) -> Tree:
    """Now and then a rule that turns on what AWS ties to other settings."""
    match promise:
        case 0:
            lifecycle = {"delete_after_days": {"@@assign": days}}
            return {**rule, "enable_continuous_backup": {"@@assign": true}, "lifecycle": lifecycle}
        case 1:
            lifecycle = {
                "move_to_cold_storage_after_days": {"@@assign": "30"},
                "delete_after_days": {"@@assign": "120"},
                "opt_in_to_archive_for_supported_resources": {"@@assign": true},
            }
            return {**rule, "schedule_expression": {"@@assign": _MONTHLY}, "lifecycle": lifecycle}
    return rule


@cache
def _lifecycles() -> st.SearchStrategy[Tree]:
    return _some(
        {
            "move_to_cold_storage_after_days": _settings(_DAYS),
            "delete_after_days": _settings(_DAYS),
            "opt_in_to_archive_for_supported_resources": _settings(_FALSE),
        }
    )


@st.composite
def _copies(draw: Draw) -> Tree:
    written = draw(_TARGETS)
    return {_respelled(draw, arn): _copy(draw, arn) for arn in written}


def _copy(draw: Draw, arn: str) -> Tree:
    target = arn if draw(_HALF) else draw(_ARNS)
    copy: Tree = {"target_backup_vault_arn": {"@@assign": target}}
    return {**copy, "lifecycle": draw(_lifecycles())} if draw(_HALF) else copy


@st.composite
def _tags(draw: Draw) -> Tree:
    return {
        _respelled(draw, key): {"tag_key": {"@@assign": key}, "tag_value": {"@@assign": value}}
        for key, value in _unfolded(draw(_WRITTEN_TAGS)).items()
    }


@cache
def _tag_selections() -> st.SearchStrategy[Tree]:
    selection = {
        "tag_key": st.sampled_from(("backup", "a b", 12)).map(lambda key: {"@@assign": key}),
        "tag_value": _valued(_operators(st.one_of(_TEXTS, st.sampled_from((1, True))))),
    }
    more = {"iam_role_arn": _settings(_ROLES), "conditions": _conditions()}
    return st.builds(lambda some, always: {**some, **always}, _some(more), st.fixed_dictionaries(selection))


@cache
def _resource_selections() -> st.SearchStrategy[Tree]:
    selection = {"resource_types": _valued(_operators(st.sampled_from(_TYPES)))}
    more = {
        "iam_role_arn": _settings(_ROLES),
        "not_resource_types": _lists(_TYPES),
        "conditions": _conditions(),
    }
    return st.builds(lambda always, some: {**always, **some}, st.fixed_dictionaries(selection), _some(more))


@cache
def _conditions() -> st.SearchStrategy[Tree]:
    condition = st.tuples(st.sampled_from(("aws:ResourceTag/env", "aws:ResourceTag/a b")), _TEXTS).map(
        lambda pair: {"condition_key": {"@@assign": pair[0]}, "condition_value": {"@@assign": pair[1]}}
    )
    operators = ("string_equals", "string_not_equals", "string_like", "string_not_like")
    return st.fixed_dictionaries({key: _named(condition, 1) for key in operators})


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


@st.composite
def _drawn(draw: Draw, node: Mapping[str, st.SearchStrategy[Any]], keys: st.SearchStrategy[list[str]]) -> Tree:
    return {key: draw(node[key]) for key in draw(keys)}


def _some(node: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Tree]:
    """Some of the keys, in some order; most documents say little."""
    return _drawn(node, st.lists(st.sampled_from(tuple(node)), unique=True, max_size=len(node)))


def _dressed(draw: Draw, node: Tree) -> Tree:
    """Controls and spellings: nowhere, here and there, or `@@none` on whole subtrees."""
    return _dress(draw, node, draw(_MANNERS))


def _dress(draw: Draw, node: Tree, manner: str) -> Tree:
    if manner == "some" and draw(_FIFTH):
        manner = "locked"
    elif manner == "locked" and draw(_TWENTIETH):
        manner = "some"
    dressed: Tree = {}
    for key, below in node.items():
        dressed[_cased(draw, key)] = _dress(draw, below, manner) if isinstance(below, dict) else below
    if manner == "locked":
        dressed[CONTROL] = ["@@none"]
    elif manner == "some" and draw(_FOURTH):
        dressed[_cased(draw, CONTROL)] = draw(_CONTROLS)
    return dressed


def _cased(draw: Draw, key: str) -> str:
    return _respelled(draw, key) if draw(_SIXTH) else key


def _respelled(draw: Draw, key: str) -> str:
    other = draw(_SPELLINGS)(key)
    return other if other.lower() == key.lower() else key

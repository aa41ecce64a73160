"""AWS's validation of merged documents (semantics.md section 10.2): code, text, path, contributors."""

from __future__ import annotations

import pytest
from aws.merge.chains import account_policy
from aws.merge.test_effective_rules import errors

from policyengine.aws.documents import Json
from policyengine.aws.merge import Conflict

ROLE: Json = {"@@assign": "arn:aws:iam::$account:role/Backup"}
TAGGED: Json = {
    "tags": {"t": {"iam_role_arn": ROLE, "tag_key": {"@@assign": "backup"}, "tag_value": {"@@assign": ["yes"]}}}
}
COPY = "arn:aws:backup:eu-west-1:$account:backup-vault:V"


def whole(rules: Json = None, selections: Json = None, **settings: Json) -> Json:
    """A complete document with one plan `p`, its parts replaced as asked."""
    rules = {"r": rule()} if rules is None else rules
    selections = TAGGED if selections is None else selections
    parts: dict[str, Json] = {"regions": {"@@assign": ["eu-west-1"]}, "rules": rules, "selections": selections}
    return {"plans": {"p": {**parts, **settings}}}


def rule(**settings: Json) -> Json:
    return {"target_backup_vault_name": {"@@assign": "Main"}, **settings}


def assigned(**values: Json) -> dict[str, Json]:
    return {key: {"@@assign": value} for key, value in values.items()}


ARCHIVE = "opt_in_to_archive_for_supported_resources"
MONTHLY: Json = {"@@assign": "cron(0 5 1 * ? *)"}
DAILY: Json = {"@@assign": "cron(0 5 ? * * *)"}
OPTED: Json = assigned(**{ARCHIVE: "true", "delete_after_days": "60", "move_to_cold_storage_after_days": "30"})
DEPENDENT = "Dependent fields {} in policy block r are invalid when used together"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(whole(), [], id="complete"),
        pytest.param(whole(regions={"@@assign": []}), [("ELEMENTS_TOO_FEW", "'regions' is less than the allowed minimum limit 1", "plans/p/regions")], id="no Region"),
        pytest.param({"plans": {"p": {"regions": {"@@assign": ["eu-west-1"]}}}}, [("KEY_REQUIRED", "'rules' is missing", "plans/p"), ("KEY_REQUIRED", "'selections' is missing", "plans/p")], id="a plan without rules and selections"),
        pytest.param(whole(rules={"r": {"schedule_expression": DAILY}}), [("KEY_REQUIRED", "'target_backup_vault_name' is missing", "plans/p/rules/r")], id="a rule without a vault"),
        pytest.param(whole(selections={"tags": {"t": {"tag_key": {"@@assign": "k"}, "tag_value": {"@@remove": ["x"]}}}}), [("KEY_REQUIRED", "'iam_role_arn' is missing", "plans/p/selections/tags/t"), ("KEY_REQUIRED", "'tag_value' is missing", "plans/p/selections/tags/t")], id="a tag selection"),
        pytest.param(whole(selections={"resources": {"s": {"not_resource_types": {"@@assign": ["*"]}}}}), [("KEY_REQUIRED", "'iam_role_arn' is missing", "plans/p/selections/resources/s"), ("KEY_REQUIRED", "'resource_types' is missing", "plans/p/selections/resources/s")], id="a resource selection"),
        pytest.param(whole(selections={"resources": {"s": {"iam_role_arn": ROLE, "conditions": {"string_equals": {"c": assigned(condition_key="aws:ResourceTag/a", condition_value="b")}}}}}), [], id="conditions stand for types"),
        pytest.param(whole(rules={str(n): rule() for n in range(10)}), [], id="ten rules"),
        pytest.param(whole(rules={str(n): rule() for n in range(11)}), [("ELEMENTS_TOO_MANY", "'rules' exceeds the allowed maximum limit 10", "plans/p/rules")], id="eleven rules"),
        pytest.param(whole(rules={"R": rule(enable_continuous_backup={"@@assign": True}, lifecycle=assigned(delete_after_days="45"))}), [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format("enable_continuous_backup=true,delete_after_days=45"), "plans/p/rules/r")], id="continuous for too long"),
        pytest.param(whole(rules={"r": rule(enable_continuous_backup={"@@assign": True}, lifecycle=assigned(delete_after_days="35"))}), [], id="continuous for 35 days"),
        pytest.param(whole(rules={"r": rule(enable_continuous_backup={"@@assign": True}, lifecycle=assigned(delete_after_days="36"))}), [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format("enable_continuous_backup=true,delete_after_days=36"), "plans/p/rules/r")], id="continuous for 36 days"),
        pytest.param(whole(rules={"r": rule(enable_continuous_backup={"@@assign": True}, lifecycle=assigned(delete_after_days="x"))}), [], id="continuous for days that are no number"),
        pytest.param(whole(rules={"r": rule(enable_continuous_backup={"@@assign": True}, lifecycle=assigned(delete_after_days="\u0664\u0665"))}), [], id="digits of another script are none"),
        pytest.param(whole(rules={"r": rule(lifecycle=assigned(**{ARCHIVE: "true", "delete_after_days": "120", "move_to_cold_storage_after_days": "30"}), schedule_expression={"@@assign": "cron(0 5 1,29 JAN ? *)"})}), [], id="archive every 28 days, for 90 days"),
        pytest.param(whole(rules={"r": rule(lifecycle=assigned(**{ARCHIVE: "true", "delete_after_days": "60"}))}), [], id="archive without a move"),
        pytest.param(whole(rules={"r": rule(lifecycle=assigned(**{ARCHIVE: "true", "move_to_cold_storage_after_days": "30"}))}), [], id="archive without an end"),
        pytest.param(whole(rules={"r": rule(lifecycle=assigned(**{ARCHIVE: "true"}), schedule_expression={"@@assign": "cron(0 5 1 JAN ? 2030)"})}), [], id="archive with a schedule that ends"),
        pytest.param(whole(rules={"r": {"@@assign": "x"}}), [], id="a rule that is a plain value"),
        pytest.param({"plans": {"p": {"@@assign": "x"}}}, [], id="a plan that is a plain value"),
        pytest.param(whole(rules={"r": rule(copy_actions={COPY: {"@@assign": "x"}})}), [], id="a copy that is a plain value"),
        pytest.param(whole(selections={"tags": {"t": {"@@assign": "x"}}, "resources": {"r": {"@@assign": "x"}}}), [], id="selections that are plain values"),
        pytest.param(whole(selections={"tags": {"t": {"iam_role_arn": ROLE, **assigned(tag_key="k", tag_value=[])}}}), [("ELEMENTS_TOO_FEW", "'tag_value' is less than the allowed minimum limit 1", "plans/p/selections/tags/t/tag_value")], id="a tag selection without values"),
        pytest.param(whole(selections={"resources": {"r": {"iam_role_arn": ROLE, **assigned(resource_types=[])}}}), [("ELEMENTS_TOO_FEW", "'resource_types' is less than the allowed minimum limit 1", "plans/p/selections/resources/r/resource_types")], id="a resource selection without types"),
        pytest.param({"plans": {"p": {"regions": {"@@assign": ["eu-west-1"]}, "rules": {"r": rule(scan_actions={"GUARDDUTY": assigned(scan_mode="FULL_SCAN")})}}}}, [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format("scan_actions(undefined),scan_settings(undefined)"), "plans/p/rules/r"), ("KEY_REQUIRED", "'selections' is missing", "plans/p")], id="errors come by code"),
        pytest.param(whole(rules={"r": rule(enable_continuous_backup={"@@assign": True})}), [], id="continuous without days is not flagged"),
        pytest.param(whole(rules={"r": rule(lifecycle=OPTED, schedule_expression=MONTHLY)}), [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format(f"{ARCHIVE}=true,delete_after_days=60,move_to_cold_storage_after_days=30"), "plans/p/rules/r")], id="archive gap"),
        pytest.param(whole(rules={"r": rule(lifecycle=OPTED)}), [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format(f"{ARCHIVE}=true,delete_after_days=60,move_to_cold_storage_after_days=30"), "plans/p/rules/r")], id="archive without a schedule: only the gap"),
        pytest.param(whole(rules={"r": rule(copy_actions={COPY: {"lifecycle": assigned(**{ARCHIVE: True})}, COPY + "2": {"lifecycle": assigned(**{ARCHIVE: True})}}, schedule_expression=DAILY)}), [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format(f"{ARCHIVE}=true,schedule_expression=cron(0 5 ? * * *)"), "plans/p/rules/r")], id="archive too often, once for two copies"),
        pytest.param(whole(rules={"r": rule(scan_actions={"GUARDDUTY": {"scan_mode": {"@@assign": "FULL_SCAN"}}})}), [("CROSS_ATTRIBUTE_VALIDATION", DEPENDENT.format("scan_actions(undefined),scan_settings(undefined)"), "plans/p/rules/r")], id="scan without settings"),
        pytest.param(whole(rules={"r": rule(lifecycle=assigned(delete_after_days="60", move_to_cold_storage_after_days="30"))}), [], id="a short gap without archive is AWS Backup's affair"),
    ],
)  # fmt: skip
def test_errors(document: Json, expected: list[tuple[str, str, str]]) -> None:
    assert [(code, message, path) for code, message, path, _ in errors(account_policy([[document]]))] == expected


def test_one_error_withholds_the_whole_document() -> None:
    account = account_policy([[whole()], [{"plans": {"q": {"regions": {"@@assign": ["eu-west-1"]}}}}]])
    assert account.status == "invalid"
    assert account.published is None
    assert errors(account) == [
        ("KEY_REQUIRED", "'rules' is missing", "plans/q", ("p10",)),
        ("KEY_REQUIRED", "'selections' is missing", "plans/q", ("p10",)),
    ]


def test_contributors_are_the_policies_in_force_in_the_block() -> None:
    above = whole(
        rules={"r": rule(enable_continuous_backup={"@@assign": True}, lifecycle=assigned(delete_after_days="30"))}
    )
    below: Json = {"plans": {"p": {"rules": {"r": {"lifecycle": assigned(delete_after_days="90")}}}}}
    assert [contributors for *_, contributors in errors(account_policy([[above], [below]]))] == [("p00", "p10")]


def test_whoever_adds_a_copy_contributes_to_what_is_wrong_with_it() -> None:
    above = whole(rules={"r": rule(schedule_expression=DAILY)})
    below: Json = {
        "plans": {"p": {"rules": {"r": {"copy_actions": {COPY: {"lifecycle": assigned(**{ARCHIVE: True})}}}}}}
    }
    assert [contributors for *_, contributors in errors(account_policy([[above], [below]]))] == [("p00", "p10")]


KEPT_45_DAYS: dict[str, Json] = {
    "enable_continuous_backup": {"@@assign": True},
    "lifecycle": assigned(delete_after_days="45"),
}
SCAN: dict[str, Json] = {"scan_actions": {"GUARDDUTY": assigned(scan_mode="FULL_SCAN")}}


@pytest.mark.parametrize(
    ("document", "missing", "conflict"),
    [
        (whole(rules={"r": {"schedule_expression": DAILY}}), ("plans", "p", "rules", "r", "target_backup_vault_name"), None),
        (whole(regions={"@@assign": []}), (), None),
        (whole(rules={"r": rule(**KEPT_45_DAYS)}), (), Conflict.CONTINUOUS_KEPT_TOO_LONG),
        (whole(rules={"schedule_expression": rule(**KEPT_45_DAYS)}), (), Conflict.CONTINUOUS_KEPT_TOO_LONG),
        (whole(rules={"r": rule(lifecycle=OPTED, schedule_expression=MONTHLY)}), (), Conflict.ARCHIVED_TOO_SHORT),
        (whole(rules={"r": rule(lifecycle=assigned(**{ARCHIVE: True}), schedule_expression=DAILY)}), (), Conflict.ARCHIVED_TOO_OFTEN),
        (whole(rules={"r": rule(**SCAN)}), ("plans", "p", "scan_settings"), Conflict.SCAN_WITHOUT_SETTINGS),
    ],
)  # fmt: skip
def test_an_error_has_what_is_missing_or_in_conflict(
    document: Json, missing: tuple[str, ...], conflict: Conflict | None
) -> None:
    account = account_policy([[document]])
    assert account.resolved
    assert [(error.missing, error.conflict) for error in account.resolved.errors] == [(missing, conflict)]

"""The table of semantics.md section 10.2 in the oracle, by hand."""

import pytest

from oracle.cases import ARCHIVE, SELECTION, Tree, errors, lifecycle, merged, plans, rule


@pytest.mark.parametrize(
    ("selections", "expected"),
    [
        ({"tags": {"t": {"tag_key": {"@@assign": "k"}}}}, ["'iam_role_arn' is missing", "'tag_value' is missing"]),
        (
            {"resources": {"s": {"not_resource_types": {"@@assign": ["*"]}}}},
            ["'iam_role_arn' is missing", "'resource_types' is missing"],
        ),
        (
            {
                "resources": {
                    "s": {
                        "conditions": {"string_like": {"c": {"condition_key": {"@@assign": "k"}}}},
                        "resource_types": {"@@append": []},
                    }
                }
            },
            ["'iam_role_arn' is missing"],
        ),
        (
            {"resources": {"s": {"resource_types": {"@@append": []}}}},
            ["'iam_role_arn' is missing", "'resource_types' is less than the allowed minimum limit 1"],
        ),
        (
            {"tags": {"t": {**SELECTION, "tag_value": {"@@assign": ["a"], "@@remove": ["a"]}}}},
            ["'tag_value' is less than the allowed minimum limit 1"],
        ),
    ],
    ids=["tags", "resources", "conditions", "empty types", "empty values"],
)
def test_selections_are_validated(selections: Tree, expected: list[str]) -> None:
    document = rule()
    document["plans"]["p"]["selections"] = selections
    assert [error["message"] for error in merged([document]).errors] == expected


def test_a_plan_holds_ten_rules() -> None:
    def rules(first: int, last: int) -> Tree:
        return plans(rules={f"r{n}": {"target_backup_vault_name": {"@@assign": "V"}} for n in range(first, last + 1)})

    base = rule()
    assert merged([base], [rules(1, 9)]).status == "valid"
    assert errors(merged([base, rules(1, 5)], [rules(6, 10)])) == [
        ("ELEMENTS_TOO_MANY", "'rules' exceeds the allowed maximum limit 10", "plans/p/rules", ["P00", "P01", "P10"]),
    ]


def cross(fields: str, policies: list[str]) -> tuple[str, str, str, list[str]]:
    message = f"Dependent fields {fields} in policy block r are invalid when used together"
    return ("CROSS_ATTRIBUTE_VALIDATION", message, "plans/p/rules/r", policies)


def test_continuous_backup_is_kept_35_days() -> None:
    above = rule(enable_continuous_backup={"@@assign": True}, lifecycle=lifecycle(delete_after_days="035"))
    child = plans(rules={"R": {"lifecycle": lifecycle(delete_after_days="0045")}})
    assert merged([above]).status == "valid"
    assert errors(merged([above], [child])) == [
        cross("enable_continuous_backup=true,delete_after_days=0045", ["P00", "P10"]),
    ]


@pytest.mark.parametrize(
    ("schedule", "status"),
    [
        ("cron(0 5 1 * ? *)", "valid"),
        ("cron(0 5 1 1/2 ? *)", "valid"),
        ("cron(0 5 1 1 ? 2027)", "valid"),
        ("cron(0 5 ? * SUN *)", "invalid"),
    ],
)
def test_archive_needs_28_days_between_runs(schedule: str, status: str) -> None:
    days = lifecycle(**{ARCHIVE: "true"}, delete_after_days="120", move_to_cold_storage_after_days="30")
    arn = "arn:aws:backup:us-east-1:$account:backup-vault:DR"
    copy = {"target_backup_vault_arn": {"@@assign": arn}, "lifecycle": days}
    document = rule(lifecycle=days, copy_actions={arn: copy})
    assert merged([document]).status == "valid"
    child = plans(rules={"r": {"schedule_expression": {"@@assign": schedule}}})
    result = merged([document], [child])
    assert result.status == status
    flagged = [cross(f"{ARCHIVE}=true,schedule_expression={schedule}", ["P00", "P10"])]
    assert errors(result) == (flagged if status == "invalid" else [])


def test_archive_gap_is_checked_per_lifecycle_and_equal_texts_are_one() -> None:
    short = lifecycle(**{ARCHIVE: "true"}, delete_after_days="60", move_to_cold_storage_after_days="30")
    shorter = lifecycle(**{ARCHIVE: "true"}, delete_after_days="50", move_to_cold_storage_after_days="30")
    stems = ["arn:aws:backup:us-east-1:$account:backup-vault:a", "arn:aws:backup:us-east-1:$account:backup-vault:b"]
    copies = {
        arn: {"target_backup_vault_arn": {"@@assign": arn}, "lifecycle": days}
        for arn, days in zip(stems, (short, shorter), strict=True)
    }
    result = merged([rule(lifecycle=short)], [plans(rules={"r": {"copy_actions": copies}})])
    text = f"{ARCHIVE}=true,delete_after_days={{}},move_to_cold_storage_after_days=30"
    assert errors(result) == [cross(text.format(60), ["P00", "P10"]), cross(text.format(50), ["P10"])]


def test_scan_actions_need_scan_settings() -> None:
    scan = rule(scan_actions={"GUARDDUTY": {"scan_mode": {"@@assign": "FULL_SCAN"}}})
    settings = plans(scan_settings={"GuardDuty": {"resource_types": {"@@assign": ["EBS"]}}})
    assert errors(merged([rule()], [scan])) == [cross("scan_actions(undefined),scan_settings(undefined)", ["P10"])]
    assert merged([scan], [settings]).status == "valid"

"""Every AWS key of semantics.md section 9, written in the language."""

from __future__ import annotations

from typing import Any

import pytest
from language.compiler.compiling import inside, plan, plans, rule

ARN = "arn:aws:backup:eu-west-1:$account:backup-vault:V"


CLUSTERS = "arn:aws:rds:*:*:cluster:*"


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("regions = [eu-west-1, us-east-1]", {"regions": {"@@assign": ["eu-west-1", "us-east-1"]}}),
        ('regions = ["xx-new-1",]', {"regions": {"@@assign": ["xx-new-1"]}}),
        ("regions = []", {"regions": {"@@assign": []}}),
        ("regions += [eu-west-1]", {"regions": {"@@append": ["eu-west-1"]}}),
        (
            "regions -= [us-east-1]\nregions = [eu-west-1]\nregions += [sa-east-1]",
            {"regions": {"@@assign": ["eu-west-1"], "@@append": ["sa-east-1"], "@@remove": ["us-east-1"]}},
        ),
        (
            "advanced { windows_vss = true }",
            {"advanced_backup_settings": {"ec2": {"windows_vss": {"@@assign": "enabled"}}}},
        ),
        (
            "advanced { s3_object_tags = false s3_acls = true }",
            {
                "advanced_backup_settings": {
                    "s3": {"backup_acls": {"@@assign": "enabled"}, "backup_object_tags": {"@@assign": "disabled"}}
                }
            },
        ),
        (
            'plan_tags { Owner = "team" "a b" = "" }',
            {
                "backup_plan_tags": {
                    "Owner": {"tag_key": {"@@assign": "Owner"}, "tag_value": {"@@assign": "team"}},
                    "a b": {"tag_key": {"@@assign": "a b"}, "tag_value": {"@@assign": ""}},
                }
            },
        ),
        (
            'malware_scan { role = "Scan" types = [EC2, S3, ALL] }',
            {
                "scan_settings": {
                    "GUARDDUTY": {
                        "resource_types": {"@@assign": ["EC2", "S3", "ALL"]},
                        "scanner_role_arn": {"@@assign": "arn:aws:iam::$account:role/Scan"},
                    }
                }
            },
        ),
        ("rule r { }", {"rules": {"r": {}}}),
    ],
)
def test_plan(text: str, fragment: dict[str, Any]) -> None:
    assert plan(text) == fragment


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("schedule = daily at 05:00", {"schedule_expression": {"@@assign": "cron(0 5 ? * * *)"}}),
        ('schedule = "cron(0 5 ? * * *)"', {"schedule_expression": {"@@assign": "cron(0 5 ? * * *)"}}),
        ('vault = "Main"', {"target_backup_vault_name": {"@@assign": "Main"}}),
        (
            'air_gapped_vault = "Gap"',
            {
                "target_logically_air_gapped_backup_vault_arn": {
                    "@@assign": "arn:aws:backup:$region:$account:backup-vault:Gap"
                }
            },
        ),
        (
            'air_gapped_vault = "arn:aws-cn:backup:$region:$account:backup-vault:Gap"',
            {
                "target_logically_air_gapped_backup_vault_arn": {
                    "@@assign": "arn:aws-cn:backup:$region:$account:backup-vault:Gap"
                }
            },
        ),
        ("start_within = 90 minutes", {"start_backup_window_minutes": {"@@assign": "90"}}),
        ("start_within = 8 hours", {"start_backup_window_minutes": {"@@assign": "480"}}),
        ('start_within = "060"', {"start_backup_window_minutes": {"@@assign": "060"}}),
        ("complete_within = 1 week", {"complete_backup_window_minutes": {"@@assign": "10080"}}),
        ("complete_within = 1 year", {"complete_backup_window_minutes": {"@@assign": "525600"}}),
        ("continuous = true", {"enable_continuous_backup": {"@@assign": "true"}}),
        ("continuous = false", {"enable_continuous_backup": {"@@assign": "false"}}),
        ("cold_after = 30 days", {"lifecycle": {"move_to_cold_storage_after_days": {"@@assign": "30"}}}),
        ("retain = 48 hours", {"lifecycle": {"delete_after_days": {"@@assign": "2"}}}),
        ("retain = 2880 minutes", {"lifecycle": {"delete_after_days": {"@@assign": "2"}}}),
        ('retain = "0035"', {"lifecycle": {"delete_after_days": {"@@assign": "0035"}}}),
        ("archive = true", {"lifecycle": {"opt_in_to_archive_for_supported_resources": {"@@assign": "true"}}}),
        ("index = [EBS, S3]", {"index_actions": {"resource_types": {"@@assign": ["EBS", "S3"]}}}),
        ('index += ["FSx"]', {"index_actions": {"resource_types": {"@@append": ["FSx"]}}}),
        ("scan = incremental", {"scan_actions": {"GUARDDUTY": {"scan_mode": {"@@assign": "INCREMENTAL_SCAN"}}}}),
        ("scan = full", {"scan_actions": {"GUARDDUTY": {"scan_mode": {"@@assign": "FULL_SCAN"}}}}),
        ('scan = "DEEP_SCAN"', {"scan_actions": {"GUARDDUTY": {"scan_mode": {"@@assign": "DEEP_SCAN"}}}}),
        (
            'recovery_point_tags { Owner = "team" }',
            {"recovery_point_tags": {"Owner": {"tag_key": {"@@assign": "Owner"}, "tag_value": {"@@assign": "team"}}}},
        ),
        ('copy to vault "V" in eu-west-1', {"copy_actions": {ARN: {"target_backup_vault_arn": {"@@assign": ARN}}}}),
        (
            'copy to vault "V" in "xx-new-1" account "111111111111" { retain = 1 week archive = false }',
            {
                "copy_actions": {
                    "arn:aws:backup:xx-new-1:111111111111:backup-vault:V": {
                        "target_backup_vault_arn": {"@@assign": "arn:aws:backup:xx-new-1:111111111111:backup-vault:V"},
                        "lifecycle": {
                            "delete_after_days": {"@@assign": "7"},
                            "opt_in_to_archive_for_supported_resources": {"@@assign": "false"},
                        },
                    }
                }
            },
        ),
        (
            f'copy to "{ARN}" {{ cold_after = 1 day target = "{ARN.lower()}" }}',
            {
                "copy_actions": {
                    ARN: {
                        "target_backup_vault_arn": {"@@assign": ARN.lower()},
                        "lifecycle": {"move_to_cold_storage_after_days": {"@@assign": "1"}},
                    }
                }
            },
        ),
    ],
)
def test_rule(text: str, fragment: dict[str, Any]) -> None:
    assert rule(text) == fragment


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ('role = "Backup"', {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"}}),
        ('role = "service/Backup"', {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/service/Backup"}}),
        ('role = "/service/Backup"', {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/service/Backup"}}),
        ('role = "arn:aws:iam::$account:role/X"', {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/X"}}),
        ('key = "backup"', {"tag_key": {"@@assign": "backup"}}),
        ('values = ["daily", ""]', {"tag_value": {"@@assign": ["daily", ""]}}),
        ('values -= ["daily"]', {"tag_value": {"@@remove": ["daily"]}}),
        (
            'where c: "aws:ResourceTag/env" == "prod"',
            {
                "conditions": {
                    "string_equals": {
                        "c": {
                            "condition_key": {"@@assign": "aws:ResourceTag/env"},
                            "condition_value": {"@@assign": "prod"},
                        }
                    }
                }
            },
        ),
    ],
)
def test_tag_selection(text: str, fragment: dict[str, Any]) -> None:
    assert plan(inside(text, "tag selection s")) == {"selections": {"tags": {"s": fragment}}}


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ('role = "Backup"', {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"}}),
        (
            'types = [EC2, DynamoDB, "*"]',
            {"resource_types": {"@@assign": ["arn:aws:ec2:*:*:instance/*", "arn:aws:dynamodb:*:*:table/*", "*"]}},
        ),
        ("types += [S3]", {"resource_types": {"@@append": ["arn:aws:s3:::*"]}}),
        ("types = [Neptune, S3, DocumentDB]", {"resource_types": {"@@assign": [CLUSTERS, "arn:aws:s3:::*"]}}),
        ("types -= [DocumentDB, Aurora]", {"resource_types": {"@@remove": [CLUSTERS]}}),
        ("types = [Aurora, Aurora]", {"resource_types": {"@@assign": [CLUSTERS, CLUSTERS]}}),
        ("except_types = [SAPHANA]", {"not_resource_types": {"@@assign": ["arn:aws:ssm-sap:*:*:HANA/*"]}}),
    ],
)
def test_resource_selection(text: str, fragment: dict[str, Any]) -> None:
    assert plan(inside(text, "resource selection s")) == {"selections": {"resources": {"s": fragment}}}


@pytest.mark.parametrize(
    ("operator", "key"),
    [
        ("==", "string_equals"),
        ("!=", "string_not_equals"),
        ("like", "string_like"),
        ("not like", "string_not_like"),
    ],
)
def test_condition_operators(operator: str, key: str) -> None:
    written = plan(inside(f'where c: "k" {operator} "v"', "resource selection s"))
    condition = {"condition_key": {"@@assign": "k"}, "condition_value": {"@@assign": "v"}}
    assert written["selections"]["resources"]["s"] == {"conditions": {key: {"c": condition}}}


def test_one_condition_name_under_two_operators() -> None:
    written = plan(inside('where c: "k" == "v"\nwhere c: "k" like "v*"', "tag selection s"))
    assert list(written["selections"]["tags"]["s"]["conditions"]) == ["string_equals", "string_like"]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_arns_are_of_the_partition(partition: str) -> None:
    text = inside(
        'rule r { air_gapped_vault = "G" copy to vault "V" in cn-north-1 }\n'
        'resource selection s { role = "R" types = [EBS] }',
        "plan p",
        "policy x",
    )
    written = plans(text, partition=partition)["p"]
    selection = written["selections"]["resources"]["s"]
    assert selection["iam_role_arn"] == {"@@assign": f"arn:{partition}:iam::$account:role/R"}
    assert selection["resource_types"] == {"@@assign": [f"arn:{partition}:ec2:*:*:volume/*"]}
    assert list(written["rules"]["r"]["copy_actions"]) == [f"arn:{partition}:backup:cn-north-1:$account:backup-vault:V"]
    air_gapped = written["rules"]["r"]["target_logically_air_gapped_backup_vault_arn"]
    assert air_gapped == {"@@assign": f"arn:{partition}:backup:$region:$account:backup-vault:G"}


def test_keys_come_in_the_order_of_the_tree_whatever_the_order_of_the_text() -> None:
    text = inside(
        'plan_tags { Owner = "x" }\n'
        'resource selection s { types = [EBS] role = "R" }\n'
        'rule r { retain = 1 day vault = "V" schedule = hourly }\n'
        "regions = [eu-west-1]",
        "plan p",
        "policy x",
    )
    written = plans(text)["p"]
    assert list(written) == ["regions", "rules", "selections", "backup_plan_tags"]
    assert list(written["rules"]["r"]) == ["schedule_expression", "target_backup_vault_name", "lifecycle"]
    assert list(written["selections"]["resources"]["s"]) == ["iam_role_arn", "resource_types"]


def test_named_blocks_keep_their_order_and_spelling() -> None:
    assert list(plans(inside("plan Zebra { }\nplan ant { }", "policy x"))) == ["Zebra", "ant"]


def test_an_empty_policy_is_a_document_that_aws_takes() -> None:
    assert plans("policy x { }") == {}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("hourly", "0 * ? * * *"),
        ("hourly at :15", "15 * ? * * *"),
        ("every 1 hours", "0 0/1 ? * * *"),
        ("every 4 hours", "0 0/4 ? * * *"),
        ("every 6 hours at 01:30", "30 1/6 ? * * *"),
        ("every 12 hours at 00:30", "30 0/12 ? * * *"),
        ("daily at 05:00", "0 5 ? * * *"),
        ("daily at 23:59", "59 23 ? * * *"),
        ("weekly on sunday at 05:00", "0 5 ? * SUN *"),
        ("weekly on mon, wed, fri at 05:00", "0 5 ? * MON,WED,FRI *"),
        ("monthly on day 1 at 05:00", "0 5 1 * ? *"),
        ("monthly on last day at 05:00", "0 5 L * ? *"),
        ("monthly on first sunday at 05:00", "0 5 ? * SUN#1 *"),
        ("monthly on fifth tuesday at 05:00", "0 5 ? * TUE#5 *"),
        ("monthly on last friday at 05:00", "0 5 ? * FRIL *"),
        ("yearly on 1 january at 05:00", "0 5 1 JAN ? *"),
        ("yearly on 29 february at 05:00", "0 5 29 FEB ? *"),
        ('cron("0 5 ? * 2-6 *")', "0 5 ? * 2-6 *"),
    ],
)
def test_schedules(words: str, text: str) -> None:
    assert rule(f"schedule = {words}") == {"schedule_expression": {"@@assign": f"cron({text})"}}

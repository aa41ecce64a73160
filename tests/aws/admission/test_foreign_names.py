"""What people bring along from other notations: keys of AWS Backup's API, CloudFormation and Terraform, services."""

from __future__ import annotations

import pytest
from aws.admission.builders import ARN, ROLE, assign, findings, plan, resources, rule, tags

from policyengine.aws.documents import Json

ONLY_TEXTS = "conditions compare texts, with `string_equals`, `string_not_equals`, `string_like` or `string_not_like`"
UTC_ONLY = "backup policies have no time zone: schedules are in UTC"


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("schedule_timezone", UTC_ONLY),
        ("ScheduleExpressionTimezone", UTC_ONLY),
        ("timezone", UTC_ONLY),
        ("ScheduleExpression", "did you mean `schedule_expression`?"),
        ("schedule", "did you mean `schedule_expression`?"),
        ("target_vault_name", "did you mean `target_backup_vault_name`?"),
        ("TargetBackupVaultName", "did you mean `target_backup_vault_name`?"),
        ("start_window", "did you mean `start_backup_window_minutes`?"),
        ("CompletionWindowMinutes", "did you mean `complete_backup_window_minutes`?"),
        ("delete_after", "did you mean `delete_after_days` in `lifecycle`?"),
        ("MoveToColdStorageAfterDays", "did you mean `move_to_cold_storage_after_days` in `lifecycle`?"),
        ("copy_action", "did you mean `copy_actions`?"),
        ("rule_name", "a rule's name is the name of its block"),
        ("iam_role_arn", "a role belongs in a selection, as `iam_role_arn`"),
        ("destination_vault_arn", "it belongs in a copy, as `target_backup_vault_arn`"),
        ("selection_tag", "selections belong in the plan, beside its rules"),
    ],
)
def test_a_key_of_a_rule_in_another_notation(key: str, advice: str) -> None:
    (found,) = findings(rule(**{key: assign("x")}))
    assert (found.name, found.help) == ("unknown-key", advice)


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (rule(lifecycle={"delete_after": assign(35)}), "did you mean `delete_after_days`?"),
        (rule(lifecycle={"ColdStorageAfter": assign(35)}), "did you mean `move_to_cold_storage_after_days`?"),
        (
            rule(copy_actions={ARN: {"DestinationBackupVaultArn": assign(ARN)}}),
            "did you mean `target_backup_vault_arn`?",
        ),
        (plan(backup_plan_name=assign("x")), "a plan's name is the name of its block"),
        (plan(AdvancedBackupSettings={}), "did you mean `advanced_backup_settings`?"),
        (plan(selections={"selection_tag": {}}), "did you mean `tags`?"),
        (
            tags(iam_role_arn=assign(ROLE), tag_key=assign("k"), tag_value=assign(["v"]), ConditionType=assign("x")),
            "a tag selection always compares for equality: leave it out",
        ),
        (resources(iam_role_arn=assign(ROLE), Resources=assign(["*"])), "did you mean `resource_types`?"),
        (
            resources(resource_types=assign(["*"]), ListOfTags=assign("x")),
            "to take only what has a tag, ask for it in a condition",
        ),
        (plan(advanced_backup_settings={"resource_type": assign("EC2")}), "the service is the key: `ec2` or `s3`"),
    ],
)
def test_a_key_of_another_block_in_another_notation(content: dict[str, Json], advice: str) -> None:
    (found,) = findings(content)
    assert (found.name, found.help) == ("unknown-key", advice)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("EFS", "write `arn:aws:elasticfilesystem:*:*:file-system/*`"),
        ("AWS::EC2::Volume", "write `arn:aws:ec2:*:*:volume/*`"),
        ("arn:aws:efs:*:*:file-system/*", "did you mean `arn:aws:elasticfilesystem:*:*:file-system/*`?"),
        ("arn:aws:ebs:*:*:volume/*", "did you mean `arn:aws:ec2:*:*:volume/*`?"),
        ("arn:aws:docdb:*:*:cluster:*", "did you mean `arn:aws:rds:*:*:cluster:*`?"),
        ("arn:aws-us-gov:efs:*:*:*", "did you mean `arn:aws-us-gov:elasticfilesystem:*:*:file-system/*`?"),
        ("arn:aws:rds:*:*:*", "did you mean `arn:aws:rds:*:*:db:*` or `arn:aws:rds:*:*:cluster:*`?"),
        (
            "arn:aws:s3:::my-bucket",
            "a backup policy cannot name single resources; tag them, or select all with `arn:aws:s3:::*`",
        ),
        (
            "arn:aws:dynamodb:eu-west-1:222222222222:table/orders",
            "a backup policy cannot name single resources; tag them, or select all with `arn:aws:dynamodb:*:*:table/*`",
        ),
        ("arn:aws:elasticache:*:*:cluster:*", "AWS Backup does not back up `ElastiCache`"),
        ("arn:aws:ec2:*:*:vpc/*", ""),
        ("Mainframe", ""),
    ],
)
def test_a_resource_type_in_another_notation(text: str, advice: str) -> None:
    (found,) = findings(resources(resource_types=assign([text])))
    assert (found.name, found.help) == ("unknown-resource-type", advice)


def test_advice_is_for_the_partition_of_the_document() -> None:
    role = assign("arn:aws-cn:iam::$account:role/Backup")
    (found,) = findings(resources(iam_role_arn=role, resource_types=assign(["EFS"])))
    assert found.help == "write `arn:aws-cn:elasticfilesystem:*:*:file-system/*`"

    content = resources(resource_types=assign(["EFS"]))
    content["plans"]["Daily"]["regions"] = assign(["us-gov-west-1"])  # type: ignore[index, call-overload]  # a dict of dicts
    assert findings(content)[0].help == "write `arn:aws-us-gov:elasticfilesystem:*:*:file-system/*`"

    content = resources(
        iam_role_arn=assign("Backup"), resource_types=assign(["arn:aws:efs:*:*:file-system/*", "arn:aws:s3:::orders"])
    )
    content["plans"]["Daily"]["regions"] = assign(["cn-north-1"])  # type: ignore[index, call-overload]  # a dict of dicts
    assert sorted(found.help for found in findings(content)) == [
        "a backup policy cannot name single resources; tag them, or select all with `arn:aws-cn:s3:::*`",
        "did you mean `arn:aws-cn:elasticfilesystem:*:*:file-system/*`?",
        "write `arn:aws-cn:iam::$account:role/Backup`",
    ]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("ebs", "did you mean `EBS`?"),
        ("EFS", ""),
        ("arn:aws:ec2:*:*:volume/*", "did you mean `EBS`?"),
        ("DynamoDB", ""),
    ],
)
def test_a_type_that_has_no_index_is_no_slip_of_the_pen(text: str, advice: str) -> None:
    (found,) = findings(rule(index_actions={"resource_types": assign([text])}))
    assert (found.name, found.help) == ("unknown-choice", advice)


@pytest.mark.parametrize(
    ("operator", "advice"),
    [
        (
            "StringEqualsIgnoreCase",
            "AWS Backup always tells upper from lower case: name each spelling in a selection of its own",
        ),
        ("ArnLike", ONLY_TEXTS),
        ("Null", ONLY_TEXTS),
        ("StringEquals", "did you mean `string_equals`?"),
    ],
)
def test_an_operator_of_iam_that_compares_otherwise(operator: str, advice: str) -> None:
    (found,) = findings(resources(resource_types=assign(["*"]), conditions={operator: {}}))
    assert (found.name, found.help) == ("unknown-key", advice)

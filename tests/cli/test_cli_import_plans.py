"""`import` of backup plans of AWS Backup: as answers, as lists with selections, in templates of CloudFormation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.command import AT, Command, Ran, write

RULE = {
    "RuleName": "nightly",
    "TargetBackupVaultName": "Main",
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "Lifecycle": {"DeleteAfterDays": 35},
}
PLAN = {"BackupPlanName": "daily", "Rules": [RULE]}
TAG = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}
ROLE = "arn:aws:iam::$account:role/Backup"
SELECTION = {"SelectionName": "tagged", "IamRoleArn": ROLE, "ListOfTags": [TAG]}
TEXT = """\
policy prod {
  plan daily {
    regions = [eu-west-1]

    rule nightly {
      schedule = daily at 05:00
      vault = "Main"
      retain = 35 days
    }

    tag selection tagged {
      role = "Backup"
      key = "backup"
      values = ["daily"]
    }
  }
}
"""
PLAN_ID = "a1b2"
PLAN_ARN = f"arn:aws:backup:eu-west-1:111122223333:backup-plan:{PLAN_ID}"
ANSWER = {"BackupPlan": PLAN, "BackupPlanId": PLAN_ID, "BackupPlanArn": PLAN_ARN, "VersionId": "v", "CreationDate": 1}
CHOSEN = {"BackupSelection": SELECTION, "SelectionId": "s", "BackupPlanId": PLAN_ID, "CreationDate": 1.5}
TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "Vault": {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "Main"}},
        "Daily": {
            "Type": "AWS::Backup::BackupPlan",
            "Properties": {
                "BackupPlan": {
                    "BackupPlanName": "daily",
                    "BackupPlanRule": [
                        {
                            "RuleName": "nightly",
                            "TargetBackupVault": {"Ref": "Vault"},
                            "ScheduleExpression": "cron(0 5 ? * * *)",
                            "Lifecycle": {"DeleteAfterDays": "35"},
                            "CopyActions": {"Ref": "AWS::NoValue"},
                        }
                    ],
                }
            },
        },
        "Tagged": {
            "Type": "AWS::Backup::BackupSelection",
            "DependsOn": "Daily",
            "Properties": {
                "BackupPlanId": {"Fn::GetAtt": ["Daily", "BackupPlanId"]},
                "BackupSelection": SELECTION
                | {"IamRoleArn": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/Backup"}},
            },
        },
    },
}


def plans(plan: dict[str, Any], *selections: dict[str, Any], **more: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps([{"BackupPlan": plan, "BackupPlanTags": {}, "BackupSelections": selections, **more}])


def ruled(**rule: Any) -> str:  # noqa: ANN401 - JSON
    return plans(PLAN | {"Rules": [RULE | rule]}, SELECTION)


def selecting(**selection: Any) -> str:  # noqa: ANN401 - JSON
    return plans(PLAN, {"SelectionName": "chosen", "IamRoleArn": ROLE, **selection})


def imported(policyengine: Command, folder: Path, text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of the policy, and what its plans say and it cannot: paths with messages; compiled it is admitted."""
    file = write(folder, {"prod.json": text}) / "prod.json"
    ran = policyengine.json("import", file, "--region", "eu-west-1", "--at", AT)
    assert ran.code == 0, ran.err
    written = ran.json["policies"]["prod"]
    document = policyengine.json("compile", write(folder / "project", {"a.bpol": written})).json["policies"]["prod"]
    admitted = policyengine("validate", write(folder, {"sent.json": json.dumps(document)}) / "sent.json", "--at", AT)
    assert admitted.code == 0, admitted.out
    return written, [(finding["path"], finding["message"]) for finding in ran.json["findings"]]


@pytest.mark.parametrize(
    "content",
    [
        [{"BackupPlan": PLAN, "BackupPlanTags": {}, "BackupSelections": [SELECTION]}],
        [{"BackupPlan": PLAN, "BackupSelections": [SELECTION | {"Conditions": {}, "Resources": None}]}],
        TEMPLATE,
    ],
)
def test_plans_with_their_selections(policyengine: Command, tmp_path: Path, content: object) -> None:
    assert imported(policyengine, tmp_path, json.dumps(content)) == (TEXT, [])


def test_answers_are_joined_by_the_id_of_the_plan(policyengine: Command, tmp_path: Path) -> None:
    folder = write(tmp_path, {"answers/prod.json": json.dumps(ANSWER), "answers/chosen.json": json.dumps(CHOSEN)})
    assert policyengine("import", folder / "answers") == (0, TEXT, "")


def test_a_selection_without_its_plan(policyengine: Command, tmp_path: Path) -> None:
    ran = policyengine("import", write(tmp_path, {"chosen.json": json.dumps(CHOSEN)}) / "chosen.json")
    assert (ran.code, ran.out) == (2, "")
    assert "chosen.json: it selects for plan `a1b2`, which no file holds: give that, too" in ran.err


def test_a_plan_alone(policyengine: Command, tmp_path: Path) -> None:
    written, unsaid = imported(policyengine, tmp_path, json.dumps(PLAN))
    assert (written.count("rule nightly"), unsaid) == (1, [])


def test_the_region_is_asked_for(policyengine: Command, tmp_path: Path) -> None:
    file = write(tmp_path, {"prod.json": plans(PLAN)}) / "prod.json"
    ran = policyengine("import", file)
    assert (ran.code, ran.out) == (2, "")
    assert "prod.json: `daily`: the Region of the plan is not in the file: give it with --region" in ran.err
    ran = policyengine("import", file, "--region", "eu-west-9")
    assert (ran.code, ran.out) == (2, "")
    assert "eu-west-9" in ran.err


def test_every_setting_of_a_plan(policyengine: Command, tmp_path: Path) -> None:
    copy = {
        "DestinationBackupVaultArn": "arn:aws:backup:eu-central-1:111122223333:backup-vault:Far",
        "Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 400},
    }
    rule = RULE | {
        "RuleId": "r",
        "StartWindowMinutes": 60.0,
        "CompletionWindowMinutes": 120,
        "EnableContinuousBackup": True,
        "TargetLogicallyAirGappedBackupVaultArn": "arn:aws:backup:eu-west-1:111122223333:backup-vault:Vault",
        "CopyActions": [copy],
        "RecoveryPointTags": {"env": "prod"},
        "IndexActions": [{"ResourceTypes": ["S3"]}],
        "ScanActions": [{"MalwareScanner": "GUARDDUTY", "ScanMode": "FULL_SCAN"}],
        "ScheduleExpressionTimezone": "Etc/UTC",
    }
    plan = PLAN | {
        "Rules": [rule],
        "AdvancedBackupSettings": [{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}],
        "ScanSettings": [{"MalwareScanner": "GUARDDUTY", "ResourceTypes": ["S3"], "ScannerRoleArn": ROLE}],
    }
    written, unsaid = imported(
        policyengine, tmp_path, plans(plan, BackupPlanTags={"team": "a"}, BackupPlanArn=PLAN_ARN)
    )
    assert unsaid == []
    for line in (
        "start_within = 1 hour",
        "complete_within = 2 hours",
        "continuous = true",
        'air_gapped_vault = "Vault"',
        'copy to vault "Far" in eu-central-1 {',
        "cold_after = 30 days",
        "retain = 400 days",
        'recovery_point_tags { env = "prod" }',
        "index = [S3]",
        "scan = full",
        "advanced { windows_vss = true }",
        'plan_tags { team = "a" }',
        "types = [S3]",
    ):
        assert line in written


VOLUMES, TABLES = "arn:aws:ec2:*:*:volume/*", "arn:aws:dynamodb:*:*:table/*"
CONDITION = {"StringEquals": [{"ConditionKey": "aws:ResourceTag/env", "ConditionValue": "prod"}]}


@pytest.mark.parametrize(
    ("selection", "lines"),
    [
        ({}, ["resource selection chosen {", 'types = ["*"]']),
        ({"Resources": ["*"], "NotResources": [TABLES]}, ['types = ["*"]', "except_types = [DynamoDB]"]),
        ({"Resources": [VOLUMES], "Conditions": CONDITION}, ['where env: "aws:ResourceTag/env" == "prod"']),
        ({"ListOfTags": [TAG, TAG | {"ConditionValue": "x"}]}, ['values = ["daily", "x"]']),
        ({"ListOfTags": [TAG, TAG | {"ConditionKey": "b"}]}, ["tag selection chosen {", "tag selection chosen-2 {"]),
    ],
)
def test_selections(policyengine: Command, tmp_path: Path, selection: dict[str, Any], lines: list[str]) -> None:
    written, unsaid = imported(policyengine, tmp_path, selecting(**selection))
    assert unsaid == []
    for line in lines:
        assert line in written


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (
            ruled(ScheduleExpressionTimezone="Europe/Berlin"),
            "daily/Rules/nightly/ScheduleExpressionTimezone",
            "a policy has no time zone: its schedules are UTC, not `Europe/Berlin`",
        ),
        (
            ruled(Lifecycle={"MoveToColdStorageAfterDays": -1}),
            "daily/Rules/nightly/Lifecycle/MoveToColdStorageAfterDays",
            "a policy takes no `-1`, it says the same without the setting",
        ),
        (
            ruled(Lifecycle={"DeleteAfterDay": 35}),
            "daily/Rules/nightly/Lifecycle/DeleteAfterDay",
            "`DeleteAfterDay` is not a key of AWS Backup here; it is left out",
        ),
        (
            ruled(RecoveryPointTags={"aws:x": "y"}),
            "daily/Rules/nightly/RecoveryPointTags/aws:x",
            "AWS keeps tags that begin with `aws:` for itself; it is left out",
        ),
        (
            ruled(ScanActions=[{"MalwareScanner": "OTHER", "ScanMode": "FULL_SCAN"}]),
            "daily/Rules/nightly/ScanActions/1/MalwareScanner",
            "a policy has no scanner but `GUARDDUTY`; it is left out",
        ),
        (
            selecting(Resources=["arn:aws:s3:::one", VOLUMES]),
            "daily/BackupSelections/1/Resources",
            "it takes `arn:aws:s3:::one`; a policy takes whole types of resources only",
        ),
        (
            selecting(NotResources=["arn:aws:s3:::one"]),
            "daily/BackupSelections/1/NotResources",
            "it excludes `arn:aws:s3:::one`; a policy excludes whole types of resources only",
        ),
        (
            selecting(IamRoleArn="arn:aws:iam::111122223333:role/Backup"),
            "daily/BackupSelections/1/IamRoleArn",
            "a policy takes the role in each account that has the plan, not in `111122223333` alone",
        ),
        (
            selecting(ListOfTags=[TAG], Resources=[VOLUMES]),
            "daily/BackupSelections/1/ListOfTags",
            "a policy's selection has tags or types, not both: it becomes a selection of each kind",
        ),
        (
            selecting(ListOfTags=[TAG], NotResources=[VOLUMES]),
            "daily/BackupSelections/1/NotResources",
            "a policy's choice by tags excludes no types: it takes them, too",
        ),
    ],
)
def test_what_a_policy_cannot_say(policyengine: Command, tmp_path: Path, text: str, path: str, message: str) -> None:
    assert imported(policyengine, tmp_path, text)[1] == [(path, message)]


def test_a_near_key_is_named(policyengine: Command, tmp_path: Path) -> None:
    file = write(tmp_path, {"prod.json": ruled(StartWindowMinute=60)}) / "prod.json"
    assert "did you mean `StartWindowMinutes`?" in policyengine("import", file, "--region", "eu-west-1").err


def test_a_selection_of_single_resources_never_becomes_one_of_all(policyengine: Command, tmp_path: Path) -> None:
    written, unsaid = imported(policyengine, tmp_path, selecting(Resources=["arn:aws:s3:::one"], Conditions=CONDITION))
    assert "selection" not in written
    assert unsaid[-1][1] == "nothing else chooses resources: the whole selection is left out"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (plans(PLAN)[:-20], "prod.json:1:"),
        ('{"BackupPlan": {}, "BackupPlan": {}}', "prod.json:1:1: `BackupPlan` stands twice in one object"),
        ('[{"BackupPlan": {}, "BackupPlan": {}}]', "prod.json:1:1: `BackupPlan` stands twice in one object"),
        (plans(PLAN | {"Rules": []}), "`daily`: the plan has no `Rules`, so the file is incomplete"),
        (plans({"Rules": [RULE]}), "it has no `BackupPlanName`, so the file is incomplete"),
        (
            json.dumps({"BackupSelection": {"SelectionName": "s"}}),
            "the document: it has no `BackupPlanId`, so the file is incomplete",
        ),
        (plans(PLAN | {"Rules": {}}), "`daily/Rules`: expected a list, found an object"),
        (plans(PLAN | {"Rules": [RULE, 7]}), "expected an object, found a number"),
        (plans(PLAN | {"Rules": [RULE, RULE]}), "two rules of plan `daily` are called `nightly`"),
        (ruled(RuleName=["x"]), "expected text or a number, found a list"),
        (ruled(TargetBackupVaultName={"Fn::ImportValue": "v"}), "only CloudFormation knows the value of"),
        (ruled(Lifecycle={"DeleteAfterDays": "many"}), "plans/daily/rules/nightly/lifecycle/delete_after_days"),
        (
            ruled(Lifecycle={"DeleteAfterDays": 0}).replace(": 0", ": 1e2"),
            "plans/daily/rules/nightly/lifecycle/delete_after_days",
        ),
        (ruled(ScheduleExpression="rate(1 day)"), "AWS would refuse this document"),
        (selecting(Resources=[3]), "expected a list of texts, found a number"),
        (selecting(ListOfTags=[{"ConditionType": "StringLike", "ConditionKey": "k"}]), "expected the `ConditionType`"),
        (plans(PLAN, {"IamRoleArn": ROLE}), "it has no `SelectionName`"),
        (json.dumps(TEMPLATE).replace('["Daily", "BackupPlanId"]', "[]"), "refers to no plan of the template"),
        (json.dumps(TEMPLATE).replace('{"Ref": "Vault"}', '{"Ref": "Elsewhere"}'), "only CloudFormation knows"),
        (json.dumps([{"BackupPlan": []}]), "expected an object, found a list"),
        (json.dumps([PLAN]), "expected an object, found a list"),
    ],
)
def test_a_part_of_another_form_stops_the_import(
    policyengine: Command, tmp_path: Path, text: str, message: str
) -> None:
    ran = policyengine(
        "import", write(tmp_path, {"prod.json": text}) / "prod.json", "--region", "eu-west-1", "--at", AT
    )
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_name_from_outside_stands_on_one_line(policyengine: Command, tmp_path: Path) -> None:
    file = write(tmp_path, {"prod.json": ruled(**{"a\n::error::b": 1})}) / "prod.json"
    ran = policyengine("import", file, "--region", "eu-west-1")
    assert ran.code == 0
    assert "\n::error" not in ran.err


IN_YAML = """\
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Main:
    Type: AWS::Backup::BackupVault
    Properties:
      BackupVaultName: Main
  Plan:
    Type: AWS::Backup::BackupPlan
    Properties:
      BackupPlan:
        BackupPlanName: daily
        BackupPlanRule:
          - RuleName: nightly
            TargetBackupVault: !Ref Main
            ScheduleExpression: cron(0 5 ? * * *)
            Lifecycle: {DeleteAfterDays: 35}
  Selection:
    Type: AWS::Backup::BackupSelection
    Properties:
      BackupPlanId: !Ref Plan
      BackupSelection:
        SelectionName: tagged
        IamRoleArn: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/Backup"
        ListOfTags:
          - {ConditionType: STRINGEQUALS, ConditionKey: backup, ConditionValue: "yes"}
"""


def of_template(policyengine: Command, tmp_path: Path, text: str) -> Ran:
    file = tmp_path / "stack.yaml"
    file.write_text(text)
    return policyengine("import", file, "--region", "eu-west-1")


def test_a_template_in_yaml(policyengine: Command, tmp_path: Path) -> None:
    ran = of_template(policyengine, tmp_path, IN_YAML)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("policy stack {\n  plan daily {\n    regions = [eu-west-1]\n")
    for line in (
        'vault = "Main"',
        "schedule = daily at 05:00",
        "retain = 35 days",
        'role = "Backup"',
        'values = ["yes"]',
    ):
        assert f"      {line}\n" in ran.out


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("!Ref Main", "!GetAtt Main.Arn", "only CloudFormation knows the value of `Fn::GetAtt`"),
        ("!Ref Main", "!If [a, !Ref Main, b]", "only CloudFormation knows the value of `Fn::If`"),
        ("!Ref Main", "!!python/object:os.system x", "stack.yaml:14:32: `!!python/object:os.system` is no function of"),
        ("!Ref Main", "*main", "stack.yaml:14:32: "),
        ("daily", "&name daily\n        <<: {a: b}", "stack.yaml:12:9: expected a key, found a merge"),
        (
            "RuleName: nightly",
            "RuleName: a\n            RuleName: b",
            "stack.yaml:14:13: expected a key, found `RuleName`",
        ),
        ("!Ref Main", "[" * 200, "stack.yaml:14:"),
        ("BackupPlan\n", "Other\n", "it selects for plan `Plan`, which no file holds"),
    ],
)
def test_what_a_template_in_yaml_may_not_say(
    policyengine: Command, tmp_path: Path, before: str, after: str, message: str
) -> None:
    ran = of_template(policyengine, tmp_path, IN_YAML.replace(before, after, 1))
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "internal error" not in ran.err

"""Every control by a compliant, a non-compliant and an undecidable case (facts 5)."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any, TypeAlias

import pytest
from analysis.controls.controls_by_hand import ABROAD, AT, DENIES, SHOP, SHORT, framework, result_of, volume

from policyengine.analysis.controls import Compliance
from policyengine.aws.facts.audit_controls import ControlQuestion, audit_controls
from policyengine.aws.resources import Resource

YES, NO, OPEN = Compliance.COMPLIANT, Compliance.NON_COMPLIANT, Compliance.INSUFFICIENT_DATA

PROTECTED = "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN"
PLAN = "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK"
RETENTION = "BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK"
ENCRYPTED = "BACKUP_RECOVERY_POINT_ENCRYPTED"
DELETION = "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED"
REGION = "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION"
ACCOUNT = "BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT"
LOCK = "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK"
LAST = "BACKUP_LAST_RECOVERY_POINT_CREATED"
RESTORE = "RESTORE_TIME_FOR_RESOURCES_MEET_TARGET"
AIR_GAP = "RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT"

ONE = volume()
NOBODY_KNOWS = volume(tags=None)
UNTAGGED = volume(tags={})


def rule(more: str = "", *, schedule: str = "daily at 05:00", keep: str = "35 days") -> str:
    return f'rule nightly {{ schedule = {schedule}  vault = "Main"  retain = {keep}\n{more} }}'


AWAY = rule('copy to vault "Main" in eu-west-1 account "111111111111"')
STRANDED = rule('copy to "arn:aws-us-gov:backup:us-gov-west-1:111111111111:backup-vault:Main"')
OUTSIDE = rule('copy to vault "Main" in eu-central-1 account "333333333333"')
AIR_GAPPED = rule('start_within = 8 hours\ncomplete_within = 1 hours\nair_gapped_vault = "Vault"')


def vault(name: str = "Main", more: str = "") -> str:
    return f'vaults:\n  - {{name: {name}, accounts: ["222222222222"], regions: [eu-west-1]{", " + more if more else ""}}}\n'


BOTH = vault() + '  - {name: Vault, accounts: "*", regions: [eu-west-1], type: logically_air_gapped}\n'

UNREAD = "its policy is invalid, and nobody knows the document that AWS keeps"

Case: TypeAlias = tuple[str, Compliance, dict[str, str], tuple[Resource, ...], dict[str, Any], str]
CASES: list[Case] = [
    (PROTECTED, YES, {}, (ONE,), {}, "in plan `daily`"),
    (PROTECTED, NO, {}, (UNTAGGED,), {}, "in no plan: no-tag"),
    (PROTECTED, OPEN, {}, (NOBODY_KNOWS,), {}, "in a plan or in none: tags-unknown"),
    (PLAN, YES, {}, (), {}, "rule `nightly` runs every 24 h and keeps 35 days"),
    (
        PLAN,
        NO,
        {},
        (),
        {"rules": rule(schedule="weekly on sunday at 05:00", keep="400 days")},
        "no rule has a run every 24 h kept 35 days: the most frequent runs every 7 days",
    ),
    (
        PLAN,
        NO,
        {"requiredRetentionDays": "36"},
        (),
        {},
        "no rule has a run every 24 h kept 36 days: those that run often enough keep 35 days",
    ),
    (PLAN, OPEN, {}, (), {"rules": ""}, UNREAD),
    (RETENTION, YES, {}, (), {}, "points are kept 35 days"),
    (RETENTION, NO, {"requiredRetentionDays": "90"}, (), {}, "points are kept 35 days, required 90 days"),
    (RETENTION, OPEN, {}, (), {"rules": ""}, UNREAD),
    (ENCRYPTED, YES, {}, (volume(encrypted=True),), {}, "its points are encrypted, as it is"),
    (ENCRYPTED, NO, {}, (volume(encrypted=False),), {}, "its points are not encrypted, as it is not"),
    (ENCRYPTED, OPEN, {}, (ONE,), {}, "its points are as encrypted as it is, and nobody looked up whether it is"),
    (
        DELETION,
        YES,
        {},
        (),
        {"vaults": vault(more=f"policy: {DENIES}")},
        "its access policy denies everybody to delete points",
    ),
    (DELETION, NO, {}, (), {"vaults": vault(more="policy: none")}, "it has no access policy"),
    (DELETION, OPEN, {}, (), {"vaults": vault()}, "nobody looked up its access policy"),
    (REGION, YES, {}, (ONE,), {"rules": ABROAD}, "rule `nightly` copies to eu-central-1"),
    (REGION, NO, {}, (ONE,), {}, "rule `nightly` has no copy to another Region"),
    (REGION, NO, {}, (ONE,), {"rules": STRANDED}, "rule `nightly` has no copy to another Region"),
    (REGION, OPEN, {}, (NOBODY_KNOWS,), {"rules": ABROAD}, "in a plan or in none: tags-unknown"),
    (
        REGION,
        OPEN,
        {"crossRegionList": "eu-central-1,eu-north-1"},
        (ONE,),
        {"rules": ABROAD},
        "rule `nightly` copies to eu-central-1, not to eu-north-1",
    ),
    (ACCOUNT, YES, {}, (ONE,), {"rules": AWAY}, "rule `nightly` copies to 111111111111"),
    (ACCOUNT, NO, {"crossAccountList": "999999999999"}, (ONE,), {}, "rule `nightly` has no copy to 999999999999"),
    (
        ACCOUNT,
        NO,
        {},
        (ONE,),
        {"rules": OUTSIDE},
        "rule `nightly` has no copy to another account within the organization",
    ),
    (
        REGION,
        NO,
        {},
        (ONE,),
        {"rules": OUTSIDE},
        "rule `nightly` has no copy to another Region within the organization",
    ),
    (ACCOUNT, NO, {}, (ONE,), {"rules": STRANDED}, "rule `nightly` has no copy to another account"),
    (ACCOUNT, OPEN, {}, (NOBODY_KNOWS,), {"rules": AWAY}, "in a plan or in none: tags-unknown"),
    (LOCK, YES, {}, (ONE,), {"vaults": vault(more="lock: {mode: governance}")}, "vault `Main` is locked (governance)"),
    (LOCK, NO, {}, (ONE,), {"vaults": vault(more="lock: none")}, "vault `Main` is not locked"),
    (
        LOCK,
        NO,
        {"minRetentionDays": "30"},
        (ONE,),
        {"vaults": vault(more="lock: {mode: governance, min_retention_days: 7}")},
        "the minimum of the lock of vault `Main` is 7 days, required 30 days",
    ),
    (LOCK, OPEN, {}, (ONE,), {"vaults": vault()}, "nobody looked whether vault `Main` is locked"),
    (
        LAST,
        YES,
        {"recoveryPointAgeValue": "2"},
        (ONE,),
        {"rules": SHORT},
        "newest point at most 33 h old, allowed 48 h",
    ),
    (
        LAST,
        NO,
        {},
        (ONE,),
        {"rules": rule(schedule="weekly on sunday at 05:00")},
        "newest point at most 15 days old, allowed 24 h",
    ),
    (LAST, OPEN, {}, (ONE,), {"rules": SHORT}, "newest point at most 33 h old, allowed 24 h"),
    (LAST, NO, {}, (ONE,), {"newest": {ONE.arn: AT - timedelta(days=3)}}, "newest point 72 h old, allowed 24 h"),
    (LAST, YES, {}, (ONE,), {"newest": {ONE.arn: AT - timedelta(hours=1)}}, "newest point 1 h old, allowed 24 h"),
    (LAST, YES, {}, (ONE,), {"newest": {ONE.arn: AT}}, "newest point 0 min old, allowed 24 h"),
    (
        LAST,
        OPEN,
        {},
        (ONE,),
        {"newest": {ONE.arn: AT + timedelta(minutes=1)}},
        "the newest point that is listed is later than the moment judged: how old the one before was, nobody says",
    ),
    (
        RESTORE,
        YES,
        {"maxRestoreTime": "60"},
        (volume(facts={"restore_minutes": 45}),),
        {},
        "the last restore took 45 min, allowed 1 h",
    ),
    (
        RESTORE,
        NO,
        {"maxRestoreTime": "30"},
        (volume(facts={"restore_minutes": "45"}),),
        {},
        "the last restore took 45 min, allowed 30 min",
    ),
    (
        RESTORE,
        OPEN,
        {"maxRestoreTime": "30"},
        (ONE,),
        {},
        "only a restore shows how long it takes: the inventory has no `restore_minutes`",
    ),
    (
        AIR_GAP,
        YES,
        {"recoveryPointAgeValue": "7"},
        (volume(encrypted=False),),
        {"rules": AIR_GAPPED, "vaults": BOTH},
        "newest point at most 33 h old, allowed 7 days",
    ),
    (AIR_GAP, NO, {}, (ONE,), {"vaults": BOTH}, "rule `nightly` reaches no air-gapped vault"),
    (
        AIR_GAP,
        NO,
        {"recoveryPointAgeValue": "7"},
        (volume(kms="arn:aws:kms:eu-west-1:222222222222:alias/aws/ebs"),),
        {"rules": AIR_GAPPED, "vaults": BOTH},
        "it is encrypted with a key that AWS manages, so its points stay in the ordinary vault",
    ),
    (
        AIR_GAP,
        OPEN,
        {"recoveryPointAgeValue": "7"},
        (ONE,),
        {"rules": AIR_GAPPED, "vaults": BOTH},
        "nobody looked up its key: with one that AWS manages points stay in the ordinary vault",
    ),
]


@pytest.mark.parametrize(
    "case",
    CASES,
    ids=[f"{case[0]}-{case[1]}-{number}" for number, case in enumerate(CASES)],
)
def test_a_control_by_a_case(case: Case) -> None:
    name, expected, parameters, resources, more, annotation = case
    result = result_of(framework(name, **parameters), *resources, **more)
    assert [(row.compliance, row.annotation) for row in result.rows] == [(expected, annotation)]
    assert result.compliance is expected


def test_cases_show_every_control_of_audit_manager() -> None:
    named = {control.name for control in audit_controls().values() if control.control}
    assert {case[:2] for case in CASES} == set(product(named, (YES, NO, OPEN)))
    assert len(named) == 11


ARNS = {
    "Aurora": "rds:eu-west-1:222222222222:cluster:c",
    "DynamoDB": "dynamodb:eu-west-1:222222222222:table/t",
    "EBS": "ec2:eu-west-1:222222222222:volume/vol-1",
    "EC2": "ec2:eu-west-1:222222222222:instance/i-1",
    "EFS": "elasticfilesystem:eu-west-1:222222222222:file-system/fs-1",
    "FSx": "fsx:eu-west-1:222222222222:file-system/fs-1",
    "FSxVolume": "fsx:eu-west-1:222222222222:volume/fs-1/fsvol-1",
    "RDS": "rds:eu-west-1:222222222222:db:d",
    "S3": "s3:::logs",
    "StorageGateway": "storagegateway:eu-west-1:222222222222:gateway/sgw-1/volume/vol-1",
    "VirtualMachine": "backup-gateway:eu-west-1:222222222222:vm/vm-1",
}
RULES = [control for control in audit_controls().values() if control.control is None]
OF_RULES = [(control.name, kind, control.question) for control in RULES for kind in control.types]
Shown: TypeAlias = dict[Compliance, tuple[dict[str, Any], dict[str, Any]]]
IN_NO_PLAN: dict[str, Any] = {"tags": {}}
PERHAPS: dict[str, Any] = {"tags": None}
SHOWN: dict[ControlQuestion, Shown] = {
    ControlQuestion.PROTECTED: {YES: ({}, {}), NO: (IN_NO_PLAN, {}), OPEN: (PERHAPS, {})},
    ControlQuestion.LAST_POINT: {
        YES: ({}, {"newest": AT - timedelta(hours=24)}),
        NO: ({}, {"newest": AT - timedelta(hours=25)}),
        OPEN: (PERHAPS, {}),
    },
    ControlQuestion.RESTORE_TIME: {
        YES: ({"facts": {"restore_minutes": 60}}, {}),
        NO: ({"facts": {"restore_minutes": 61}}, {}),
        OPEN: ({}, {}),
    },
    ControlQuestion.AIR_GAPPED: {
        YES: ({}, {"rules": AIR_GAPPED, "vaults": BOTH}),
        NO: ({}, {"vaults": BOTH}),
        OPEN: ({}, {"rules": AIR_GAPPED}),
    },
}
"""What resources have beside the plan's tag, and what is known around them; for rules of one type."""
PARAMETERS = {
    ControlQuestion.RESTORE_TIME: {"maxRestoreTime": "60"},
    ControlQuestion.AIR_GAPPED: {"recoveryPointAgeValue": "7"},
}


@pytest.mark.parametrize(("name", "kind", "question"), OF_RULES, ids=[f"{name}-{kind}" for name, kind, _ in OF_RULES])
def test_a_rule_of_aws_config_by_three_cases(name: str, kind: str, question: ControlQuestion) -> None:
    usual: dict[str, Any] = {
        "tags": {"backup": "daily"},
        "state": "running" if kind == "EC2" else "available",
        "encrypted": False,
    }
    asked, arn = framework(name, **PARAMETERS.get(question, {})), f"arn:aws:{ARNS[kind]}"
    for expected, (facts, known) in SHOWN[question].items():
        more = known | ({"newest": {arn: known["newest"]}} if "newest" in known else {})
        result = result_of(asked, Resource(arn, SHOP, "eu-west-1", kind, **(usual | facts)), **more)
        assert [row.compliance for row in result.rows] == [expected], result


def test_every_rule_of_aws_config_is_shown() -> None:
    assert len(RULES) == 39
    assert {question for _, _, question in OF_RULES} == set(SHOWN)
    assert all(set(shown) == {YES, NO, OPEN} for shown in SHOWN.values())
    assert all(control.types for control in RULES)

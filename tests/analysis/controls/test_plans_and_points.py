"""Controls of plans, points and vaults: scopes, unknown documents, and what is decided without an inventory."""

from __future__ import annotations

import pytest
from analysis.controls.controls_by_hand import AT, NIGHTLY, SHOP, TREE, framework, result_of, volume
from support.evaluation import evaluated

from policyengine.analysis.controls import Compliance, evaluate_controls, read_framework
from policyengine.analysis.coverage import InventoryCoverage, local_plans
from policyengine.aws.documents import Json
from policyengine.aws.resources import ResourceInventory
from policyengine.base.errors import UnreadableError
from policyengine.base.source import Source
from policyengine.engine import evaluate

PLAN = "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK"
RETENTION = "BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK"
ENCRYPTED = "BACKUP_RECOVERY_POINT_ENCRYPTED"
DELETION = "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED"
PROTECTED = "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN"
LAST = "BACKUP_LAST_RECOVERY_POINT_CREATED"

TAGGED = """\
rule nightly {
  schedule = daily at 05:00
  vault = "Main"
  retain = 35 days
  recovery_point_tags { env = "prod" }
  copy to vault "Far" in eu-central-1 { retain = 400 days }
}
"""


def places(name: str, scope: Json = None, rules: str = TAGGED) -> list[tuple[str, Compliance]]:
    """What a control evaluates of a plan, without an inventory."""
    return [(row.subject, row.compliance) for row in result_of(framework(name, scope), rules=rules).rows]


def test_copies_have_a_retention_of_their_own() -> None:
    assert [place for place, _ in places(RETENTION)] == [
        "plans/daily/rules/nightly",
        "plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-central-1:$account:backup-vault:far",
    ]


@pytest.mark.parametrize(
    ("name", "scope", "number"),
    [
        (PLAN, {"ComplianceResourceIds": ["daily"]}, 1),
        (PLAN, {"ComplianceResourceIds": ["weekly"]}, 0),
        (PLAN, {"ComplianceResourceTypes": ["AWS::Backup::BackupPlan"]}, 1),
        (PLAN, {"ComplianceResourceTypes": ["AWS::Backup::BackupVault"]}, 0),
        (PLAN, {"Tags": {"owner": "web"}}, 0),
        (RETENTION, {"ComplianceResourceIds": ["plans/daily/rules/nightly"]}, 1),
        (RETENTION, {"Tags": {"env": "prod"}}, 2),
        (RETENTION, {"Tags": {"env": ""}}, 2),
        (RETENTION, {"Tags": {"env": "test"}}, 0),
        (RETENTION, {"ComplianceResourceTypes": ["AWS::Backup::BackupPlan"]}, 0),
        (ENCRYPTED, {"Tags": {"env": "prod"}}, 1),
        (ENCRYPTED, {"ComplianceResourceTypes": ["AWS::Backup::BackupPlan"]}, 0),
    ],
)
def test_scopes_of_plans_and_points(name: str, scope: Json, number: int) -> None:
    assert len(places(name, scope)) == number


def test_what_nobody_lists_is_not_compliant() -> None:
    assert result_of(framework(DELETION)).compliance is Compliance.INSUFFICIENT_DATA
    assert result_of(framework(DELETION), vaults="vaults: []\n").compliance is Compliance.NOT_APPLICABLE
    somewhere = result_of(framework(DELETION), vaults="vaults: [{name: Main, policy: none}]\n")
    assert [(row.account, row.region) for row in somewhere.rows] == [(None, None)]
    tagged = result_of(framework(DELETION, {"Tags": {"a": "b"}}), vaults="vaults: [{name: Main, policy: none}]\n")
    assert tagged.compliance is Compliance.INSUFFICIENT_DATA


def test_points_of_types_that_aws_backup_manages_are_encrypted() -> None:
    policies = f"""\
policy baseline {{
  plan daily {{
    regions = [eu-west-1]
    {NIGHTLY}
    resource selection buckets {{ role = "Backup"  types = [S3, EFS] }}
  }}
}}
attach baseline to account "{SHOP}"
"""
    run = evaluated(policies, TREE)
    assert run.deployment
    assert run.organization
    demands = read_framework(framework(ENCRYPTED), "f.json")
    (result,) = evaluate_controls(demands, run.organization, run.deployment, None, at=AT)
    assert result.compliance is Compliance.COMPLIANT


def test_nobody_knows_the_document_that_aws_keeps() -> None:
    run = evaluated(
        f'policy broken {{ plan daily {{ regions = [eu-west-1] }} }}\nattach broken to account "{SHOP}"\n', TREE
    )
    assert run.deployment
    assert run.organization
    for name in (PLAN, RETENTION, ENCRYPTED):
        demands = read_framework(framework(name), "f.json")
        (result,) = evaluate_controls(demands, run.organization, run.deployment, None, at=AT)
        assert [(row.account, row.compliance) for row in result.rows] == [(SHOP, Compliance.INSUFFICIENT_DATA)]


def test_what_rests_on_the_rules_of_a_local_plan_is_undecided() -> None:
    tree = f"""{TREE}local_plans:
  - name: own
    accounts: ["{SHOP}"]
    regions: [eu-west-1]
    content: {{BackupPlan: {{}}}}
    selections: [{{BackupSelection: {{SelectionName: all, Resources: ["arn:aws:ec2:*:*:volume/*"]}}}}]
"""
    run = evaluate([], Source("organization.yaml", tree), at=AT)
    assert run.deployment
    assert run.organization
    inventory = ResourceInventory((volume(),))
    coverage = InventoryCoverage(inventory, run.deployment, local_plans=local_plans(run.organization))
    answers = {
        name: evaluate_controls(
            read_framework(framework(name), "f.json"), run.organization, run.deployment, coverage, at=AT
        )[0].compliance
        for name in (PROTECTED, LAST)
    }
    assert answers == {PROTECTED: Compliance.COMPLIANT, LAST: Compliance.INSUFFICIENT_DATA}


@pytest.mark.parametrize(
    ("name", "parameter", "value", "expected"),
    [
        (DELETION, "principalArnList", "a,b,c,d,e,f", "expected 1 to 5 names with commas between"),
        ("BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION", "crossRegionList", "Ireland", "expected Regions"),
        ("BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT", "crossAccountList", "1", "expected 1 to 5 account ids"),
        (
            "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK",
            "minRetentionDays",
            "40000",
            "expected at most 36,500 days",
        ),
        ("EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN", "backupVaultLockCheck", "yes", "expected `True` or `False`"),
        ("EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN", "resourceTags", "{", "expected one tag as JSON"),
    ],
)
def test_parameters_are_read_as_aws_takes_them(name: str, parameter: str, value: str, expected: str) -> None:
    with pytest.raises(UnreadableError, match=expected):
        read_framework(framework(name, **{parameter: value}), "f.json")


@pytest.mark.parametrize(
    "control",
    [
        7,
        {"ControlName": 7},
        {"ControlName": PROTECTED, "ControlInputParameters": {}},
        {"ControlName": LAST, "ControlInputParameters": [{}]},
        {"ControlName": PROTECTED, "ControlScope": []},
        {"ControlName": PROTECTED, "ControlScope": 7},
        {"ControlName": PROTECTED, "ControlScope": {"ComplianceResourceIds": [7]}},
        {"ControlName": PROTECTED, "ControlScope": {"Tags": {"a": 7}}},
    ],
)
def test_what_has_another_form_is_a_fault_or_says_nothing(control: Json) -> None:
    try:
        read = read_framework({"FrameworkControls": [control]}, "f.json")
    except UnreadableError as fault:
        assert str(fault).startswith("f.json: FrameworkControls[0]: ")  # noqa: PT017 - or it is read
    else:
        assert [demand.scope.ids for demand in read] == [None]

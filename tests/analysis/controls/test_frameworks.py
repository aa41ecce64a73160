"""Frameworks: what is refused, with the nearest name, and what scopes leave out."""

from __future__ import annotations

import pytest
from analysis.controls.controls_by_hand import ABROAD, AT, SHOP, framework, result_of, volume

from policyengine.analysis.controls import Compliance, every_control, read_framework
from policyengine.aws.documents import Json
from policyengine.base.errors import UnreadableError

PROTECTED = "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN"
TYPES = "ControlScope: ComplianceResourceTypes"
LAST = "BACKUP_LAST_RECOVERY_POINT_CREATED"


WANTED = (
    "expected a framework, as `aws backup describe-framework --framework-name NAME` prints it,"
    " with a list of `FrameworkControls`"
)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, f"{WANTED}; found an empty object"),
        ([], f"{WANTED}; found an empty list"),
        ({"FrameworkControls": 5}, f"{WANTED}; found `FrameworkControls` with `5`"),
        ({"FrameworkControls": [1]}, "FrameworkControls[0]: expected an object with a `ControlName`, found `1`"),
        ({"FrameworkControls": []}, "the framework has no control, so that nothing can be judged; add one"),
        (
            framework(PROTECTED + "S"),
            f"FrameworkControls[0]: there is no control `{PROTECTED}S`; did you mean `{PROTECTED}`?",
        ),
        (framework("X"), "FrameworkControls[0]: there is no control `X`; `policyengine controls` lists them"),
        (
            framework(LAST, recoveryPointAgeValu="1"),
            f"FrameworkControls[0]: {LAST} has no parameter `recoveryPointAgeValu`; did you mean `recoveryPointAgeValue`?",
        ),
        (framework(PROTECTED, days="1"), f"FrameworkControls[0]: {PROTECTED} has no parameter `days`; it takes none"),
        (
            framework(LAST, recoveryPointAgeValue="-1"),
            f"FrameworkControls[0]: {LAST}: recoveryPointAgeValue: expected a whole number of 1 or more, found `-1`",
        ),
        (
            framework(
                "RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT", recoveryPointAgeValue="5", recoveryPointAgeUnit="hours"
            ),
            "FrameworkControls[0]: RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT: recoveryPointAgeValue: expected at least 24 hours, found `5`",
        ),
        (
            framework(LAST, recoveryPointAgeValue="32"),
            f"FrameworkControls[0]: {LAST}: recoveryPointAgeValue: expected at most 31 days, found `32`",
        ),
        (
            framework(LAST, recoveryPointAgeUnit="weeks"),
            f"FrameworkControls[0]: {LAST}: recoveryPointAgeUnit: expected `hours` or `days`, found `weeks`",
        ),
        (
            framework(PROTECTED, {"ComplianceResourceTypes": ["Auroar"]}),
            f"FrameworkControls[0]: {TYPES}: there is no resource type `Auroar`; did you mean `Aurora`?",
        ),
        (
            framework(PROTECTED, {"Tags": {"a": "b", "c": "d"}}),
            "FrameworkControls[0]: ControlScope: Tags: expected one key with its value: AWS takes a single tag",
        ),
        (
            framework(PROTECTED, {"ComplianceResourceIds": [f"vol-{n}" for n in range(101)]}),
            "FrameworkControls[0]: ControlScope: ComplianceResourceIds: expected at most 100, found 101",
        ),
    ],
)
def test_what_is_wrong_with_a_framework_is_said(asked: Json, message: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_framework(asked, "f.json")
    assert str(caught.value) == f"f.json: {message}"


def test_a_parameter_that_is_given_twice_is_refused() -> None:
    given: list[Json] = [{"ParameterName": "recoveryPointAgeValue", "ParameterValue": age} for age in ("1", "31")]
    asked: Json = {"FrameworkControls": [{"ControlName": LAST, "ControlInputParameters": given}]}
    with pytest.raises(UnreadableError, match="recoveryPointAgeValue is given twice; leave out one of them"):
        read_framework(asked, "f.json")


def test_all_faults_are_said_at_once() -> None:
    asked: Json = {"FrameworkControls": [{"ControlName": "X"}, {"ControlName": "Y"}, {"ControlName": PROTECTED}]}
    with pytest.raises(UnreadableError) as caught:
        read_framework(asked, "f.json")
    assert len(str(caught.value).splitlines()) == 2


def test_without_a_framework_every_control_has_its_defaults() -> None:
    demands = every_control()
    assert sum(demand.control.control is not None for demand in demands) == 11
    assert len({demand.control.name for demand in demands}) == len(demands) == 50


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        ({}, ["vol-1", "vol-2", "vol-3"]),
        ({"ComplianceResourceIds": ["vol-2"]}, ["vol-2"]),
        ({"ComplianceResourceIds": [f"arn:aws:ec2:eu-west-1:{SHOP}:volume/vol-1"]}, ["vol-1"]),
        ({"ComplianceResourceTypes": ["RDS"]}, []),
        ({"ComplianceResourceTypes": ["AWS::EC2::Volume"]}, ["vol-1", "vol-2", "vol-3"]),
        ({"Tags": {"backup": "daily"}}, ["vol-1", "vol-3"]),
        ({"Tags": {"backup": ""}}, ["vol-1", "vol-2", "vol-3"]),
        ({"Tags": {"Backup": "daily"}}, ["vol-3"]),
    ],
)
def test_a_scope_leaves_out_what_it_does_not_name(scope: Json, ids: list[str]) -> None:
    resources = volume("vol-1"), volume("vol-2", tags={"backup": "weekly"}), volume("vol-3", tags=None)
    result = result_of(framework(PROTECTED, scope), *resources)
    assert [row.subject.rpartition("/")[2] for row in result.rows] == ids


def test_a_resource_without_known_tags_may_be_in_a_scope() -> None:
    (row,) = result_of(framework(PROTECTED, {"Tags": {"backup": "daily"}}), volume(tags=None)).rows
    assert (row.compliance, row.annotation) == (
        Compliance.INSUFFICIENT_DATA,
        "nobody looked whether it has the tag of the scope",
    )


def test_what_no_inventory_can_list_is_not_met() -> None:
    asked = framework("FSX_RESOURCES_PROTECTED_BY_BACKUP_PLAN")
    unseen = result_of(asked, unlisted=("FSx", "FSxVolume"))
    assert (unseen.compliance, unseen.basis) == (
        Compliance.INSUFFICIENT_DATA,
        "the inventory cannot list FSx, FSxVolume",
    )
    assert result_of(asked, volume()).compliance is Compliance.NOT_APPLICABLE
    assert result_of(asked).compliance is Compliance.INSUFFICIENT_DATA
    every = framework("BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN")
    assert result_of(every, volume(), unlisted=("FSx", "DSQL")).basis == "plans and inventory; it cannot list FSx"
    some = framework("BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN", {"ComplianceResourceTypes": ["EBS"]})
    assert result_of(some, volume(), unlisted=("FSx",)).basis == "plans and inventory"


def test_a_rule_of_config_asks_for_plan_copies_and_lock_at_once() -> None:
    name = "EBS_RESOURCES_PROTECTED_BY_BACKUP_PLAN"
    locked = f'vaults: [{{name: Main, accounts: ["{SHOP}"], regions: [eu-west-1], lock: {{mode: governance}}}}]\n'
    asked = framework(name, crossRegionList="eu-central-1", backupVaultLockCheck="True")
    assert result_of(asked, volume(), rules=ABROAD, vaults=locked).compliance is Compliance.COMPLIANT
    assert result_of(asked, volume(), vaults=locked).compliance is Compliance.NON_COMPLIANT
    assert result_of(asked, volume(), rules=ABROAD).compliance is Compliance.INSUFFICIENT_DATA
    tagged = framework(name, resourceTags='{"team": "web"}')
    assert result_of(tagged, volume()).rows == ()


def test_stopped_instances_are_not_evaluated() -> None:
    stopped = volume(type="EC2", state="stopped")
    assert result_of(framework(PROTECTED), stopped).compliance is Compliance.NOT_APPLICABLE
    assert AT.year == 2026

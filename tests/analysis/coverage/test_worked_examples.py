"""Selections as AWS's guide works them out (facts 3.4, 3.5, 3.7, 3.8, 3.13, 3.18), in the JSON of AWS Backup."""

from typing import Any

import pytest
from analysis.coverage.inventories_by_hand import resource

from policyengine.analysis.coverage import AccountPlans, CoverageReason, judge_alone, local_plan
from policyengine.aws.deployment import OptIn

PROD = {"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/env", "ConditionValue": "prod"}]}}
LIKE_PROD = {"Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/env", "ConditionValue": "prod*"}]}}
ANY_ENV = {"Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/env", "ConditionValue": "*"}]}}
NOT_TEST = {"Conditions": {"StringNotLike": [{"ConditionKey": "aws:ResourceTag/env", "ConditionValue": "test*"}]}}
TAGS = {
    "ListOfTags": [
        {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"},
        {"ConditionType": "STRINGEQUALS", "ConditionKey": "tier", "ConditionValue": "gold"},
    ]
}
VOLUMES = {"Resources": ["arn:aws:ec2:*:*:volume/*"]}
NO_BUCKETS = {"Resources": ["*"], "NotResources": ["arn:aws:s3:::*"]}
ONE = {"Resources": ["arn:aws:ec2:eu-west-1:111111111111:volume/one"]}
BY_NAME = {"Resources": ["arn:aws:ec2:*:*:volume/pay-*"]}
OPT_IN = OptIn({region: ["EBS", "EFS", "S3", "DynamoDB"] for region in ("eu-west-1", "us-east-1")})
ALL_THREE = {**VOLUMES, **TAGS, **PROD, "NotResources": ["arn:aws:dynamodb:*:*:table/*"]}


@pytest.mark.parametrize(
    ("selection", "kind", "tags", "expected"),
    [
        ({}, "EBS", {}, True),  # 3.5: nothing is specified, everything is taken
        ({"Resources": ["*"]}, "EFS", {}, True),
        (VOLUMES, "EBS", {}, True),
        (VOLUMES, "EFS", {}, False),
        (NO_BUCKETS, "S3", {}, False),
        (NO_BUCKETS, "EBS", {}, True),
        (TAGS, "EBS", {"backup": "daily"}, True),  # 3.1: one of the tags is enough
        (TAGS, "EFS", {"tier": "gold"}, True),
        (TAGS, "EBS", {"backup": "gold"}, False),
        (TAGS, "EBS", {"backup": "Daily"}, False),  # 3.6
        ({**VOLUMES, **TAGS}, "EBS", {}, True),  # 3.13: tags widen it
        ({**VOLUMES, **TAGS}, "EFS", {"backup": "daily"}, True),
        ({**VOLUMES, **TAGS}, "EFS", {}, False),
        ({**VOLUMES, **PROD}, "EBS", {"env": "prod"}, True),  # conditions narrow it
        ({**VOLUMES, **PROD}, "EBS", {"env": "test"}, False),
        ({**VOLUMES, **PROD}, "EBS", {}, False),
        ({**VOLUMES, **PROD}, "EFS", {"env": "prod"}, False),
        (ALL_THREE, "EBS", {"env": "prod"}, True),  # 3.4
        (ALL_THREE, "EFS", {"env": "prod", "tier": "gold"}, True),
        (ALL_THREE, "EFS", {"env": "test", "tier": "gold"}, False),
        (ALL_THREE, "DynamoDB", {"env": "prod", "tier": "gold"}, False),
        ({**VOLUMES, **LIKE_PROD}, "EBS", {"env": "prod"}, True),
        ({**VOLUMES, **LIKE_PROD}, "EBS", {"env": "production"}, True),
        ({**VOLUMES, **LIKE_PROD}, "EBS", {"env": "prod server"}, False),  # 3.7
        ({**VOLUMES, **LIKE_PROD}, "EBS", {"env": "Prod"}, False),
        ({**VOLUMES, **ANY_ENV}, "EBS", {"env": "prod server"}, True),  # 3.8
        ({**VOLUMES, **ANY_ENV}, "EBS", {"env": ""}, True),
        ({**VOLUMES, **ANY_ENV}, "EBS", {}, False),
        ({**VOLUMES, **NOT_TEST}, "EBS", {"env": "prod"}, True),
        ({**VOLUMES, **NOT_TEST}, "EBS", {"env": "testing"}, False),
        ({**VOLUMES, **NOT_TEST}, "EBS", {}, None),  # 3.9: nobody knows
        ({"Resources": ["arn:aws:rds:*:*:db:*"]}, "RDS", {}, True),  # 3.18
        ({"Resources": ["arn:aws:rds:*:*:db:*"]}, "Aurora", {}, False),
        ({"Resources": ["arn:aws:rds:*:*:cluster:*"]}, "Aurora", {}, False),  # 2.3.3: its opt-in always counts
        (ONE, "EBS", {}, True),
        (ONE, "EFS", {}, False),
        (BY_NAME, "EBS", {}, False),
    ],
)
def test_a_selection_of_aws_backup(
    selection: dict[str, Any], kind: str, tags: dict[str, str], expected: object
) -> None:
    answer: dict[str, Any] = {"BackupSelection": {"SelectionName": "s", **selection}}
    plan = local_plan("own", ["eu-west-1"], [answer], OPT_IN)
    account = AccountPlans((), (plan,), CoverageReason.NO_PLAN_FOR_ACCOUNT)
    assert judge_alone(resource(kind, tags, state="available"), account).protected is expected


def test_a_plan_of_an_account_counts_in_its_region_alone() -> None:
    account = AccountPlans((), (local_plan("own", ["us-east-1"], [{}], OPT_IN),), CoverageReason.NO_PLAN_FOR_ACCOUNT)
    assert judge_alone(resource(), account).reason is CoverageReason.NO_PLAN_FOR_ACCOUNT
    assert judge_alone(resource(region="us-east-1"), account).protected


def test_a_condition_that_nobody_knows_protects_nothing() -> None:
    odd: dict[str, Any] = {
        "Conditions": {"NumericEquals": [{"ConditionKey": "aws:ResourceTag/env", "ConditionValue": "1"}]}
    }
    account = AccountPlans((), (local_plan("own", ["eu-west-1"], [odd], OPT_IN),), CoverageReason.NO_PLAN_FOR_ACCOUNT)
    assert judge_alone(resource(tags={"env": "1"}), account).protected is False

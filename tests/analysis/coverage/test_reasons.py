"""Every reason why a resource is not protected, each with a resource that a person can read (coverage.md#reasons)."""

import json

import pytest
from analysis.coverage.inventories_by_hand import ACCOUNT, TREE, judged, resource

from policyengine.analysis.coverage import CoverageReason
from policyengine.aws.resources import Resource

BESIDE_ALL = 'resource selection all { role = "Backup"  types = [Timestream, "*"] }'
CONDITION = """\
resource selection volumes {
  role = "Backup"  types = [EBS]  except_types = [RDS]
  where prod: "aws:ResourceTag/env" == "prod"
}
"""
EVERYTHING_BUT = 'resource selection all { role = "Backup"  types = ["*"]  except_types = [EFS] }'
DATABASES = 'resource selection databases { role = "Backup"  types = [RDS] }'
NEGATED = """\
resource selection volumes { role = "Backup"  types = [EBS]  where prod: "aws:ResourceTag/env" != "test" }
"""
OPEN = 'resource selection open { role = "Backup"  where prod: "aws:ResourceTag/env" == "prod" }'
TAGGED = 'tag selection tagged { role = "Backup"  key = "backup"  values = ["daily", "weekly"] }'
NO_SELECTION = ""  # AWS takes no such plan

DAILY = {"backup": "daily"}
CASES: list[tuple[CoverageReason, str, Resource]] = [
    (CoverageReason.NO_PLAN_FOR_ACCOUNT, TAGGED, resource(tags=DAILY, account="222222222222")),
    (CoverageReason.NO_PLAN_FOR_ACCOUNT, TAGGED, resource(tags=DAILY, account="999999999999")),
    (CoverageReason.POLICY_INVALID, NO_SELECTION, resource(tags=DAILY)),
    (CoverageReason.TYPE_NOT_SUPPORTED, TAGGED, resource(None, DAILY)),
    (CoverageReason.RESTORE_TEST_LEFTOVER, TAGGED, resource(tags={**DAILY, "awsbackup-restore-test": "x"})),
    (CoverageReason.RESTORE_TEST_LEFTOVER, TAGGED, resource("RDS", DAILY, name="awsbackup-restore-test-1")),
    (CoverageReason.NOT_AVAILABLE, TAGGED, resource("EC2", DAILY, state="terminated")),
    (CoverageReason.NOT_AVAILABLE, TAGGED, resource("RDS", DAILY, state="creating")),
    (CoverageReason.OPT_IN_OFF, TAGGED, resource("FSx", DAILY)),
    (CoverageReason.EXCLUDED_BY_CONDITION, CONDITION, resource(tags={"env": "test"})),
    (CoverageReason.EXCLUDED_BY_CONDITION, CONDITION, resource(tags={})),
    (CoverageReason.EXCLUDED_BY_TYPE, EVERYTHING_BUT, resource("EFS")),
    (CoverageReason.TAG_KEY_CASE, TAGGED, resource(tags={"Backup": "daily"})),
    (CoverageReason.TAG_VALUE_CASE_OR_SPACE, TAGGED, resource(tags={"backup": "Daily"})),
    (CoverageReason.TAG_VALUE_CASE_OR_SPACE, TAGGED, resource(tags={"backup": "daily "})),
    (CoverageReason.TAG_KEY_TYPO, TAGGED, resource(tags={"bakcup": "daily"})),
    (CoverageReason.TAG_VALUE_TYPO, TAGGED, resource(tags={"backup": "weely"})),
    (CoverageReason.REGION_NOT_IN_PLAN, DATABASES, resource("RDS", region="us-east-1", state="available")),
    (CoverageReason.TAG_VALUE_NOT_SELECTED, TAGGED, resource(tags={"backup": "never"})),
    (CoverageReason.TYPE_NOT_SELECTED, DATABASES, resource("EBS")),
    (CoverageReason.NO_TAG, TAGGED, resource(tags={"team": "web"})),
    (CoverageReason.ACCOUNT_UNKNOWN, TAGGED, resource("S3", DAILY, account=None)),
    (CoverageReason.REGION_UNKNOWN, TAGGED, resource("S3", DAILY, region=None)),
    (CoverageReason.TAGS_UNKNOWN, TAGGED, resource(tags=None)),
    (CoverageReason.OPT_IN_UNKNOWN, TAGGED, resource("DSQL", DAILY)),
    (CoverageReason.NAMED_BESIDE_ALL, BESIDE_ALL, resource("Timestream")),
    (CoverageReason.STATE_UNKNOWN, TAGGED, resource("EC2", DAILY)),
    (CoverageReason.NEGATED_CONDITION, NEGATED, resource()),
    (CoverageReason.CONDITIONS_ALONE, OPEN, resource(tags={"env": "prod"})),
    # What is so wherever a resource is, is decided.
    (CoverageReason.TYPE_NOT_SUPPORTED, TAGGED, resource(None, DAILY, account=None)),
    (CoverageReason.NOT_AVAILABLE, TAGGED, resource("EC2", DAILY, account=None, state="terminated")),
    (CoverageReason.NO_PLAN_FOR_ACCOUNT, TAGGED, resource("S3", DAILY, region=None, account="222222222222")),
    (CoverageReason.NO_TAG, TAGGED, resource("S3", region=None)),
    (CoverageReason.TYPE_NOT_SELECTED, DATABASES, resource("S3", region=None)),
    (CoverageReason.OPT_IN_OFF, TAGGED, resource("FSx", DAILY, region=None)),
    (CoverageReason.EXCLUDED_BY_CONDITION, OPEN, resource(tags={"env": "test"})),
    (CoverageReason.REGION_NOT_IN_PLAN, OPEN, resource(tags={"env": "prod"}, region="us-east-1")),
]


@pytest.mark.parametrize(("reason", "selections", "one"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_every_reason_has_a_case(reason: CoverageReason, selections: str, one: Resource) -> None:
    row = judged(one, selections=selections)
    assert (row.protected, row.reason) == (None if reason.is_undecided else False, reason)


def test_cases_show_all_reasons() -> None:
    """All but one, which no policy can have that AWS takes: the next test has it."""
    assert {case[0] for case in CASES} == {*CoverageReason} - {CoverageReason.PATTERN_UNKNOWN}


UNKNOWN, EXCLUDED, UNTAKEN = (
    CoverageReason.PATTERN_UNKNOWN,
    CoverageReason.EXCLUDED_BY_TYPE,
    CoverageReason.TYPE_NOT_SELECTED,
)
TABLES = "arn:aws:dynamodb:*:*:table/*"


@pytest.mark.parametrize(
    ("types", "excepted", "kind", "protected", "reason"),
    [
        (["*"], ["arn:aws:dynamodb:*:*:*"], "DynamoDB", None, UNKNOWN),
        (["*"], ["arn:aws:dynamodb:*:*:*"], "EBS", True, None),  # of another service
        (["*"], ["arn:aws:dynamodb:*:*:*", TABLES], "DynamoDB", False, EXCLUDED),
        (["*"], ["arn:aws:*:*:*:table/*"], "EBS", None, UNKNOWN),
        (["*"], ["tables"], "EBS", None, UNKNOWN),
        (["*"], ["arn:aws:newservice:*:*:thing/*"], "DynamoDB", True, None),
        ([TABLES], ["arn:aws:ec2:*:*:*"], "EBS", False, UNTAKEN),
        (["arn:aws*:dynamodb:*:*:table/*"], [], "DynamoDB", None, UNKNOWN),
        (["arn:aws*:dynamodb:*:*:table/*"], [], "EBS", False, UNTAKEN),
        (["arn:aws*:dynamodb:*:*:table/*", TABLES], [], "DynamoDB", True, None),
        (["arn:aws-us-gov:dynamodb:*:*:table/*"], [], "DynamoDB", False, UNTAKEN),  # known, of another partition
    ],
)
def test_a_pattern_of_a_last_valid_policy_that_nobody_knows(
    types: list[str],
    excepted: list[str],
    kind: str,
    protected: bool | None,  # noqa: FBT001 - a table
    reason: CoverageReason | None,
) -> None:
    role = "arn:aws:iam::$account:role/Backup"
    selection = {"iam_role_arn": role, "resource_types": types, "not_resource_types": excepted}
    rules = {"nightly": {"target_backup_vault_name": "Main"}}
    plan = {"regions": ["eu-west-1"], "rules": rules, "selections": {"resources": {"all": selection}}}
    served = json.dumps({ACCOUNT: {"plans": {"old": plan}}})
    row = judged(resource(kind), selections=NO_SELECTION, tree=f"{TREE}last_valid: {served}\n")
    assert (row.protected, row.reason) == (protected, reason)


LAST_VALID = """\
last_valid: {"111111111111": {plans: {old: {regions: [eu-west-1], rules: {r: {target_backup_vault_name: Main}}}}}}
"""


def test_a_last_valid_policy_that_selects_nothing_is_no_plan() -> None:
    row = judged(resource(tags=DAILY), selections=NO_SELECTION, tree=TREE + LAST_VALID)
    assert (row.protected, row.reason) == (False, CoverageReason.NO_PLAN_FOR_ACCOUNT)


def test_a_selection_of_conditions_alone_is_no_second_plan() -> None:
    second = f"""\
  }}
  plan open {{
    regions = [eu-west-1]
    rule nightly {{ schedule = daily at 06:00  vault = "Main"  retain = 35 days }}
    {OPEN}
"""
    row = judged(resource(tags={"env": "prod", **DAILY}), selections=TAGGED + second)
    assert (row.protected, row.plans, row.notes) == (True, ("daily",), ())


def test_what_contains_a_resource_protects_it_whatever_is_unknown_of_it() -> None:
    stack = resource("CloudFormation", DAILY, name="shop")
    buckets = [
        resource("S3", DAILY, region=None, parents=(stack.arn,)),
        resource("S3", DAILY, account=None, parents=(stack.arn,)),
    ]
    rows = [judged(bucket, stack) for bucket in buckets]
    assert [(row.protected, row.through) for row in rows] == [(True, stack.arn)] * 2


def test_a_member_without_engine_of_a_listed_cluster_is_covered_by_that() -> None:
    cluster = resource("Aurora", DAILY, name="orders", state="available", engine="aurora-mysql")
    member = resource("RDS", {}, state="available", parents=(cluster.arn,))
    row = judged(member, cluster)
    assert (row.protected, row.through) == (True, cluster.arn)


def test_a_cluster_that_no_list_has_may_be_of_any_type_without_engine() -> None:
    everything = 'resource selection all { role = "Backup"  types = ["*"] }'
    arn = "arn:aws:rds:eu-west-1:111111111111:cluster:orders"
    member = resource("RDS", state="available", parents=(arn,))
    row = judged(member, selections=everything, tree=TREE.replace(" Aurora,", ""))
    assert (row.protected, row.reason) == (None, CoverageReason.OPT_IN_UNKNOWN)

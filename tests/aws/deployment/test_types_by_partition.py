"""Patterns select resources of their own partition: what a selection reaches goes by the Regions of its plan (facts 2.2)."""

from collections.abc import Sequence

import pytest
from aws.deployment.documents import organization
from aws.deployment.plans import ROLE
from support.moment import AT

from policyengine.aws.deployment import Placement, Plan
from policyengine.aws.deployment.environments_by_account import EnvironmentsByAccount, NamesInUse
from policyengine.aws.deployment.plan_reader import PlanReader
from policyengine.aws.documents import Json

TABLES, GOV_TABLES = "arn:aws:dynamodb:*:*:table/*", "arn:aws-us-gov:dynamodb:*:*:table/*"
BUCKETS, GOV_BUCKETS = "arn:aws:s3:::*", "arn:aws-us-gov:s3:::*"
HERE, GOV, CHINA, NOWHERE = "eu-west-1", "us-gov-west-1", "cn-north-1", "eu-nowhere-1"
BOTH = ("DynamoDB", "S3")


def plan(
    regions: Sequence[str], types: Sequence[str], excepted: Sequence[str] = (), reader: PlanReader | None = None
) -> Plan:
    lists: dict[str, Json] = {"resource_types": [*types]}
    if excepted:
        lists["not_resource_types"] = [*excepted]
    selections: Json = {"resources": {"some": {**ROLE, **lists}}}
    return (reader or PlanReader(AT)).plan("daily", {"regions": list(regions), "rules": {}, "selections": selections})


@pytest.mark.parametrize(
    ("regions", "types", "excepted", "reached", "surely"),
    [
        ([HERE], [TABLES], [], ["DynamoDB"], ["DynamoDB"]),
        ([HERE], [GOV_TABLES], [], [], []),
        ([GOV], [GOV_TABLES], [], ["DynamoDB"], ["DynamoDB"]),
        ([GOV], [TABLES], [], [], []),
        ([CHINA], [TABLES, GOV_TABLES], [], [], []),
        ([HERE, "eu-central-1"], [GOV_TABLES, BUCKETS], [], ["S3"], ["S3"]),
        ([HERE], [TABLES, BUCKETS], [GOV_TABLES], BOTH, BOTH),
        ([HERE], [TABLES, BUCKETS], [TABLES], ["S3"], ["S3"]),
        # Of several partitions: what is selected in any of them, surely what is in all.
        ([HERE, GOV], [TABLES], [], ["DynamoDB"], []),
        ([HERE, GOV], [TABLES, GOV_TABLES], [], ["DynamoDB"], ["DynamoDB"]),
        ([HERE, GOV], [TABLES, GOV_TABLES, BUCKETS, GOV_BUCKETS], [GOV_TABLES], BOTH, ["S3"]),
        # Of a Region that nobody knows: it may be of any.
        ([NOWHERE], [TABLES], [], ["DynamoDB"], []),
        ([HERE, NOWHERE], [TABLES], [], ["DynamoDB"], []),
    ],
)
def test_what_a_selection_reaches(
    regions: list[str], types: list[str], excepted: list[str], reached: list[str], surely: list[str]
) -> None:
    (selection,) = plan(regions, types, excepted).selections
    assert (list(selection.reach), list(selection.sure_reach)) == (list(reached), list(surely))


def test_a_pattern_of_another_partition_stands_as_it_is() -> None:
    (selection,) = plan([HERE], [GOV_TABLES, BUCKETS]).selections
    assert selection.types == (GOV_TABLES, "S3")
    assert selection.names_types


def test_plans_of_two_partitions_share_no_selections() -> None:
    reader = PlanReader(AT)
    here, there = (plan([region], [GOV_TABLES], reader=reader) for region in (HERE, GOV))
    again = PlanReader(AT, [here, there])
    assert [plan([region], [GOV_TABLES], reader=again).reach for region in (HERE, GOV)] == [here.reach, there.reach]
    assert here.reach is not there.reach


def test_each_region_of_a_plan_has_the_types_of_its_partition() -> None:
    read = plan([HERE, GOV, NOWHERE], [TABLES, GOV_BUCKETS])
    environments = EnvironmentsByAccount(organization(TREE), AT, names=NamesInUse(frozenset(), frozenset()))
    (account,) = organization(TREE).accounts
    placement = Placement(read.regions, read.reach, environments.of(account), "", environments)
    assert [placement.types_in(region) for region in read.regions] == [("DynamoDB",), ("S3",), BOTH]
    assert (placement.types, placement.sure_types) == ((), ())


TREE = 'version: 1\nroot: {name: Root, accounts: [{id: "111111111111", name: shop}]}\n'


STRANGE = "arn:aws:dynamodb:*:*:*"


@pytest.mark.parametrize(
    ("types", "excepted", "doubted"),
    [
        ([STRANGE, BUCKETS], [], "DynamoDB"),
        ([TABLES, BUCKETS], [STRANGE], "DynamoDB"),
        ([TABLES, BUCKETS], ["arn:aws:*:::*", TABLES], "S3"),
        ([TABLES, STRANGE], [], None),
        ([TABLES], ["arn:aws:new:*:*:thing/*"], None),
    ],
)
def test_a_pattern_that_nobody_knows_may_name_the_types_of_its_service(
    types: list[str], excepted: list[str], doubted: str | None
) -> None:
    (selection,) = plan([HERE], types, excepted).selections
    assert selection.doubted == ((doubted,) if doubted else ())
    assert not {doubted}.intersection(selection.sure_reach)

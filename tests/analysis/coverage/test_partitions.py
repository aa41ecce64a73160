"""Patterns of another partition select no resource and leave none out (facts 2.2)."""

import pytest
from analysis.coverage.inventories_by_hand import ACCOUNT, coverage_of, judged, resource
from msgspec.structs import replace

from policyengine.analysis.coverage import CoverageReason, local_plan

TABLES, GOV_TABLES = "arn:aws:dynamodb:*:*:table/*", "arn:aws-us-gov:dynamodb:*:*:table/*"
HERE, GOV = "eu-west-1", "us-gov-west-1"


def types(*patterns: str, but: str = "", regions: str = "") -> str:
    listed = ", ".join(f'"{pattern}"' for pattern in patterns)
    excepted = f'except_types = ["{but}"]' if but else ""
    return f'{regions} resource selection some {{ role = "Backup"  types = [{listed}]  {excepted} }}'


@pytest.mark.parametrize(
    ("selection", "protected", "reason"),
    [
        (types(TABLES), True, None),
        (types(GOV_TABLES), False, CoverageReason.TYPE_NOT_SELECTED),
        (types(GOV_TABLES, TABLES), True, None),
        (types("*", but=GOV_TABLES), True, None),
        (types("*", but=TABLES), False, CoverageReason.EXCLUDED_BY_TYPE),
    ],
)
def test_a_plan_of_one_partition(selection: str, protected: bool, reason: CoverageReason | None) -> None:  # noqa: FBT001 - a table
    row = judged(resource("DynamoDB"), selections=selection)
    assert (row.protected, row.reason) == (protected, reason)


@pytest.mark.parametrize(
    ("patterns", "regions", "region", "protected"),
    [
        ([GOV_TABLES], [HERE], HERE, False),
        ([GOV_TABLES, TABLES], [HERE], HERE, True),
        (["arn:aws*:dynamodb:*:*:table/*"], [HERE], HERE, True),
        (["arn:aws-*:dynamodb:*:*:table/*"], [HERE], HERE, False),
        ([TABLES], [HERE, GOV], HERE, True),
        ([TABLES], [HERE, GOV], GOV, False),
        ([TABLES], ["eu-nowhere-1"], "eu-nowhere-1", True),  # single ARNs say themselves where they are
    ],
)
def test_a_plan_of_the_accounts_own(
    patterns: list[str],
    regions: list[str],
    region: str,
    protected: bool,  # noqa: FBT001 - a table
) -> None:
    own = {ACCOUNT: [local_plan("own", regions, [{"Resources": [*patterns]}])]}
    table = resource("DynamoDB", region=region)
    table = replace(table, arn=table.arn.replace("arn:aws:", "arn:aws-us-gov:")) if region == GOV else table
    (row,) = coverage_of(table, local_plans=own).resources()
    assert row.protected is protected


ONE_OF_TWO = f"""\
policy both {{
  plan odd {{
    regions = [{HERE}, {GOV}]
    rule nightly {{ schedule = daily at 05:00  vault = "Main"  retain = 35 days }}
    resource selection some {{ role = "Backup"  types = ["{TABLES}", "arn:aws:s3:::*", "arn:aws-us-gov:s3:::*"] }}
  }}
}}
attach both to account "222222222222"
"""


@pytest.mark.parametrize(
    ("kind", "region", "protected", "reason"),
    [
        ("DynamoDB", HERE, True, None),
        ("DynamoDB", GOV, False, CoverageReason.TYPE_NOT_SELECTED),
        ("S3", HERE, True, None),
        ("S3", GOV, True, None),
        ("DynamoDB", None, None, CoverageReason.REGION_UNKNOWN),
    ],
)
def test_a_plan_of_two_partitions_selects_by_that_of_the_region(
    kind: str,
    region: str | None,
    protected: bool | None,  # noqa: FBT001 - a table
    reason: CoverageReason | None,
) -> None:
    row = judged(resource(kind, region=region, account="222222222222"), more=ONE_OF_TWO)
    assert (row.protected, row.reason) == (protected, reason)

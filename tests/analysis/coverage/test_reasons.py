"""Every reason why a resource is not protected, each with a resource that a person can read (inventory.md 2)."""

import pytest
from analysis.coverage.inventories_by_hand import judged, resource

from policyengine.analysis.coverage import CoverageReason
from policyengine.aws.resources import Resource

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
    (CoverageReason.TAGS_UNKNOWN, TAGGED, resource(tags=None)),
    (CoverageReason.OPT_IN_UNKNOWN, TAGGED, resource("DSQL", DAILY)),
    (CoverageReason.STATE_UNKNOWN, TAGGED, resource("EC2", DAILY)),
    (CoverageReason.NEGATED_CONDITION, NEGATED, resource()),
]


@pytest.mark.parametrize(("reason", "selections", "one"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_every_reason_has_a_case(reason: CoverageReason, selections: str, one: Resource) -> None:
    row = judged(one, selections=selections)
    assert (row.protected, row.reason) == (None if reason.is_undecided else False, reason)


def test_cases_show_all_reasons() -> None:
    assert {case[0] for case in CASES} == {*CoverageReason}

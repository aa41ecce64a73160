"""Plans that accounts have of their own: the snapshot's count where it says where they are and what they select."""

from __future__ import annotations

import pytest
from analysis.coverage.inventories_by_hand import ACCOUNT, TREE, resource
from support.moment import AT

from policyengine.analysis.coverage import CoverageNote, CoverageReason
from policyengine.aws.resources import ResourceInventory
from policyengine.base.source import Source
from policyengine.engine import evaluate

PLAN = f"""\
local_plans:
  - name: own
    accounts: ["{ACCOUNT}"]
    regions: [eu-west-1]
    content: {{BackupPlan: {{BackupPlanName: own, Rules: []}}}}
"""
VOLUMES = '    selections: [{BackupSelection: {SelectionName: all, Resources: ["arn:aws:ec2:*:*:volume/*"]}}]\n'


@pytest.mark.parametrize(
    ("plan", "notes", "reason"),
    [
        (PLAN + VOLUMES, (CoverageNote.COVERED_BY_LOCAL_PLAN,), None),
        (PLAN, (), CoverageReason.NO_PLAN_FOR_ACCOUNT),
        ((PLAN + VOLUMES).replace("eu-west-1", "eu-west-2"), (), CoverageReason.NO_PLAN_FOR_ACCOUNT),
        ((PLAN + VOLUMES).replace(ACCOUNT, "222222222222"), (), CoverageReason.NO_PLAN_FOR_ACCOUNT),
    ],
    ids=["selected", "selections unknown", "another Region", "another account"],
)
def test_a_plan_of_the_account_protects(
    plan: str, notes: tuple[CoverageNote, ...], reason: CoverageReason | None
) -> None:
    inventory = ResourceInventory((resource(),))
    evaluation = evaluate([], Source("organization.yaml", TREE + plan), at=AT, inventory=inventory)
    assert evaluation.coverage
    (row,) = evaluation.coverage.resources()
    assert (row.protected, row.notes, row.reason) == (reason is None, notes, reason)

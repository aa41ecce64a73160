"""Plans that accounts have of their own: the snapshot's count where it says where they are and what they select."""

from __future__ import annotations

import pytest
from analysis.coverage.inventories_by_hand import ACCOUNT, TREE, resource
from support.moment import AT

from policyengine.analysis.coverage import CoverageNote, CoverageReason, resource_rows
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate

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


MANAGED = f'organization: {{management_account: "{ACCOUNT}"}}\n'
BY_TAG = "{ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: backup, ConditionValue: daily}]}"


@pytest.mark.parametrize(
    ("selection", "kind", "head", "reason"),
    [
        ('{Resources: ["arn:aws:dynamodb:*:*:table/*"]}', "DynamoDB", "", None),
        ('{Resources: ["*"]}', "EBS", "", CoverageReason.OPT_IN_UNKNOWN),
        (BY_TAG, "EBS", "", CoverageReason.OPT_IN_UNKNOWN),
        (BY_TAG, "EBS", MANAGED, None),
        (BY_TAG, "EKS", MANAGED, None),
        (BY_TAG, "Neptune", MANAGED, CoverageReason.NO_PLAN_FOR_ACCOUNT),
    ],
    ids=["named", "everything", "by tag", "management account", "another type", "not opted in"],
)
def test_the_opt_in_of_the_account_decides(selection: str, kind: str, head: str, reason: CoverageReason | None) -> None:
    """A snapshot has that of the management account alone (facts 2.3.1 and 2.3.2)."""
    tree = TREE + head + PLAN + f"    selections: [{{BackupSelection: {selection}}}]\n"
    inventory = ResourceInventory((resource(kind, {"backup": "daily"}, state="available"),))
    evaluation = evaluate([], Source("organization.yaml", tree), at=AT, inventory=inventory)
    assert evaluation.coverage, evaluation.diagnostics
    (row,) = evaluation.coverage.resources()
    assert row.reason is reason


POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly { vault = "Main" }
    tag selection tagged { role = "Backup"  key = "backup"  values = ["daily"] }
  }
}
attach baseline to root
"""


def of_both(one: Resource) -> Evaluation:
    """The evaluation of a resource where a plan of a policy and one of the account have the same name."""
    tree = TREE + (PLAN + VOLUMES).replace("name: own", "name: daily")
    inventory = ResourceInventory((one,))
    return evaluate([Source("policy.bpol", POLICY)], Source("organization.yaml", tree), at=AT, inventory=inventory)


def test_a_plan_of_the_account_is_not_the_one_of_a_policy_with_its_name() -> None:
    evaluation = of_both(resource())
    assert evaluation.coverage
    assert evaluation.deployment
    (judged,) = evaluation.coverage.resources()
    assert (judged.plans, judged.local_plans, judged.policy_plans) == (("daily",), ("daily",), ())
    (row,) = resource_rows(evaluation.coverage, evaluation.deployment).of(ACCOUNT).rows
    assert (row.deployed, row.names, row.has_local_plan) == ((), ("daily",), True)


def test_plans_of_both_kinds_with_one_name() -> None:
    evaluation = of_both(resource(tags={"backup": "daily"}))
    assert evaluation.coverage
    assert evaluation.deployment
    (judged,) = evaluation.coverage.resources()
    assert (judged.plans, judged.policy_plans) == (("daily", "daily"), ("daily",))
    (row,) = resource_rows(evaluation.coverage, evaluation.deployment).of(ACCOUNT).rows
    assert [plan.plan.name for plan in row.deployed] == ["daily"]

"""The engine and a second, literal judge say the same of generated resources in generated organizations."""

import json
from collections import Counter
from random import Random

import pytest
from generators.inventory_of_resources import Tree, guarded_organization, resources
from support.moment import AT

from oracle.coverage import ORDER, Case, judge
from policyengine.analysis.coverage import CoverageReason, InventoryCoverage
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate


def case_of(evaluation: Evaluation, snapshot: Tree, inventory: list[Tree]) -> Case:
    """What the oracle needs: documents as they are published."""
    assert evaluation.effective is not None
    served = {account.account.id: account.published for account in evaluation.effective.accounts}

    def plans(account: str | None) -> Tree | None:
        published = served.get(account, {})
        return None if published is None else published.get("plans", {})  # type: ignore[union-attr,return-value]

    return Case(plans, snapshot["settings"]["opt_in"], {resource["arn"]: resource for resource in inventory})


def as_resource(tree: Tree) -> Resource:
    """The same resource as the engine has it."""
    return Resource(**{**tree, "parents": tuple(tree["parents"])})


@pytest.mark.parametrize("seed", range(12))
def test_the_plain_engine_and_the_oracle_agree(seed: int) -> None:
    source = Random(seed)
    snapshot = guarded_organization(source)
    inventory = resources(source, snapshot, 150)
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    assert evaluation.deployment is not None
    case = case_of(evaluation, snapshot, inventory)
    coverage = InventoryCoverage(ResourceInventory(tuple(map(as_resource, inventory))), evaluation.deployment)
    expected = [judge(resource, case) for resource in inventory]
    rows = list(coverage.resources())
    for resource, row, said in zip(inventory, rows, expected, strict=True):
        found = row.protected, row.plans, row.reason.value if row.reason else "", row.through or ""
        assert found == said, resource
    result = coverage.result()
    assert Counter(row.reason for row in rows if row.reason) == result.reasons
    assert sum(group.count for group in result.groups) == result.unprotected + result.undecided


def test_the_reasons_have_the_same_order() -> None:
    assert tuple(CoverageReason) == ORDER

"""What holds for every resource and plan: more types protect no less, more conditions no more, names do not matter."""

import json
from random import Random
from typing import Any

import pytest
from generators.inventory_of_resources import PATTERNS, guarded_organization, resources
from support.moment import AT

from policyengine.analysis.coverage import InventoryCoverage, JudgedResource
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.base.source import Source
from policyengine.engine import evaluate

Tree = dict[str, Any]
NO_TAG = {"condition_key": {"@@assign": "aws:ResourceTag/no"}, "condition_value": {"@@assign": "such"}}


def rows(snapshot: Tree, inventory: list[Tree]) -> list[JudgedResource]:
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    assert evaluation.deployment is not None
    listed = tuple(Resource(**{**tree, "parents": tuple(tree["parents"])}) for tree in inventory)
    return list(InventoryCoverage(ResourceInventory(listed), evaluation.deployment).resources())


def selections(snapshot: Tree, kind: str) -> list[Tree]:
    plans = [plan for policy in snapshot["policies"].values() for plan in policy["content"]["plans"].values()]
    return [selection for plan in plans for selection in plan["selections"].get(kind, {}).values()]


@pytest.fixture(params=range(4))
def world(request: pytest.FixtureRequest) -> tuple[Tree, list[Tree]]:
    source = Random(1000 + request.param)
    snapshot = guarded_organization(source)
    return snapshot, resources(source, snapshot, 60)


def test_another_type_never_takes_protection_away(world: tuple[Tree, list[Tree]]) -> None:
    snapshot, inventory = world
    before = rows(snapshot, inventory)
    for selection in selections(snapshot, "resources"):
        types = selection.get("resource_types", {}).get("@@assign")
        if types and "*" not in types and PATTERNS["S3"] not in types:
            types.append(PATTERNS["S3"])
    after = rows(snapshot, inventory)
    assert all(new.protected for old, new in zip(before, after, strict=True) if old.protected)


def test_another_condition_never_protects(world: tuple[Tree, list[Tree]]) -> None:
    snapshot, inventory = world
    before = rows(snapshot, inventory)
    for selection in [*selections(snapshot, "tags"), *selections(snapshot, "resources")]:
        selection.setdefault("conditions", {}).setdefault("string_equals", {})["more"] = NO_TAG
    after = rows(snapshot, inventory)
    assert all(old.protected for old, new in zip(before, after, strict=True) if new.protected)


def test_the_name_of_a_plan_changes_nothing(world: tuple[Tree, list[Tree]]) -> None:
    snapshot, inventory = world
    before = rows(snapshot, inventory)
    for policy in snapshot["policies"].values():
        plans = policy["content"]["plans"]
        policy["content"]["plans"] = {f"z-{name}": plan for name, plan in plans.items()}
    after = rows(snapshot, inventory)
    assert [(row.protected, row.reason, row.through, row.notes) for row in after] == [
        (row.protected, row.reason, row.through, row.notes) for row in before
    ]

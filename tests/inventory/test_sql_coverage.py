"""Coverage in DuckDB is what it is in Python: the same rows, sums, groups and notes."""

import json
from random import Random
from typing import Any

import pytest
from generators.inventory_of_resources import guarded_organization, resources
from support.moment import AT

from policyengine.analysis.coverage import InventoryCoverage, SelectingPlan, coverage_sql, local_plan, plans_by_account
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.base.errors import UnreadableError
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.sql_coverage import SqlCoverage

ADVANCED = {"eu-west-1": False, "us-east-1": True}


def generated(seed: int, count: int) -> tuple[Evaluation, tuple[Resource, ...]]:
    source = Random(seed)
    snapshot = guarded_organization(source)
    listed = resources(source, snapshot, count)
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    return evaluation, tuple(Resource(**{**tree, "parents": tuple(tree["parents"])}) for tree in listed)


def require_agreement(
    evaluation: Evaluation, listed: tuple[Resource, ...], own: dict[str, list[SelectingPlan]] | None = None
) -> None:
    assert evaluation.deployment is not None
    engine = DuckdbEngine(threads=1)
    engine.take_resources(listed)
    inventory = ResourceInventory(listed)
    plain = InventoryCoverage(inventory, evaluation.deployment, local_plans=own, dynamodb_advanced=ADVANCED)
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment, own), ADVANCED)
    rows = {row.arn: row for row in coverage.resources()}
    assert rows == {row.arn: row for row in plain.resources()}
    assert coverage.result() == plain.result()
    unprotected = {row.arn for row in coverage.resources(unprotected=True)}
    assert unprotected == {row.arn for row in rows.values() if row.protected is False}
    tags = {resource.arn: resource.tags for resource in listed}
    assert {row.arn: (row, labels) for row, labels, _ in coverage.labelled()} == {
        arn: (row, tags[arn]) for arn, row in rows.items()
    }
    engine.close()


@pytest.mark.parametrize("seed", range(3))
def test_duckdb_and_python_agree(seed: int) -> None:
    require_agreement(*generated(seed, 300))


def test_flags_of_several_words_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_sql, "WORD", 5)
    monkeypatch.setattr("policyengine.analysis.coverage.coverage_cells.WORD", 5)
    require_agreement(*generated(7, 200))


def test_an_inventory_without_containers_tags_or_resources_agrees() -> None:
    evaluation, listed = generated(5, 40)
    volumes = [resource for resource in listed if resource.type == "EBS" and not resource.parents]
    require_agreement(evaluation, tuple(volumes))
    require_agreement(evaluation, ())


def test_a_cluster_without_a_type_agrees() -> None:
    evaluation, listed = generated(5, 60)
    arn, account = "arn:aws:rds:eu-west-1:000000000001:cluster:c", "000000000001"
    untold = Resource(
        arn, account, "eu-west-1", "Aurora", {}, state="available", facts={"types": ["Aurora", "Neptune"]}
    )
    volumes = [resource for resource in listed if resource.type == "EBS" and not resource.parents]
    require_agreement(evaluation, (untold, *volumes))


def test_plans_of_accounts_agree_by_type_tag_and_single_resource() -> None:
    evaluation, listed = generated(1, 300)
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "tier", "ConditionValue": "gold"}
    databases, one, some = "arn:aws:rds:*:*:db:*", listed[0].arn, f"{listed[5].arn[:-1]}*"
    selections: list[dict[str, Any]] = [{"Resources": [databases]}, {"Resources": [one, some]}, {"ListOfTags": [tag]}]
    plan = local_plan("own", ["eu-west-1", "us-east-1"], selections)
    everything = local_plan("all", ["eu-west-1"], [{"Resources": ["*"], "NotResources": [some]}])
    require_agreement(evaluation, listed, {"000000000001": [plan], "999999999999": [everything]})


def test_a_last_valid_policy_that_selects_nothing_agrees() -> None:
    source = Random(1)
    snapshot = guarded_organization(source)
    listed = resources(source, snapshot, 60)
    for policy in snapshot["policies"].values():
        policy["content"]["plans"]["incomplete"] = {"regions": {"@@assign": ["eu-west-1"]}}
    old = {"regions": ["eu-west-1"], "rules": {"r": {"target_backup_vault_name": "Main"}}}
    snapshot["last_valid"] = {account["id"]: {"plans": {"old": old}} for account in snapshot["root"]["accounts"][::2]}
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    require_agreement(evaluation, tuple(Resource(**{**tree, "parents": tuple(tree["parents"])}) for tree in listed))


def test_names_are_no_sql() -> None:
    evaluation, _ = generated(2, 1)
    quoted = Resource(
        "arn:aws:rds:eu-west-1:000000000001:db:o'reilly",
        "000000000001",
        "eu'--",
        "RDS",
        {"env'); DROP TABLE cov_cells; --": "x", 'Env"': "'"},
        state="avail'able",
        engine="my'sql",
    )
    require_agreement(evaluation, (quoted,))


def test_an_inventory_that_changes_meanwhile_is_not_judged() -> None:
    evaluation, listed = generated(4, 60)
    assert evaluation.deployment is not None
    engine = DuckdbEngine(threads=1)
    engine.take_resources(listed[:30])
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment))
    assert coverage.result().resources == 30
    engine.take_resources(listed)
    with pytest.raises(UnreadableError, match="the inventory changed while it was read"):
        coverage.result()
    with pytest.raises(UnreadableError, match="the inventory changed while it was read"):
        list(coverage.resources())

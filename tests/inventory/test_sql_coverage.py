"""Coverage in DuckDB is what it is in Python: the same rows, sums and groups."""

import json
from dataclasses import replace
from random import Random

import pytest
from generators.inventory_of_resources import guarded_organization, resources
from support.moment import AT

from policyengine.analysis.coverage import (
    CoverageResult,
    InventoryCoverage,
    coverage_decoding,
    coverage_relations,
    local_plan,
    plans_by_account,
)
from policyengine.aws.resources import Resource, ResourceInventory
from policyengine.base.errors import UsageError
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.sql_coverage import SqlCoverage


def generated(seed: int, count: int) -> tuple[Evaluation, tuple[Resource, ...]]:
    source = Random(seed)
    snapshot = guarded_organization(source)
    listed = resources(source, snapshot, count)
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    return evaluation, tuple(Resource(**{**tree, "parents": tuple(tree["parents"])}) for tree in listed)


def comparable(result: CoverageResult) -> CoverageResult:
    """A result whose groups show their first ARN alone: what else they show is each engine's choice."""
    groups = sorted((replace(group, sample=group.sample[:1]) for group in result.groups), key=repr)
    return replace(result, groups=tuple(groups))


def require_agreement(evaluation: Evaluation, listed: tuple[Resource, ...]) -> None:
    assert evaluation.deployment is not None
    engine = DuckdbEngine(threads=1)
    engine.take_resources(listed)
    plain = InventoryCoverage(ResourceInventory(listed), evaluation.deployment)
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment))
    rows = {row.arn: row for row in coverage.resources()}
    assert rows == {row.arn: row for row in plain.resources()}
    assert comparable(coverage.result()) == comparable(plain.result())
    unprotected = {row.arn for row in coverage.resources(unprotected=True)}
    assert unprotected == {row.arn for row in rows.values() if row.protected is False}


@pytest.mark.parametrize("seed", range(3))
def test_duckdb_and_python_agree(seed: int) -> None:
    require_agreement(*generated(seed, 300))


def test_masks_of_several_words_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_relations, "WORD", 3)
    monkeypatch.setattr(coverage_decoding, "WORD", 3)
    require_agreement(*generated(7, 200))


def test_an_inventory_without_containers_tags_or_resources_agrees() -> None:
    evaluation, listed = generated(5, 40)
    volumes = [resource for resource in listed if resource.type == "EBS" and not resource.parents]
    require_agreement(evaluation, tuple(volumes))
    require_agreement(evaluation, ())


def test_groups_of_a_large_inventory_join_accounts() -> None:
    evaluation, listed = generated(3, 200)
    assert evaluation.deployment is not None
    engine = DuckdbEngine(threads=1)
    engine.take_resources(listed)
    coverage = SqlCoverage(engine, plans_by_account(evaluation.deployment))
    apart, joined = coverage.result(by_account=True), coverage.result(by_account=False)
    assert joined.reasons == apart.reasons
    assert joined.protected == apart.protected
    assert {group.account for group in joined.groups} == {None}
    assert len(joined.groups) < len(apart.groups)


def test_plans_that_name_single_resources_are_a_question_to_python() -> None:
    evaluation, _ = generated(1, 1)
    assert evaluation.deployment is not None
    own = plans_by_account(evaluation.deployment, {"000000000001": [local_plan("own", ["eu-west-1"], [{}])]})
    with pytest.raises(UsageError, match="000000000001 has backup plans of its own"):
        SqlCoverage(DuckdbEngine(), own)

"""What of an inventory costs money: protected resources, those that contain others, those of which nobody knows."""

from __future__ import annotations

import pytest
from analysis.cost.estimates import SHOP, TREE, plan, project
from msgspec.structs import replace
from support.evaluation import evaluated

from policyengine.analysis.cost import Usage, UsageRate, Workload, WorkloadList, workloads_of_inventory
from policyengine.analysis.cost.workloads import WITHHELD
from policyengine.analysis.coverage import CoverageReason, JudgedResource
from policyengine.aws.resources import Resource

NIGHTLY = "schedule = daily at 05:00\nretain = 35 days"
USAGE = Usage("usage.yaml", {"EBS": UsageRate(0.02)})


def resource(
    name: str, size: float | None = 100, kind: str = "EBS", account: str = SHOP, region: str | None = "eu-west-1"
) -> Resource:
    return Resource(name, account, region, kind, {}, size_gb=size)


def row(name: str, through: str | None = None) -> JudgedResource:
    """A protected resource."""
    return JudgedResource(name, SHOP, "eu-west-1", "EBS", protected=True, plans=("daily",), through=through)


def found(resources: list[Resource], rows: list[JudgedResource], regions: str = "[eu-west-1]") -> WorkloadList:
    evaluation = evaluated(project(plan(NIGHTLY, regions=regions)), TREE)
    assert evaluation.organization
    assert evaluation.deployment
    return workloads_of_inventory(resources, rows, USAGE, evaluation.organization, evaluation.deployment)


def facts(workload: Workload) -> tuple[object, ...]:
    return workload.type, workload.size_gb, workload.resources, workload.why


def test_equal_resources_are_one_workload() -> None:
    (only,) = found([resource("a"), resource("b", 50), resource("c")], [row("a"), row("b")]).workloads
    assert facts(only) == ("EBS", 150, 2, "")
    assert (only.account, only.unit, only.region, only.plans) == (SHOP, "Prod", "eu-west-1", ("daily",))


def test_what_no_plan_protects_costs_nothing() -> None:
    unprotected = JudgedResource("a", SHOP, "eu-west-1", "EBS", protected=False, reason=CoverageReason.NO_TAG)
    assert found([resource("a")], [unprotected]).workloads == ()


def test_an_instance_has_the_size_of_its_volumes() -> None:
    resources = [resource("instance", None, "EC2"), resource("volume")]
    (only,) = found(resources, [row("instance"), row("volume", "instance")]).workloads
    assert facts(only) == ("EBS", 100, 1, "")


def test_volumes_do_not_count_twice_where_the_instance_has_a_size() -> None:
    resources = [resource("instance", 300, "EC2"), resource("volume")]
    (only,) = found(resources, [row("instance"), row("volume", "instance")]).workloads
    assert facts(only) == ("EC2", 300, 1, "")


def test_what_is_unknown_of_a_resource() -> None:
    undecided = JudgedResource("d", SHOP, "eu-west-1", "EBS", None, (), CoverageReason.TAGS_UNKNOWN)
    resources = [resource("a", None), resource("b", -1), resource("c", region=None), resource("d")]
    rows = [row("a"), row("b"), row("c"), undecided]
    assert [facts(each)[1:] for each in found(resources, rows, "[eu-west-1, eu-west-3]").workloads] == [
        (None, 1, "the inventory does not say the size"),
        (None, 1, "a size of -1 GB cannot be"),
        (None, 1, "the inventory does not say the Region"),
        (None, 1, "nobody can say whether a plan protects it: tags-unknown"),
    ]


def test_a_bucket_without_a_region_is_in_the_only_one_of_its_plans() -> None:
    (only,) = found([resource("a", kind="S3", region=None)], [row("a")]).workloads
    assert (only.region, only.why) == ("eu-west-1", "")


CLUSTER = f"arn:aws:rds:eu-west-1:{SHOP}:cluster:orders"


@pytest.mark.parametrize(("size", "why"), [(300, ""), (None, "the inventory does not say the size")])
def test_members_share_the_data_of_their_cluster(size: float | None, why: str) -> None:
    resources = [resource(CLUSTER, size, "Aurora"), resource("first", 1, "RDS"), resource("second", None, "RDS")]
    (only,) = found(resources, [row(CLUSTER), row("first", CLUSTER), row("second", CLUSTER)]).workloads
    assert facts(only) == ("Aurora", size, 1, why)


def test_of_accounts_whose_policy_nobody_knows_the_cost_is_unknown() -> None:
    reason = CoverageReason.POLICY_INVALID
    invalid = JudgedResource("a", SHOP, "eu-west-1", "EBS", protected=False, reason=reason)
    withheld = project(plan(NIGHTLY)).replace('role = "Backup"', "")
    evaluation = evaluated(withheld, TREE)
    assert evaluation.organization
    assert evaluation.deployment
    result = workloads_of_inventory([resource("a")], [invalid], USAGE, evaluation.organization, evaluation.deployment)
    assert [facts(each) for each in result.workloads] == [("EBS", None, 1, WITHHELD)]


def test_plans_of_the_account_itself_cost_nothing_here() -> None:
    both = JudgedResource(
        "a", SHOP, "eu-west-1", "EBS", protected=True, plans=("daily", "daily"), local_plans=("daily",)
    )
    own = JudgedResource("b", SHOP, "eu-west-1", "EBS", protected=True, plans=("daily",), local_plans=("daily",))
    result = found([resource("a"), resource("b", 50)], [both, own])
    assert [(facts(each), each.plans) for each in result.workloads] == [(("EBS", 100, 1, ""), ("daily",))]
    assert result.notes == ("resources that a plan of the account's own backs up, whose cost is not counted: 2",)


def test_what_is_left_out_is_said() -> None:
    resources = [resource("a", account="888888888888"), resource("b")]
    own = JudgedResource("b", SHOP, "eu-west-1", "EBS", protected=True, plans=("own",), local_plans=("own",))
    result = found(resources, [row("a"), own])
    assert result.notes == (
        "resources of accounts that the snapshot does not have: 1",
        "resources that a plan of the account's own backs up, whose cost is not counted: 1",
    )


def test_a_cluster_of_which_nobody_tells_the_engine_has_no_cost() -> None:
    """Backups of Aurora are full ones, those of a cluster of RDS are not (facts 2.1)."""
    cluster = replace(resource("c", kind="Aurora"), facts={"types": ["Aurora", "RDS"]})
    (only,) = found([cluster], [row("c")]).workloads
    assert only.size_gb is None
    assert only.why == "the inventory does not say the engine of a cluster, which decides what its backups take"

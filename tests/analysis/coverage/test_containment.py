"""What a backup contains beside its resource, and what is worth knowing of a protected one (coverage.md)."""

import pytest
from analysis.coverage.inventories_by_hand import ACCOUNT, BASELINE_PLAN, coverage_of, judged, resource

from policyengine.analysis.coverage import CoverageNote, CoverageReason, InventoryCoverage, local_plan
from policyengine.aws.documents import Json
from policyengine.aws.resources import ResourceInventory

DAILY = {"backup": "daily"}
INSTANCE = resource("EC2", DAILY, name="i-1", state="running")
CLUSTER = resource("Aurora", DAILY, name="c-1", state="available", engine="aurora-mysql")
STACK = resource("CloudFormation", DAILY, name="s-1")
MEMBERS_BY_TYPE = 'resource selection databases { role = "Backup"  types = [RDS] }'


def test_a_volume_is_covered_through_its_instance() -> None:
    row = judged(resource(parents=(INSTANCE.arn,)), INSTANCE)
    assert (row.protected, row.plans, row.through) == (True, ("daily",), INSTANCE.arn)
    assert row.notes == (CoverageNote.COVERED_THROUGH,)


def test_a_volume_and_its_instance_with_the_tag_are_backed_up_twice() -> None:
    row = judged(resource(tags=DAILY, parents=(INSTANCE.arn,)), INSTANCE)
    assert (row.protected, row.through, row.notes) == (True, None, (CoverageNote.BACKED_UP_TWICE,))


def test_an_instance_that_is_not_protected_covers_nothing() -> None:
    row = judged(resource(parents=(INSTANCE.arn,)), resource("EC2", {}, name="i-1", state="running"))
    assert (row.protected, row.reason) == (False, CoverageReason.NO_TAG)


def test_an_instance_of_unknown_state_leaves_its_volume_undecided() -> None:
    row = judged(resource(parents=(INSTANCE.arn,)), resource("EC2", DAILY, name="i-1"))
    assert (row.protected, row.reason) == (None, CoverageReason.STATE_UNKNOWN)


def test_a_container_that_nobody_lists_covers_nothing() -> None:
    assert judged(resource(parents=(INSTANCE.arn,))).protected is False


def test_a_file_system_is_not_part_of_an_instance() -> None:
    assert judged(resource("EFS", parents=(INSTANCE.arn,)), INSTANCE).protected is False


def test_a_member_is_covered_through_its_cluster() -> None:
    row = judged(resource("RDS", state="available", parents=(CLUSTER.arn,)), CLUSTER)
    assert (row.protected, row.through) == (True, CLUSTER.arn)


def test_no_plan_takes_a_member_by_itself() -> None:
    cluster = resource("Aurora", {}, name="c-1", state="available", engine="aurora-mysql")
    member = resource("RDS", state="available", parents=(cluster.arn,))
    assert judged(member, cluster, selections=MEMBERS_BY_TYPE).reason is CoverageReason.TYPE_NOT_SELECTED
    assert judged(resource("RDS", state="available"), selections=MEMBERS_BY_TYPE).protected


def test_of_a_member_whose_cluster_nobody_lists_nothing_is_known() -> None:
    row = judged(resource("RDS", DAILY, state="available", engine="aurora-mysql"))
    assert (row.protected, row.reason) == (None, CoverageReason.TAGS_UNKNOWN)


def test_a_stack_covers_what_stands_in_what_it_contains() -> None:
    volume = resource(parents=(INSTANCE.arn,))
    instance = resource("EC2", {}, name="i-1", state="running", parents=(STACK.arn,))
    assert judged(volume, instance, STACK).through == INSTANCE.arn


def test_containers_in_a_circle_come_to_an_end() -> None:
    first = resource("CloudFormation", name="a", parents=("arn:aws:cloudformation:eu-west-1:111111111111:stack/b/1",))
    second = resource("CloudFormation", name="b", parents=(first.arn,))
    assert judged(first, second).reason is CoverageReason.NO_TAG


def test_a_cluster_that_only_shares_the_pattern_goes_by_the_opt_in_of_rds() -> None:
    tree = "settings:\n  opt_in: {eu-west-1: [RDS]}\n"
    cluster = resource("Aurora", DAILY, state="available", engine="mysql")
    assert judged(cluster, tree=BASELINE_PLAN + tree).protected
    own = resource("Aurora", DAILY, state="available", engine="aurora-mysql")
    assert judged(own, tree=BASELINE_PLAN + tree).reason is CoverageReason.OPT_IN_OFF


def test_a_cluster_of_which_nobody_tells_the_type_needs_all_to_be_opted_in() -> None:
    cluster = resource("Aurora", DAILY, state="available", facts={"types": "any"})
    assert judged(cluster).reason is CoverageReason.OPT_IN_UNKNOWN


def test_a_bucket_without_versioning_lacks_a_precondition() -> None:
    for facts, notes in (({"versioning": False}, (CoverageNote.PRECONDITION,)), ({"versioning": True}, ()), ({}, ())):
        assert judged(resource("S3", DAILY, facts=facts)).notes == notes


def test_an_instance_whose_volume_has_a_key_of_aws_cannot_leave_the_account() -> None:
    volume = resource(parents=(INSTANCE.arn,), kms="arn:aws:kms:eu-west-1:111111111111:alias/aws/ebs")
    far = 'copy to vault "dr" in eu-west-1 account "999999999999"'
    assert judged(INSTANCE, volume, rule=far).notes == (CoverageNote.PRECONDITION,)
    assert judged(INSTANCE, volume, rule='air_gapped_vault = "Safe"').notes == (CoverageNote.PRECONDITION,)
    assert judged(INSTANCE, volume).notes == ()


@pytest.mark.parametrize(
    "near", ['copy to vault "dr" in eu-central-1', 'air_gapped_vault = "Safe"', "cold_after = 1 day"]
)
def test_a_table_without_advanced_features_has_plain_backups_alone(near: str) -> None:
    table = resource("DynamoDB", DAILY)
    coverage = coverage_of(table, rule=near)
    assert next(coverage.resources()).notes == ()
    off = coverage_of(table, rule=near, dynamodb_advanced={"eu-west-1": False})
    assert next(off.resources()).notes == (CoverageNote.PRECONDITION,)


def test_a_plan_of_the_account_covers_what_policies_leave_out() -> None:
    own = {ACCOUNT: [local_plan("own", ["eu-west-1"], [{"Resources": ["arn:aws:ec2:*:*:volume/*"]}])]}
    only = next(coverage_of(resource(), local_plans=own).resources())
    assert (only.protected, only.plans, only.notes) == (True, ("own",), (CoverageNote.COVERED_BY_LOCAL_PLAN,))
    both = next(coverage_of(resource(tags=DAILY), local_plans=own).resources())
    assert (both.plans, both.notes) == (("daily", "own"), (CoverageNote.BACKED_UP_TWICE,))
    other = next(coverage_of(resource("EFS"), local_plans=own).resources())
    assert other.reason is CoverageReason.NO_TAG


@pytest.mark.parametrize(
    ("arn", "taken"),
    [
        ("arn:aws:s3:::shop-prod-logs", True),
        ("arn:aws:s3:::shop-*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:s3:::*-logs", False),
        ("arn:aws:s3:::shop-*-logs", False),
    ],
)
def test_a_name_in_a_plan_of_the_account_has_its_wildcard_at_the_end(arn: str, taken: bool) -> None:  # noqa: FBT001
    """Facts 3.10."""
    own = {ACCOUNT: [local_plan("own", ["eu-west-1"], [{"Resources": [arn]}])]}
    bucket = resource("S3", {}, name="shop-prod-logs", facts={"versioning": "Enabled"})
    assert next(coverage_of(bucket, local_plans=own).resources()).protected is taken


def test_what_a_pattern_leaves_out_is_left_out_wherever_its_wildcard_stands() -> None:
    selection: dict[str, Json] = {"Resources": ["*"], "NotResources": ["arn:aws:s3:::*-logs"]}
    own = {ACCOUNT: [local_plan("own", ["eu-west-1"], [selection])]}
    assert next(coverage_of(resource("S3", {}, name="shop-logs"), local_plans=own).resources()).protected is False


def test_groups_are_the_largest_first_with_what_would_do() -> None:
    volumes = [resource(tags={"Backup": "daily"}, name=f"v-{number}") for number in range(5)]
    result = coverage_of(resource("EFS"), *volumes, resource("S3", DAILY)).result()
    assert (result.resources, result.protected, result.unprotected) == (7, 1, 6)
    first, second = result.groups
    assert (first.reason, first.count, first.observed, first.wanted) == (
        CoverageReason.TAG_KEY_CASE,
        5,
        "Backup = daily",
        "backup = daily",
    )
    assert first.policies == ("baseline",)
    assert first.span is not None
    assert first.span.first.line == 5
    assert [arn[-3:] for arn in first.sample] == ["v-0", "v-1", "v-2"]
    assert (second.reason, second.observed, second.wanted) == (CoverageReason.NO_TAG, "", "backup = daily, weekly")


def test_an_account_whose_policy_is_invalid_has_no_plan_that_anybody_knows() -> None:
    broken = (
        'policy broken { plan other { regions = [eu-west-1]  rule r { vault = "Main" } } }\nattach broken to root\n'
    )
    row = judged(resource(tags=DAILY), more=broken)
    assert (row.protected, row.reason) == (False, CoverageReason.POLICY_INVALID)


def test_an_empty_inventory_has_nothing_to_say() -> None:
    coverage = coverage_of()
    assert isinstance(coverage, InventoryCoverage)
    assert coverage.inventory == ResourceInventory(())
    assert (coverage.result().resources, coverage.result().groups) == (0, ())

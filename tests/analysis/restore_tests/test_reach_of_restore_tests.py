"""Every reason why no restore test reaches a resource, each with a case that a person can read."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluation import evaluated
from support.moment import AT

from policyengine.analysis.coverage import InventoryCoverage
from policyengine.analysis.restore_tests import TestedResource, UntestedReason, resources_tested
from policyengine.analysis.restore_tests.reach_of_tests import condition_holds
from policyengine.analysis.restore_tests.testing_plans import PointTagCondition
from policyengine.aws.documents import Json
from policyengine.aws.resources import Resource, ResourceInventory

SHOP, HUB = "222222222222", "111111111111"
TREE = f"""\
version: 1
root:
  accounts: [{{id: "{SHOP}", name: shop}}, {{id: "{HUB}", name: hub}}]
settings:
  opt_in: {{eu-west-1: [EBS, RDS, S3, Timestream], cn-north-1: [EBS]}}
"""
SELECTED = "{RestoreTestingSelection: {ProtectedResourceType: EBS}}"


def weekly(  # noqa: PLR0913 - the parts of a plan, each with a usual value
    *selections: str,
    accounts: str = f'["{SHOP}"]',
    regions: str = "[eu-west-1]",
    include: str = '["*"]',
    exclude: str = "[]",
    kinds: str = "[SNAPSHOT]",
    window: int = 7,
    selected: bool = True,
    schedule: str = "",
) -> str:
    """A restore testing plan of the snapshot."""
    listed = f"selections: [{', '.join(selections or (SELECTED,))}]" if selected else ""
    return f"""\
restore_testing:
  - name: weekly
    accounts: {accounts}
    regions: {regions}
    content:
      RestoreTestingPlan:
        {schedule and f'ScheduleExpression: "{schedule}"'}
        RecoveryPointSelection:
          IncludeVaults: {include}
          ExcludeVaults: {exclude}
          RecoveryPointTypes: {kinds}
          SelectionWindowDays: {window}
    {listed}
"""


def condition(operator: str, key: str, value: str, kind: str = "EBS") -> str:
    """A selection of volumes with a condition on a tag of their points."""
    written = f'{{{operator}: [{{Key: "aws:ResourceTag/{key}", Value: {value}}}]}}'
    return f"{{RestoreTestingSelection: {{ProtectedResourceType: {kind}, ProtectedResourceConditions: {written}}}}}"


def only(*arns: str) -> str:
    """A selection of single volumes."""
    return f"{{RestoreTestingSelection: {{ProtectedResourceType: EBS, ProtectedResourceArns: [{', '.join(arns)}]}}}}"


def volume(tags: dict[str, str] | None = None, **facts: Any) -> Resource:  # noqa: ANN401 - fields of a resource
    values = {"type": "EBS", "region": "eu-west-1", **facts}
    tags = {"backup": "daily"} | (tags or {}) if tags != {"none": ""} else None
    return Resource(f"arn:aws:ec2:{values['region']}:{SHOP}:volume/vol-1", SHOP, tags=tags, **values)


def rows_of(  # noqa: PLR0913 - what a case may vary
    resource: Resource | None,
    snapshot: str,
    *,
    rule: str = "",
    schedule: str = "daily at 05:00",
    regions: str = "eu-west-1",
    role: str = 'role = "Backup"',
    tree: str = TREE,
) -> list[TestedResource]:
    policies = f"""\
policy baseline {{
  plan daily {{
    regions = [{regions}]
    rule nightly {{
      schedule = {schedule}
      vault = "Main"
      retain = 35 days
      {rule}
    }}
    tag selection tagged {{ {role}  key = "backup"  values = ["daily"] }}
  }}
}}
attach baseline to account "{SHOP}"
"""
    run = evaluated(policies, tree + snapshot)
    assert run.deployment, run.diagnostics
    assert run.organization
    coverage = InventoryCoverage(ResourceInventory((resource,)), run.deployment) if resource else None
    return [*resources_tested(run.organization, run.deployment, coverage, at=AT, partition="aws")]


MAIN = f"arn:aws:backup:eu-west-1:{SHOP}:backup-vault:Main"
REASON: TypeAlias = UntestedReason
CASES: list[tuple[UntestedReason | None, Resource, str, dict[str, str]]] = [
    (None, volume(), weekly(), {}),
    (None, volume(), weekly(include=f'["{MAIN}"]'), {}),
    (None, volume(), weekly(schedule="cron(0 5 ? * 2 *)"), {}),
    (REASON.NEVER_RUNS, volume(), weekly(schedule="cron(0 5 1 1 ? 2024)"), {}),
    (REASON.SCHEDULE_UNKNOWN, volume(), weekly(schedule="rate(5 days)"), {}),
    (None, volume(), weekly(only("arn:aws:ec2:*:volume/vol-1")), {}),
    (None, volume({"env": "prod"}), weekly(condition("StringEquals", "env", "prod")), {}),
    (
        None,
        volume(),
        weekly(condition("StringEquals", "env", "prod")),
        {"rule": 'recovery_point_tags { env = "prod" }'},
    ),
    (
        None,
        volume(),
        weekly(accounts=f'["{HUB}"]', regions="[eu-central-1]"),
        {"rule": f'copy to vault "Far" in eu-central-1 account "{HUB}"'},
    ),
    (REASON.NOT_PROTECTED, volume({"backup": "never"}), weekly(), {}),
    (REASON.TYPE_NOT_TESTED, volume(type="Timestream"), weekly(), {}),
    (REASON.NOT_IN_REGION, volume(region="cn-north-1"), weekly(), {"regions": "cn-north-1"}),
    (REASON.NO_TESTING_PLAN, volume(), "restore_testing: []\n", {}),
    (REASON.NO_TESTING_PLAN, volume(), weekly(regions="[eu-central-1]"), {}),
    (REASON.TYPE_NOT_SELECTED, volume(), weekly("{ProtectedResourceType: RDS}"), {}),
    (REASON.ARN_NOT_SELECTED, volume(), weekly(only("arn:aws:ec2:*:volume/vol-2")), {}),
    (REASON.TAG_NOT_SELECTED, volume({"env": "test"}), weekly(condition("StringEquals", "env", "prod")), {}),
    (REASON.TAG_NOT_SELECTED, volume(), weekly(condition("StringEquals", "env", "prod")), {}),
    (
        REASON.TAG_NOT_SELECTED,
        volume({"env": "prod"}),
        weekly(condition("StringEquals", "env", "prod")),
        {"rule": 'recovery_point_tags { env = "x" }'},
    ),
    (REASON.TAG_NOT_SELECTED, volume({"env": "prod"}), weekly(condition("StringNotEquals", "env", "prod")), {}),
    (REASON.VAULT_NOT_INCLUDED, volume(), weekly(include=f'["{MAIN}-2"]'), {}),
    (REASON.VAULT_NOT_INCLUDED, volume(), weekly(exclude='["*:Main"]'), {}),
    (REASON.KIND_NOT_INCLUDED, volume(), weekly(kinds="[CONTINUOUS]"), {}),
    (REASON.WINDOW_TOO_SHORT, volume(), weekly(), {"schedule": "monthly on day 1 at 05:00"}),
    (REASON.PROTECTION_UNKNOWN, volume({"none": ""}), weekly(), {}),
    (REASON.TESTING_UNKNOWN, volume(), "", {}),
    (REASON.TESTING_UNKNOWN, volume(), weekly(selected=False), {}),
    (REASON.TESTING_UNKNOWN, volume(), weekly("{ProtectedResourceType: 7}"), {}),
    (REASON.TESTING_UNKNOWN, volume(), "restore_testing: []\npulled: {looked: {vaults: {}}}\n", {}),
    (REASON.TAGS_UNKNOWN, volume(), weekly(condition("StringNotEquals", "env", "prod")), {}),
]


@pytest.mark.parametrize(("reason", "one", "snapshot", "more"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_every_reason_has_a_case(
    reason: UntestedReason | None, one: Resource, snapshot: str, more: dict[str, str]
) -> None:
    (row,) = rows_of(one, snapshot, **more)
    undecided = {each for each in REASON if each.value.endswith("-unknown")}
    assert (row.reason, row.tested) == (reason, None if reason in undecided else reason is None)


def test_cases_show_all_reasons_but_those_of_tests_of_their_own() -> None:
    assert {case[0] for case in CASES} == {None, *UntestedReason} - {REASON.RULES_UNKNOWN, REASON.TYPE_UNKNOWN}


def test_the_nearest_plan_says_what_it_would_take() -> None:
    (row,) = rows_of(volume({"env": "test"}), weekly(condition("StringEquals", "env", "prod")))
    assert (row.plans, row.wanted) == (("weekly",), "env = prod")


def test_without_an_inventory_an_account_whose_policy_nobody_knows_is_undecided() -> None:
    (row,) = rows_of(None, weekly(), role="")
    assert (row.account, row.type, row.vault, row.tested) == (SHOP, None, None, None)
    assert row.reason is REASON.PROTECTION_UNKNOWN


def test_without_an_inventory_types_in_vaults_are_rows() -> None:
    rows = rows_of(None, weekly())
    assert [(row.type, row.vault, row.tested, row.reason) for row in rows] == [
        ("EBS", "Main", True, None),
        ("RDS", "Main", False, REASON.TYPE_NOT_SELECTED),
        ("S3", "Main", False, REASON.TYPE_NOT_SELECTED),
        ("Timestream", "Main", False, REASON.TYPE_NOT_TESTED),
    ]
    (volumes, *_) = rows_of(None, weekly(condition("StringEquals", "env", "prod")))
    assert (volumes.tested, volumes.reason) == (None, REASON.TAGS_UNKNOWN)
    (volumes, *_) = rows_of(None, weekly(only("arn:aws:ec2:*:volume/vol-1")))
    assert volumes.tested is None


def test_points_of_dynamodb_may_have_no_tags_of_the_table() -> None:
    wanted = PointTagCondition("env", "prod", negated=False)
    assert condition_holds(wanted, {}, {"env": "prod"}, copies_tags=False) is None
    assert condition_holds(wanted, {"env": "prod"}, {}, copies_tags=False) is True


TAGS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xyz"))


@given(TAGS, TAGS, st.sampled_from("abcdef"), st.sampled_from("xyz"))
def test_a_tag_of_the_rule_wins(given_tags: dict[str, str], copied: dict[str, str], key: str, value: str) -> None:
    point = {**copied, **given_tags}
    positive = condition_holds(PointTagCondition(key, value, negated=False), given_tags, copied)
    negative = condition_holds(PointTagCondition(key, value, negated=True), given_tags, copied)
    assert positive is (point.get(key) == value)
    assert negative is (None if key not in point else point[key] != value)


def test_a_point_has_fifty_tags_at_most() -> None:
    copied = {f"k{number:02}": "v" for number in range(60)}
    last = PointTagCondition("k49", "v", negated=False)
    assert condition_holds(last, {}, copied) is True
    assert condition_holds(last, {"own": "v"}, copied) is False


ALL_CLUSTERS = "RDS, Aurora, DocumentDB, Neptune"


@pytest.mark.parametrize(
    ("tested", "said"),
    [
        ("Aurora", UntestedReason.TYPE_UNKNOWN),
        (ALL_CLUSTERS, None),
        ("EBS", UntestedReason.TYPE_NOT_SELECTED),
    ],
)
def test_a_cluster_of_which_nobody_tells_the_engine(tested: str, said: UntestedReason | None) -> None:
    kinds = [
        f"{{RestoreTestingSelection: {{ProtectedResourceType: {kind}, ProtectedResourceArns: ['*']}}}}"
        for kind in tested.split(", ")
    ]
    arn, types = f"arn:aws:rds:eu-west-1:{SHOP}:cluster:c", dict[str, Json](types=[*ALL_CLUSTERS.split(", ")])
    cluster = Resource(arn, SHOP, "eu-west-1", "Aurora", {"backup": "daily"}, state="available", facts=types)
    (row,) = rows_of(cluster, weekly(*kinds), tree=TREE.replace("RDS,", f"{ALL_CLUSTERS},"))
    assert (row.tested, row.reason) == ({None: True, UntestedReason.TYPE_UNKNOWN: None}.get(said, False), said)

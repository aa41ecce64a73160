"""Runs that start at the same minute on what may be the same resource."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from aws.deployment.plans import TAGGED, at, plan, rule, said

from policyengine.aws.deployment import Plan, calendar, meet
from policyengine.aws.documents import Json

NIGHTLY = rule("0 5 ? * * *", 60, 35)
SUNDAYS = rule("0 5 ? * SUN *", 60, 90)
ROLE: Mapping[str, Json] = {"iam_role_arn": "r"}


def found(*plans: Plan, days: int = 7) -> list[tuple[str, str, list[str]]]:
    """Rules, Regions, times."""
    return [
        (
            " ".join(f"{plan.name}/{rule.name}" for plan, rule in collision.rules),
            " ".join(collision.regions),
            [str(said(time))[5:] for time in collision.times],
        )
        for collision in calendar(plans, at("2026-09-13"), days).collisions
    ]


def test_two_plans() -> None:
    plans = plan("a", nightly=NIGHTLY), plan("b", weekly=SUNDAYS)
    assert found(*plans, days=8) == [("a/nightly b/weekly", "eu-west-1", ["09-13 05:00", "09-20 05:00"])]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(NIGHTLY, rule("0 5 ? * * *", 60, 35), 7, id="equal retention"),
        pytest.param(NIGHTLY, rule("0 5 ? * * *", 60, 7, continuous=True), 0, id="one is continuous, of all types"),
        pytest.param(NIGHTLY, SUNDAYS, 0, id="the shorter one is left out"),
        pytest.param(NIGHTLY, rule("1 5 ? * * *", 60, 35), 0, id="a minute later"),
    ],
)
def test_rules_of_one_plan(one: dict[str, Json], other: dict[str, Json], expected: int) -> None:
    assert sum(len(times) for _, _, times in found(plan(one=one, other=other))) == expected


TYPES: Mapping[str, Json] = {"resources": {"db": {**ROLE, "resource_types": ["arn:aws:rds:*:*:db:*"]}}}
EVERYTHING: Mapping[str, Json] = {"resources": {"all": {**ROLE, "resource_types": ["*"]}}}
OTHER_TAG: Mapping[str, Json] = {"tags": {"all": {**ROLE, "tag_key": "backup", "tag_value": ["no"]}}}


@pytest.mark.parametrize(
    ("selections", "collide"),
    [
        pytest.param(TAGGED, True, id="the same tag"),
        pytest.param(EVERYTHING, True, id="everything"),
        pytest.param(OTHER_TAG, False, id="another tag"),
        pytest.param(TYPES, False, id="nobody can tell"),
        pytest.param({}, False, id="nothing is selected"),
    ],
)
def test_what_may_be_the_same_resource(selections: Mapping[str, Json], collide: bool) -> None:  # noqa: FBT001 - a table's column
    plans = plan("a", nightly=NIGHTLY), plan("b", nightly=NIGHTLY, selections=selections)
    assert bool(found(*plans)) is collide


def test_only_in_regions_that_both_have() -> None:
    one = plan("a", nightly=NIGHTLY, regions=["eu-west-1", "eu-west-3"])
    other = plan("b", nightly=NIGHTLY, regions=["eu-west-3", "eu-west-1", "us-east-1"])
    assert found(one, other, days=1) == [("a/nightly b/nightly", "eu-west-1 eu-west-3", ["09-13 05:00"])]
    assert found(one, plan("b", nightly=NIGHTLY, regions=["us-east-1"])) == []


def test_each_region_has_its_own() -> None:
    plans = (
        plan("a", nightly=NIGHTLY, regions=["eu-west-1", "eu-west-3"]),
        plan("b", nightly=NIGHTLY, regions=["eu-west-1"]),
        plan("c", nightly=NIGHTLY, regions=["eu-west-3"]),
    )
    assert found(*plans, days=1) == [
        ("a/nightly b/nightly", "eu-west-1", ["09-13 05:00"]),
        ("a/nightly c/nightly", "eu-west-3", ["09-13 05:00"]),
    ]


def test_rules_that_do_not_meet_are_distinguished() -> None:
    plans = [plan(name, nightly=NIGHTLY) for name in "ac"] + [
        plan(name, nightly=NIGHTLY, selections=OTHER_TAG) for name in "bd"
    ]
    assert [rules for rules, _, _ in found(*plans, days=1)] == ["a/nightly c/nightly", "b/nightly d/nightly"]


def test_rules_are_grouped_where_one_meets_two_others() -> None:
    plans = plan("a", nightly=NIGHTLY), plan("b", nightly=NIGHTLY, selections=OTHER_TAG)
    assert found(*plans) == []
    (together,) = found(*plans, plan("c", nightly=NIGHTLY, selections=EVERYTHING), days=1)
    assert together[0] == "a/nightly b/nightly c/nightly"


def test_the_same_rules_at_different_times_are_reported_once() -> None:
    plans = (
        plan("a", often=rule("0 5,17 ? * * *")),
        plan("b", often=rule("0 5,17 ? * * *"), other=rule("0 5 ? * SUN *")),
    )
    assert found(*plans, days=2) == [
        ("a/often b/often b/other", "eu-west-1", ["09-13 05:00"]),
        ("a/often b/often", "eu-west-1", ["09-13 17:00", "09-14 05:00", "09-14 17:00"]),
    ]


def test_the_earliest_comes_first() -> None:
    plans = [plan(name, often=rule("0 5 ? * * *", 60), rarely=rule("0 17 ? * SUN *", 60)) for name in "ab"]
    assert [(rules, len(times)) for rules, _, times in found(*plans)] == [
        ("a/often b/often", 7),
        ("a/rarely b/rarely", 1),
    ]


def test_plans_without_a_region_in_common_do_not_meet() -> None:
    plans = plan("a", regions=["eu-west-1"]), plan("b", regions=["eu-west-3"])
    assert meet(*plans).types == frozenset()
    assert meet(plans[0], plans[0]).types > {"EC2", "RDS"}

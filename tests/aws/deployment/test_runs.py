"""Which runs of a rule AWS starts from a moment on: intervals, comparisons, and rules that plans share."""

from __future__ import annotations

from datetime import datetime

import pytest
from aws.deployment.plans import BUCKETS, TAGGED, at, plan, plan_of, rule, said

from policyengine.aws.deployment import FOREVER, UNKNOWN, Plan, RunComparison, Runs, compare_runs, last_run, next_run
from policyengine.aws.deployment.plan_reader import PlanReader
from policyengine.aws.documents import Json

DAY = 24 * 60
NOW = at("2026-12-01")
NIGHTLY = rule("0 5 ? * * *", 60, 35)


def interval(start: datetime = NOW, /, **rules: dict[str, Json]) -> object:
    """The interval of the first rule, in days."""
    found = plan_of(rules, start=start).rules[0].interval
    return found if found is UNKNOWN else found / DAY


def runs(start: datetime = NOW, /, **rules: dict[str, Json]) -> Runs:
    found = plan_of(rules, start=start).rules[0].runs
    assert found is not UNKNOWN
    return found


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        pytest.param({"a": NIGHTLY}, 1, id="daily"),
        pytest.param({"a": rule("0 5 ? * * 2026-2199")}, 1, id="daily, in listed years"),
        pytest.param({"a": rule("0 5 ? * * 2026-2027")}, 1, id="as long as it goes on"),
        pytest.param({"a": rule("0 5 ? * * 2010,2020-2199")}, 1, id="a gap that is over"),
        pytest.param({"a": rule("0 5 ? * * 2026,2028-2199")}, 366, id="a year is left out"),
        pytest.param({"a": rule("0 0 ? * * 2028-2199")}, 396, id="the wait for the first run"),
        pytest.param({"a": rule("0 5 31 12 ? 2020-2026")}, FOREVER, id="one run is left"),
        pytest.param({"a": rule("0 5 ? * * 2020")}, FOREVER, id="over"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 36)}, FOREVER, id="every run is taken"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * SUN *", 60, 36)}, 2, id="those on Sundays are taken"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * SUN *", 8640, 36)}, 7, id="for six days each week"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 1 * ? *", 60, 36)}, 2, id="once a month"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * * 2050-2059", 60, 36)}, 3653, id="for ten years from 2050 on"),
        pytest.param({"a": NIGHTLY, "b": rule("0 0 1 1 ? *", 525600, 366)}, 2922 - 1, id="but on 31 December of leap years"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * * 2020-2025", 60, 36)}, 1, id="runs that were taken"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 35)}, 1, id="nobody says who wins"),
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 36, continuous=True)}, FOREVER, id="snapshots of a continuous rule take runs"),
        pytest.param({"a": rule("0 5 ? * * *", 60, 5, continuous=True), "b": NIGHTLY}, FOREVER, id="snapshots of a continuous rule are taken"),
        pytest.param({"a": NIGHTLY, "b": rule("every night", 60, 36)}, 1, id="beside one that nobody can read"),
        pytest.param({"a": rule("every night")}, UNKNOWN, id="nobody can read it"),
        pytest.param(
            {"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 36), "c": rule("30 4 ? * * *", 60, 37)}, 1, id="of a lost run"
        ),
    ],
)  # fmt: skip
def test_the_interval_is_the_longest_time_without_a_run_that_aws_starts(
    rules: dict[str, dict[str, Json]], days: object
) -> None:
    if "c" in rules:
        rules = {**rules, "a": rule("30 5 ? * * *", 60, 35)}
    assert interval(**rules) == days


S3, RDS, HANA = "arn:aws:s3:::*", "arn:aws:rds:*:*:db:*", "arn:aws:ssm-sap:*:*:HANA/*"


@pytest.mark.parametrize(
    ("selection", "days"),
    [
        pytest.param({"resource_types": [S3]}, 1, id="S3"),
        pytest.param({"resource_types": [S3, RDS, HANA]}, 1, id="all that surely have it"),
        pytest.param({"resource_types": [S3, "arn:aws:ec2:*:*:volume/*"]}, FOREVER, id="EBS as well"),
        pytest.param({"resource_types": ["arn:aws:rds:*:*:cluster:*"]}, FOREVER, id="Aurora, Neptune and DocumentDB"),
        pytest.param({"resource_types": [S3, "arn:aws:new:*:*:thing/*"]}, FOREVER, id="a type that nobody knows"),
        pytest.param({"resource_types": ["*"]}, FOREVER, id="everything"),
        pytest.param({"resource_types": [RDS], "not_resource_types": [S3]}, 1, id="what it leaves out does not count"),
    ],
)
def test_a_continuous_rule_stays_apart_where_all_types_have_continuous_backup(
    selection: dict[str, Json], days: float
) -> None:
    selections: dict[str, Json] = {"resources": {"some": {"iam_role_arn": "r", **selection}}}
    continuous = rule("0 5 ? * * *", 60, 7, continuous=True)
    longer = plan_of({"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 36, continuous=True)}, selections=selections)
    shorter = plan_of({"a": continuous, "b": NIGHTLY}, selections=selections)
    assert [found.rules[0].interval for found in (longer, shorter)] == [days * DAY] * 2


def test_plans_that_share_a_rule_decide_each_by_its_own_selections() -> None:
    rules: dict[str, Json] = {"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 36, continuous=True)}
    reader, regions = PlanReader(NOW), list[Json](["eu-west-1"])
    plans = [
        reader.plan("p", {"regions": regions, "rules": rules, "selections": dict(selections)})
        for selections in (BUCKETS, TAGGED, BUCKETS)
    ]
    assert [found.rules[0].interval for found in plans] == [DAY, FOREVER, DAY]


def test_a_rule_that_next_runs_in_2190_does_not_run_daily() -> None:
    assert interval(a=rule("0 5 ? * * 2190-2199")) == (at("2190-01-01 05:00") - NOW).total_seconds() / 60 / DAY
    assert interval(at("2190-01-01"), a=rule("0 5 ? * * 2190-2199")) == 1


ALONE = "0 5 ? * * *"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(ALONE, "00 5 * * ? 1970-2199", ("same", 7, 7, "week"), id="otherwise written"),
        pytest.param("0 9-17 ? * MON-FRI *", "0 9,17 ? * MON-FRI *", ("fewer", 45, 10, "week"), id="fewer a day"),
        pytest.param("0 9,17 ? * MON-FRI *", "0 9-17 ? * MON-FRI *", ("more", 10, 45, "week"), id="more a day"),
        pytest.param(ALONE, "0 6 ? * * *", ("other", 7, 7, "week"), id="an hour later"),
        pytest.param(ALONE, "0 5 1 * ? *", ("fewer", 365, 12, "year"), id="monthly instead"),
        pytest.param(ALONE, "0 5 ? * * 2020-2199", ("same", 365, 365, "year"), id="only years that are over are left out"),
        pytest.param(ALONE, "0 5 ? * * 2026-2198", ("fewer", 365, 365, "year"), id="the last year is left out"),
        pytest.param("0 5 29 2 ? *", "0 5 L 2 ? *", ("more", 0, 1, "year"), id="the last of February"),
        pytest.param("7 5 ? * * *", "7,14 5 ? * * *", ("more", 7, 14, "week"), id="odd minutes"),
        pytest.param("0 5 ? * * 2020", "0 5 31 2 ? *", ("same", 0, 0, "year"), id="neither runs"),
    ],
)  # fmt: skip
def test_schedules_compare_by_the_runs_that_aws_starts(
    before: str, after: str, expected: tuple[str, int, int, str]
) -> None:
    assert compare_runs(runs(a=rule(before)), runs(a=rule(after))) == RunComparison(*expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        pytest.param({"b": rule("0 17 ? * * *", 60, 99)}, ("same", 7, 7, "week"), id="a rule that takes none"),
        pytest.param({"b": rule("0 5 ? * SUN *", 60, 99)}, ("fewer", 7, 6, "week"), id="one that takes some"),
        pytest.param({"b": rule("0 0 1 1 ? *", 525_600, 99)}, ("fewer", 365, 0, "year"), id="one that takes a year"),
        pytest.param({"b": rule("0 5 ? * * 2100", 60, 99)}, ("fewer", 365, 365, "year"), id="those of a year far ahead"),
        pytest.param({"b": rule("0 5 ? * SUN *", 60, 1)}, ("same", 7, 7, "week"), id="one of shorter retention"),
    ],
)  # fmt: skip
def test_an_added_rule_takes_runs(beside: dict[str, dict[str, Json]], expected: tuple[str, int, int, str]) -> None:
    alone, joined = runs(a=NIGHTLY), runs(a=NIGHTLY, **beside)
    assert compare_runs(alone, joined) == RunComparison(*expected)  # type: ignore[arg-type]
    assert (joined == alone) == (expected[0] == "same")


@pytest.mark.parametrize(
    ("rules", "first", "last"),
    [
        ({"a": NIGHTLY}, "2026-12-01 05:00", None),
        ({"a": rule("0 5 ? * * 2026-2027")}, "2026-12-01 05:00", "2027-12-31 05:00"),
        ({"a": rule("0 5 ? * * 2020")}, None, "2020-12-31 05:00"),
        ({"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 36)}, None, None),
        ({"a": NIGHTLY, "b": rule("0 5 ? * * 2026-2030", 60, 36)}, "2031-01-01 05:00", None),
        ({"a": NIGHTLY, "b": rule("0 5 ? * * 2030-2199", 60, 36)}, "2026-12-01 05:00", "2029-12-31 05:00"),
        ({"a": rule("0 5 29 2 ? *")}, "2028-02-29 05:00", None),
    ],
)
def test_the_first_and_the_last_run(rules: dict[str, dict[str, Json]], first: str | None, last: str | None) -> None:
    found = runs(**rules)
    assert (said(next_run(found)), said(last_run(found))) == (first, last)


def plans(*rules: dict[str, dict[str, Json]]) -> list[Plan]:
    """Plans that one reader reads, of rules that are one document where they are one object."""
    reader = PlanReader(NOW)
    return [reader.plan("daily", {"regions": ["eu-west-1"], "rules": dict(found)}) for found in rules]


def test_plans_share_a_rule_where_its_runs_are_the_same() -> None:
    other, taking = rule("0 17 ? * * *", 60, 99), rule("0 5 ? * SUN *", 60, 99)
    alone, beside, losing, again = plans(
        {"a": NIGHTLY}, {"a": NIGHTLY, "b": other}, {"a": NIGHTLY, "b": taking}, {"c": taking, "a": NIGHTLY, "b": other}
    )
    assert alone.rules[0] is beside.rules[0]
    assert losing.rules[0] is not alone.rules[0]
    assert losing.rules[0].copies is alone.rules[0].copies
    assert losing.rules[0].interval == 2 * DAY
    assert (again.rules[1].interval, again.rules[2] is beside.rules[1]) == (2 * DAY, True)


def test_rules_of_another_moment_are_other_rules() -> None:
    (before,) = plans({"a": NIGHTLY})
    document: Json = dict(before.document)
    after = PlanReader(at("2027-01-01"), [before]).plan("daily", document)
    assert after.rules[0] is not before.rules[0]
    assert PlanReader(NOW, [before]).plan("daily", document).rules[0] is before.rules[0]


def test_a_plan_without_regions_reads_as_any_other() -> None:
    assert plan(regions=(), a=NIGHTLY).rules[0].interval == DAY

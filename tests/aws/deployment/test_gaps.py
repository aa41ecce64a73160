"""The longest time without a run, of one rule and of several that share the resources."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from aws.deployment.plans import at, minutes, plan_of, rule, said
from support.moment import AT

from policyengine.aws.deployment import Gap, calendar
from policyengine.aws.deployment.plan_reader import PlanReader
from policyengine.aws.documents import Json

DAY = 24 * 60
NIGHTLY = rule("0 5 ? * * *", 60, 35)


def gap(start: str = "2026-09-13 07:00", /, **rules: dict[str, Json]) -> Gap:
    (found,) = calendar([plan_of(rules)], at(start), 1).gaps
    return found


@pytest.mark.parametrize(
    ("schedule", "length", "first"),
    [
        pytest.param("0 5 ? * * *", DAY, "2026-09-14 05:00", id="daily"),
        pytest.param("0 * ? * * *", 60, "2026-09-13 07:00", id="hourly"),
        pytest.param("0 5-23 ? * * *", 6 * 60, "2026-09-13 23:00", id="not at night"),
        pytest.param("0 13/12 ? * * *", DAY, "2026-09-13 13:00", id="over midnight: once a day"),
        pytest.param("0 5 ? * MON-FRI *", 3 * DAY, "2026-09-18 05:00", id="weekends"),
        pytest.param("0 5 31 * ? *", 61 * DAY, "2026-10-31 05:00", id="months without a day 31"),
        pytest.param("0 5 1 * ? *", 31 * DAY, "2026-10-01 05:00", id="monthly"),
        pytest.param("0 5 29 2 ? *", 8 * 365 * DAY + DAY, "2096-02-29 05:00", id="29 February around 2100"),
        pytest.param("0 5 ? * * 2026-2027", DAY, "2026-09-14 05:00", id="it ends"),
        pytest.param("0 5 1 1,12 ? 2026-2027", 334 * DAY, "2027-01-01 05:00", id="the gap of January is past"),
        pytest.param("0 5 1 12 ? 2020-2026", None, None, id="one run to come"),
        pytest.param("0 5 ? * * 2020", None, None, id="over"),
        pytest.param("0 5 31 2 ? *", None, None, id="never"),
    ],
)  # fmt: skip
def test_of_one_rule_it_is_exact(schedule: str, length: int | None, first: str | None) -> None:
    found = gap(nightly=rule(schedule))
    assert (found.minutes, said(found.first)) == (length, first)
    if found.first and found.last and length:
        assert found.last - found.first == timedelta(minutes=length)


def test_a_gap_of_the_past_does_not_count() -> None:
    assert gap(nightly=rule("0 5 ? * * 2010,2020-2199")).minutes == DAY
    assert gap("2019-01-01 05:00", nightly=rule("0 5 1 1 ? 2020,2022")).minutes == 731 * DAY


def test_the_wait_for_the_first_run_is_a_gap() -> None:
    found = gap("2026-12-01", nightly=rule("0 5 ? * * 2190-2199"))
    assert (said(found.first), said(found.last)) == ("2026-12-01 00:00", "2190-01-01 05:00")


def test_a_gap_that_comes_late() -> None:
    found = gap(hourly=rule("0 * ? * * 2026-2089,2099-2199"))
    assert (found.minutes, said(found.first)) == (9 * 365 * DAY + 2 * DAY + 60, "2089-12-31 23:00")


HOURLY, LONG = rule("0 * ? * * *", 60, 1), rule("0 0/12 ? * * *", 480, 7)
MONTHLY = rule("0 6 1 * ? *", 480, 365)


@pytest.mark.parametrize(
    ("rules", "length", "first"),
    [
        pytest.param({"a": HOURLY, "b": LONG}, 480, "2026-09-13 12:00", id="AWS's example"),
        pytest.param({"a": NIGHTLY, "b": rule("0 17 ? * SUN *", 60, 90)}, DAY, "2026-09-14 05:00", id="twice on Sundays"),
        pytest.param({"a": rule("0 5 ? * MON *"), "b": rule("0 5 ? * SAT *")}, 5 * DAY, "2026-09-14 05:00", id="two weekly"),
        pytest.param({"a": rule("0 5 ? * MON *", 60, 1), "b": rule("0 5 ? * MON *", 60, 9)}, 7 * DAY, "2026-09-14 05:00", id="one for the other"),
        pytest.param({"a": rule("0 5 31 * ? *"), "b": rule("0 5 30 * ? *")}, 59 * DAY, "2028-01-31 05:00", id="days 30 and 31"),
        pytest.param({"a": NIGHTLY, "b": rule("0 4 1 * ? *")}, 25 * 60, "2026-10-01 04:00", id="a nightly run is lost"),
        pytest.param({"a": HOURLY, "b": MONTHLY}, 480, "2026-10-01 06:00", id="many runs, fewer years"),
        pytest.param({"a": rule("0 5 ? * * 2026"), "b": rule("0 5 1 * ? *")}, 31 * DAY, "2027-01-01 05:00", id="one ends"),
        pytest.param({"a": rule("0 5 ? * * 2020"), "b": rule("0 5 ? * * 2021")}, None, None, id="both are over"),
    ],
)  # fmt: skip
def test_of_several_rules(rules: dict[str, dict[str, Json]], length: int | None, first: str | None) -> None:
    found = gap("2026-09-13 07:00", **rules)
    assert (found.minutes, said(found.first)) == (length, first)
    assert [rule.name for rule in found.rules] == ["a", "b"]


def test_a_great_many_runs() -> None:
    found = gap(**{f"r{minute}": rule(f"{minute} * ? * * *") for minute in range(6)}, monthly=MONTHLY)
    assert (found.minutes, said(found.first)) == (55, "2026-09-13 07:05")


def test_a_continuous_rule_counts_with_its_snapshots() -> None:
    found = gap(a=rule("0 5 ? * * *", continuous=True), b=rule("0 17 ? * * *", 60, 7))
    assert found.minutes == DAY // 2


def test_rules_that_nobody_can_read_do_not_count() -> None:
    found = gap(odd=rule("every night"), nightly=NIGHTLY)
    assert (found.minutes, [rule.name for rule in found.rules]) == (DAY, ["nightly"])
    assert gap(odd=rule("every night")).minutes is None


def test_a_plan_without_rules_has_no_gap() -> None:
    (found,) = calendar([PlanReader(AT).plan("p", {"regions": ["eu-west-1"]})], at("2026-09-13"), 1).gaps
    assert (found.minutes, found.first, found.last) == (None, None, None)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("0001-01-01", [60, 480, 480]),
        ("1969-12-31 23:59", [60, 480, 480]),
        ("2199-12-25", [60, 480, 60]),
        ("2199-12-31 22:30", [None, None, None]),
        ("9999-12-31 23:59", [None, None, None]),
    ],
)
def test_at_the_ends_of_the_calendar(start: str, expected: list[int | None]) -> None:
    found = [gap(start, **rules) for rules in ({"a": HOURLY}, {"a": HOURLY, "b": LONG}, {"a": HOURLY, "b": MONTHLY})]
    assert [gap.minutes for gap in found] == expected


def test_it_agrees_with_the_calendar() -> None:
    """Of schedules that repeat weekly a calendar of five weeks has every gap."""
    dice = random.Random(3)
    for _ in range(25):
        hours = dice.sample(["*", "5", "0/12", "20-2", "4,16", "23"], 3)
        days = dice.sample(["*", "SUN", "MON-FRI", "WED", "SAT"], 3)
        rules = {
            f"r{rank}": rule(
                f"{dice.choice((0, 30))} {hours[rank]} ? * {days[rank]} *", dice.choice((60, 480, 3000)), rank + 1
            )
            for rank in range(3)
        }
        found = calendar([plan_of(rules)], at("2026-09-13 07:00"), 35)
        taken = sorted({run.time for run in found.runs if not run.suppressed_by})
        assert found.gaps[0].minutes == max(minutes(later - earlier) for earlier, later in pairwise(taken))

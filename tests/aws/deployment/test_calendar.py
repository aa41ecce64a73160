"""The runs to come: when, in which order, which of them are left out and why."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from aws.deployment.plans import BUCKETS, at, minutes, plan, plan_of, rule, said
from support.moment import AT

from policyengine.aws.cron import occurrences, parse_cron
from policyengine.aws.deployment import Calendar, Plan, calendar
from policyengine.aws.deployment.plan_reader import PlanReader
from policyengine.aws.documents import Json

NIGHTLY = rule("0 5 ? * * *", 60, 35)


def times(*plans: Plan, start: str, days: int) -> list[str]:
    return [str(said(run.time)) for run in calendar(plans, at(start), days).runs]


@pytest.mark.parametrize(
    ("schedule", "start", "days", "expected"),
    [
        pytest.param("0 5 ? * * *", "2026-09-13 05:00", 2, ["2026-09-13 05:00", "2026-09-14 05:00"], id="from its very minute"),
        pytest.param("0 5 ? * * *", "2026-09-13 05:01", 1, ["2026-09-14 05:00"], id="a minute too late"),
        pytest.param("0 5 ? * * *", "2026-09-13 05:00:01", 1, ["2026-09-14 05:00"], id="a second too late"),
        pytest.param("0 5 ? * * *", "2026-09-13 04:59:59", 1, ["2026-09-13 05:00"], id="just in time"),
        pytest.param("0 5 29 2 ? *", "2027-03-01", 366, ["2028-02-29 05:00"], id="29 February"),
        pytest.param("0 5 29 2 ? *", "2026-03-01", 366, [], id="no 29 February"),
        pytest.param("0 5 29 2 ? *", "2100-02-01", 60, [], id="no leap year"),
        pytest.param("0 5 31 * ? *", "2026-09-01", 92, ["2026-10-31 05:00"], id="months without a day 31"),
        pytest.param("0 5 L * ? *", "2027-02-01", 60, ["2027-02-28 05:00", "2027-03-31 05:00"], id="last days"),
        pytest.param("0 5 ? * MON-FRI *", "2026-09-11", 4, ["2026-09-11 05:00", "2026-09-14 05:00"], id="a weekend"),
        pytest.param("0 5 ? * * 2026", "2026-12-30", 7, ["2026-12-30 05:00", "2026-12-31 05:00"], id="it ends"),
        pytest.param("0 5 ? * * *", "2199-12-31", 366, ["2199-12-31 05:00"], id="the end of the calendar"),
        pytest.param("0 5 ? * * *", "1969-12-31", 2, ["1970-01-01 05:00"], id="its beginning"),
        pytest.param("0 5 ? * * *", "0001-01-01", 366, [], id="long before"),
        pytest.param("0 5 ? * * *", "9999-12-31 23:59", 366, [], id="long after"),
    ],
)  # fmt: skip
def test_runs_of_one_rule(schedule: str, start: str, days: int, expected: list[str]) -> None:
    assert times(plan(nightly=rule(schedule)), start=start, days=days) == expected


def test_runs_come_by_time_then_in_the_order_of_plans_and_rules() -> None:
    first = plan("a", late=rule("0 6 ? * * *", 60), early=rule("0 5 ? * * *", 60), regions=["eu-west-1", "eu-west-3"])
    second = plan("b", early=rule("0 5 ? * * *", 60))
    runs = calendar([first, second], at("2026-09-13"), 1).runs
    assert [(run.plan.name, run.rule.name, run.plan.regions) for run in runs] == [
        ("a", "early", ("eu-west-1", "eu-west-3")),
        ("b", "early", ("eu-west-1",)),
        ("a", "late", ("eu-west-1", "eu-west-3")),
    ]


AWS_EXAMPLE = plan(hourly=rule("0 * ? * * *", 60, 1), long=rule("0 0/12 ? * * *", 480, 7))


def lost(found: Calendar) -> dict[str, str]:
    """The runs that are left out, by time, with the runs because of which."""
    return {
        f"{run.time:%H:%M}": ", ".join(f"{by.rule.name} {by.time:%H:%M}" for by in run.suppressed_by)
        for run in found.runs
        if run.suppressed_by
    }


def test_the_example_of_aws_leaves_eight_hourly_and_two_long_runs_a_day() -> None:
    found = calendar([AWS_EXAMPLE], at("2026-09-14"), 1)
    assert [(rule.rule.name, rule.runs, rule.suppressed) for rule in found.rules] == [
        ("hourly", 24, 16),
        ("long", 2, 0),
    ]
    assert lost(found) == {
        **{f"{hour:02}:00": "long 00:00" for hour in range(8)},
        **{f"{hour:02}:00": "long 12:00" for hour in range(12, 20)},
    }


def test_a_window_from_before_the_period_counts() -> None:
    assert lost(calendar([AWS_EXAMPLE], at("2026-09-14 06:30"), 1))["07:00"] == "long 00:00"


def test_a_window_from_after_the_period_counts() -> None:
    early = plan(early=rule("0 23 ? * * *", 480, 1), late=rule("0 1 ? * * *", 60, 7))
    found = calendar([early], at("2026-09-13 22:00"), 1)
    assert [(f"{run.time:%d %H:%M}", len(run.suppressed_by)) for run in found.runs] == [
        ("13 23:00", 1),
        ("14 01:00", 0),
    ]


def test_a_chain_of_windows_from_before_the_period_counts() -> None:
    """`month` takes `week` away hours before the period, so that `day` runs right after it has begun."""
    found = plan(
        day=rule("15 20 ? * * *", 60, 1), week=rule("30 18 ? * * *", 120, 7), month=rule("0 17 ? * * *", 120, 30)
    )
    runs = calendar([found], at("2026-09-13 20:10"), 1).runs
    assert [(run.rule.name, [by.rule.name for by in run.suppressed_by]) for run in runs] == [
        ("day", []),
        ("month", []),
        ("week", ["month"]),
    ]


def test_of_several_causes_each_rule_tells_its_run_at_the_same_minute_else_the_first() -> None:
    found = plan(
        short=rule("0 12 ? * * *", 60, 1), noon=rule("0 10,12 ? * * *", 480, 7), other=rule("0 9,11 ? * * *", 480, 7)
    )
    assert lost(calendar([found], at("2026-09-14"), 1)) == {"12:00": "noon 12:00, other 09:00"}


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param({"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 35)}, id="equal retention: AWS does not say"),
        pytest.param({"a": NIGHTLY, "b": rule("0 6 ? * * *", 60, 7)}, id="windows that touch"),
    ],
)
def test_nothing_is_left_out(rules: dict[str, dict[str, Json]]) -> None:
    assert lost(calendar([plan_of(rules)], at("2026-09-13"), 7)) == {}


def test_a_continuous_rule_of_types_that_have_continuous_backup_loses_nothing() -> None:
    rules = {"a": NIGHTLY, "b": rule("0 5 ? * * *", 60, 7, continuous=True)}
    assert lost(calendar([plan_of(rules, selections=BUCKETS)], at("2026-09-13"), 7)) == {}
    assert lost(calendar([plan_of(rules)], at("2026-09-13"), 7)) == {"05:00": "a 05:00"}


def test_rules_of_different_plans_do_not_suppress_each_other() -> None:
    plans = [plan("a", nightly=NIGHTLY), plan("b", nightly=rule("0 5 ? * * *", 60, 7))]
    assert lost(calendar(plans, at("2026-09-13"), 7)) == {}


@pytest.mark.parametrize(
    ("schedule", "following", "last"),
    [
        ("0 5 ? * * *", "2026-09-14 05:00", None),
        ("0 5 29 2 ? *", "2028-02-29 05:00", None),
        ("0 5 ? * * 2026-2027", "2026-09-14 05:00", "2027-12-31 05:00"),
        ("0 5 29 2 ? 2020-2027", None, "2024-02-29 05:00"),
        ("0 5 ? * * 2020", None, "2020-12-31 05:00"),
        ("0 5 31 2 ? *", None, None),
        ("0 5 31 2 ? 2026-2027", None, None),
        ("0 5 ? * * 2199", "2199-01-01 05:00", None),
    ],
)
def test_what_comes_beyond(schedule: str, following: str | None, last: str | None) -> None:
    (found,) = calendar([plan(nightly=rule(schedule))], at("2026-09-13 07:00"), 1).rules
    assert (said(found.next), said(found.last), found.readable) == (following, last, True)


def test_a_schedule_that_nobody_can_read_has_no_runs() -> None:
    found = calendar([plan(odd=rule("every night"), nightly=NIGHTLY)], at("2026-09-13"), 1)
    assert [(rule.rule.name, rule.runs, rule.readable) for rule in found.rules] == [
        ("odd", 0, False),
        ("nightly", 1, True),
    ]


def test_a_plan_without_regions_runs_nowhere() -> None:
    found = calendar([PlanReader(AT).plan("p", {"rules": {"nightly": NIGHTLY}})], at("2026-09-13"), 7)
    assert (found.runs, found.gaps, [rule.runs for rule in found.rules]) == ((), (), [0])


def test_a_rule_without_a_schedule_has_the_default() -> None:
    bare = PlanReader(AT).plan("p", {"regions": ["eu-west-1"], "rules": {"nightly": {}}})
    assert times(bare, start="2026-09-13", days=1) == ["2026-09-13 05:00"]


def test_it_agrees_with_a_reading_minute_by_minute() -> None:
    dice = random.Random(2)
    for _ in range(15):
        windows = dice.sample([60, 90, 120, 480, 600, 3000], 3)
        hours = dice.sample(["*", "5", "0/12", "20-2", "4,16", "23"], 3)
        days = dice.sample(["*", "SUN", "MON-FRI", "WED"], 3)
        fields = [f"{dice.choice((0, 30))} {hours[rank]} ? * {days[rank]} *" for rank in range(3)]
        rules = {f"r{rank}": rule(fields[rank], windows[rank], rank + 1) for rank in range(3)}
        start = at(f"2026-09-{dice.randrange(1, 30):02} {dice.randrange(24):02}:00")
        found = calendar([plan_of(rules)], start, 3)
        expected = slowly([(fields[rank], windows[rank]) for rank in range(3)], start, start + timedelta(days=3))
        assert {(run.rule.name, run.time) for run in found.runs if not run.suppressed_by} == expected


def slowly(rules: list[tuple[str, int]], start: datetime, end: datetime) -> set[tuple[str, datetime]]:
    """The runs of a period that take place, rules by rising retention, minute by minute from a week before it."""
    week = timedelta(days=7)
    taken: set[int] = set()
    found: set[tuple[str, datetime]] = set()
    for rank in (2, 1, 0):
        schedule, window = rules[rank]
        own: set[int] = set()
        runs = occurrences(parse_cron(f"cron({schedule})"), start - week)
        for run in takewhile(lambda run: run < end + week, runs):
            first = minutes(run - start)
            covered = range(first, first + window)
            if taken.isdisjoint(covered):
                own.update(covered)
                found |= {(f"r{rank}", run)} if start <= run < end else set()
        taken |= own
    return found


def test_moments_are_in_utc() -> None:
    found = calendar([plan(nightly=NIGHTLY)], at("2026-09-13"), 1)
    assert {run.time.tzinfo for run in found.runs} == {UTC}
    assert (found.start, found.end) == (at("2026-09-13"), at("2026-09-14"))

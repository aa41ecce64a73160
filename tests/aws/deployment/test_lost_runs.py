"""Runs that are left out where start windows overlap: AWS's own example, boundaries, and a minute-by-minute reading."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.aws.cron import occurrences, parse_cron
from policyengine.aws.deployment import Plan, overlaps
from policyengine.aws.deployment.plan_reader import PlanReader
from policyengine.aws.deployment.plans import RunShape
from policyengine.aws.deployment.runs import may_overlap, minute, run_outcomes
from policyengine.aws.documents import Json


class Window(NamedTuple):
    """A rule: the fields of its cron, its start window in minutes (0: not set), its retention in days (0: not set)."""

    schedule: str
    minutes: int
    days: int
    continuous: bool = False


TAGGED: dict[str, Json] = {"tags": {"all": {"iam_role_arn": "r", "tag_key": "backup", "tag_value": ["yes"]}}}
BUCKETS: dict[str, Json] = {"resources": {"all": {"iam_role_arn": "r", "resource_types": ["arn:aws:s3:::*"]}}}


def plan(selections: dict[str, Json] = TAGGED, /, **windows: Window) -> Plan:
    rules: dict[str, Json] = {}
    for name, window in windows.items():
        rule: dict[str, Json] = {"schedule_expression": f"cron({window.schedule})", "target_backup_vault_name": "Main"}
        if window.minutes:
            rule["start_backup_window_minutes"] = str(window.minutes)
        if window.days:
            rule["lifecycle"] = {"delete_after_days": str(window.days)}
        if window.continuous:
            rule["enable_continuous_backup"] = "true"
        rules[name] = rule
    document: dict[str, Json] = {"regions": ["eu-west-1"], "rules": rules, "selections": selections}
    return PlanReader(datetime(2027, 1, 1, tzinfo=UTC)).plan("p", document)


def losses(**windows: Window) -> dict[str, tuple[int, int, str, list[str]]]:
    """Per losing rule: lost, all its runs, in a week or a year, and the rules that run instead."""
    return {
        overlap.rule.name: (overlap.lost, overlap.runs, overlap.period, [rule.name for rule in overlap.by])
        for overlap in overlaps(plan(TAGGED, **windows))
    }


def test_the_example_of_aws_leaves_eight_hourly_and_two_long_backups_a_day() -> None:
    found = losses(hourly=Window("0 * ? * * *", 60, 1), long=Window("0 0/12 ? * * *", 480, 7))
    assert found == {"hourly": ((24 - 8) * 7, 24 * 7, "week", ["long"])}


MINUTES, HOURS = st.sampled_from([0, 1, 30, 59]), st.integers(0, 23)
NIGHTLY = Window("0 5 ? * * *", 60, 7)


@pytest.mark.parametrize(
    ("windows", "found"),
    [
        pytest.param({"b": Window("0 6 ? * * *", 60, 35)}, {}, id="windows that touch"),
        pytest.param({"b": Window("59 5 ? * * *", 60, 35)}, {"a": (7, 7, "week", ["b"])}, id="one minute is enough"),
        pytest.param({"b": Window("0 4 ? * * *", 0, 35)}, {"a": (7, 7, "week", ["b"])}, id="8 hours by default"),
        pytest.param({"b": Window("0 4 ? * * *", 60, 0)}, {}, id="before it"),
        pytest.param({"b": Window("0 4 ? * * *", 61, 0)}, {"a": (7, 7, "week", ["b"])}, id="forever is longest"),
        pytest.param({"b": Window("0 5 ? * * *", 60, 7)}, {}, id="equal retention"),
        pytest.param(
            {"b": Window("0 5 ? * * *", 60, 35, continuous=True)}, {"a": (7, 7, "week", ["b"])}, id="continuous"
        ),
        pytest.param({"b": Window("0 5 ? * SUN *", 60, 35)}, {"a": (1, 7, "week", ["b"])}, id="on Sundays"),
        pytest.param({"b": Window("0 5 ? * SUN *", 20160, 35)}, {"a": (7, 7, "week", ["b"])}, id="two weeks long"),
        pytest.param({"b": Window("0 20 ? * SAT *", 600, 35)}, {"a": (1, 7, "week", ["b"])}, id="over midnight"),
        pytest.param({"b": Window("0 5 1 * ? *", 60, 35)}, {"a": (12, 365, "year", ["b"])}, id="monthly"),
        pytest.param({"b": Window("0 23 L 12 ? *", 420, 35)}, {"a": (1, 365, "year", ["b"])}, id="over new year"),
        pytest.param({"b": Window("0 5 31 2 ? *", 60, 35)}, {}, id="never runs"),
        pytest.param({"b": Window("0 5 ? * * 2020", 60, 35)}, {}, id="ran long ago"),
        pytest.param({"b": Window("every night", 60, 35)}, {}, id="no schedule"),
    ],
)
def test_what_a_nightly_rule_loses(
    windows: dict[str, Window], found: dict[str, tuple[int, int, str, list[str]]]
) -> None:
    assert losses(a=NIGHTLY, **windows) == found


def test_continuous_rules_of_types_that_have_continuous_backup_are_left_out() -> None:
    continuous = NIGHTLY._replace(days=35, continuous=True)
    assert overlaps(plan(BUCKETS, a=NIGHTLY, b=continuous)) == ()
    (found,) = overlaps(plan(BUCKETS, a=NIGHTLY, b=continuous, c=NIGHTLY._replace(days=36)))
    assert (found.rule.name, [rule.name for rule in found.by]) == ("a", ["c"])


def test_a_run_that_is_left_out_takes_nothing_from_others() -> None:
    day, week = Window("0 20 ? * * *", 60, 1), Window("0 19 ? * * *", 120, 7)
    assert losses(day=day, week=week) == {"day": (7, 7, "week", ["week"])}
    month = Window("0 18 ? * * *", 90, 30)
    assert losses(day=day, week=week, month=month) == {"week": (7, 7, "week", ["month"])}


def test_runs_at_the_same_minute_are_distinguished() -> None:
    (found,) = overlaps(plan(a=NIGHTLY, b=Window("0 5 ? * SUN *", 60, 35), c=Window("30 5 ? * MON *", 60, 35)))
    assert (found.lost, [rule.name for rule in found.by]) == (2, ["b", "c"])
    assert sorted([rule.name for rule in rules] for rules in found.together) == [[], ["b"]]


def test_it_agrees_with_a_reading_minute_by_minute() -> None:
    dice = random.Random(1)
    for _ in range(15):
        rules = [
            Window(f"{dice.choice((0, 30))} {dice.randrange(24)} ? * {days} *", dice.choice((60, 120, 600, 3000)), rank)
            for rank, days in enumerate(dice.sample(["*", "SUN", "MON-FRI", "SAT,SUN", "WED"], 3), start=1)
        ]
        found = losses(**{f"r{rule.days}": rule for rule in rules})
        assert {name: loss[0] for name, loss in found.items()} == slowly(rules)


@settings(max_examples=200)
@given(
    st.lists(
        st.builds(
            RunShape,
            st.builds("cron({} {} {} * ? *)".format, MINUTES, HOURS, st.sampled_from(["*", "1", "2/3"])),
            st.sampled_from([1, 1.5, 60, 480, 1439, 1440, 3000, 20_160]),
            st.integers(0, 2),
        ),
        min_size=2,
        max_size=3,
    )
)
def test_rules_that_cannot_overlap_lose_nothing(rules: list[RunShape]) -> None:
    first = minute(datetime(2027, 3, 1, tzinfo=UTC))
    lost = any(fate.lost for fate in run_outcomes(rules, first, first + 3 * 24 * 60))
    assert may_overlap(rules) or not lost


def slowly(rules: list[Window]) -> dict[str, int]:
    """The runs that rules lose in a week, longest retention first, minute by minute over three weeks before it."""
    start, week = datetime(2027, 3, 1, tzinfo=UTC), timedelta(days=7)
    taken: set[datetime] = set()
    lost: dict[str, int] = {}
    for rule in sorted(rules, key=lambda rule: -rule.days):
        own: set[datetime] = set()
        after = start - 3 * week
        for run in takewhile(
            lambda run: run < start + 2 * week, occurrences(parse_cron(f"cron({rule.schedule})"), after)
        ):
            window = {run + timedelta(minutes=minute) for minute in range(rule.minutes)}
            if window.isdisjoint(taken):
                own |= window
            elif start <= run < start + week:
                lost[f"r{rule.days}"] = lost.get(f"r{rule.days}", 0) + 1
        taken |= own
    return lost

"""AWS's recorded answers to schedules sent on 13 September 2026, as this room's part of admission gives them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from policyengine.aws.cron import CronError, next_two, parse_cron

HOURLY, ARCHIVE = timedelta(hours=1), timedelta(days=28)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-09-13T{clock}+00:00")


def admitted(text: str, clock: str, least: timedelta) -> bool:
    try:
        runs = next_two(parse_cron(text), at(clock))
    except CronError:
        return False
    return runs is not None and runs[1] - runs[0] >= least


@pytest.mark.parametrize(
    ("clock", "body", "plain"),
    [
        ("06:15:19", "0 5 ? * * *", True),
        ("06:15:19", "* * * * * *", False),
        ("06:57:52", "0 5 ? * MON-FRI *", True),
        ("06:57:52", "0/15 * ? * * *", False),
        ("06:57:52", "0 5 ? * 6L *", True),
        ("06:57:52", "0 5 ? * L *", True),
        ("06:57:52", "0 5 ? * MON#2 *", True),
        ("06:57:52", "0 5 ? * MON#2,TUE#3 *", False),
        ("06:57:52", "0 5 ? NOV-FEB * *", True),
        ("06:57:52", "0 20-2 ? * * *", True),
        ("06:57:52", "0 5 ? * mon *", True),
        ("06:57:52", "0 5 ? JAN * 2200", False),
        ("06:57:52", "0 5 ? JAN * 1969", False),
        ("06:57:52", "0 5 ? JAN * 2030-2035", True),
        ("06:57:52", "0 5 ? JAN * 2030/2", True),
        ("06:57:52", "0 5 ? * * 9999", False),
        ("06:57:52", "0 5 ? * 0 *", False),
        ("06:57:52", "0 5 1,15 * ? *", True),
        ("06:57:52", "0  5 ? * * *", True),
        ("07:03:25", "*/60 5 ? * * *", False),
        ("07:03:25", "0/60 5 ? * * *", False),
        ("07:03:25", "0/59 5 ? * * *", False),
        ("07:03:25", "1/59 5 ? * * *", True),
        ("07:03:25", "0,30 5 ? * * *", False),
        ("07:03:25", "0,0 5 ? * * *", True),
        ("07:03:25", "5-5 5 ? * * *", True),
        ("07:03:25", "* 5 ? * * *", False),
        ("07:40:34", "0,59 7 ? * * *", True),
        ("07:40:34", "0,59 8 ? * * *", False),
        ("07:40:34", "0,59 6 ? * * *", False),
        ("07:42:31", "0 5 31W FEB ? *", False),
        ("07:42:31", "0 5 L-30 * ? *", True),
        ("07:42:31", "0 5 L-31 * ? *", False),
        ("07:42:31", "0 5 ? * 1L *", True),
        ("07:42:31", "0 5 ? * 0L *", False),
        ("07:42:31", "0 5 ? * MONL *", True),
        ("07:42:31", "0 5 ? * MON#0 *", False),
        ("07:42:31", "0 5 ? * MON#6 *", False),
        ("07:42:31", "0 5 ? * 7-1 *", True),
        ("07:42:31", "0 5 ? * MON-FRI/2 *", True),
        ("07:42:31", "0 5 ? JAN * 2035-2030", False),
        ("07:42:31", "0 5 1 * ? * *", True),
        ("07:42:31", "0 5 ? * 1L,2L *", False),
        ("07:42:31", "0 5 L,L * ? *", False),
        ("07:42:31", "0 5 ? * MON#1/2 *", False),
        ("08:45:51.058257", "44,46 8 ? * * *", True),
        ("08:46:03.887039", "44,46 8 ? * * *", False),
    ],
)
def test_schedules(clock: str, body: str, *, plain: bool) -> None:
    assert admitted(f"cron({body})", clock, HOURLY) is plain


@pytest.mark.parametrize(
    ("clock", "body", "plain", "archive"),
    [
        ("07:32:15", "0 5 1,29 JAN ? *", True, True),
        ("07:32:15", "0 5 1,29 * ? *", True, False),
        ("07:32:15", "0 5 1,29 FEB ? *", True, True),
        ("07:32:15", "0 5 1,28 FEB ? *", True, False),
        ("07:32:15", "0 5 1,30 JAN ? *", True, True),
        ("07:32:15", "0 5 1/28 JAN ? *", True, True),
        ("07:32:15", "0 5 1/28 * ? *", True, False),
        ("07:32:15", "0 5 L-3 * ? *", True, True),
        ("07:32:15", "0 5 1,1 * ? *", True, True),
        ("07:32:15", "0 5,5 1 * ? *", True, True),
        ("07:32:15", "0 5-5 1 * ? *", True, True),
        ("07:32:15", "0 5,6 1 * ? *", True, False),
        ("07:32:15", "0 5 ? * MON#1 *", True, True),
        ("07:32:15", "0 5 ? JAN,MAR MON#1 *", True, True),
        ("07:32:15", "0 5 ? FEB SAT#5 *", True, True),
        ("07:32:15", "0 5 ? * SUN#5 *", True, True),
        ("07:32:15", "0 5 15W * ? *", True, True),
        ("07:32:15", "0 5 31W * ? *", True, True),
        ("07:32:15", "0 5 L * ? *", True, True),
        ("07:32:15", "0 5 LW * ? *", True, True),
        ("07:32:15", "0 5 31 FEB ? *", False, False),
        ("07:32:15", "0 5 29 FEB ? 2027", False, False),
        ("07:32:15", "0 5 29 FEB ? 2028", False, False),
        ("07:32:15", "0 5 1 JAN ? 1970", False, False),
        ("07:32:15", "0 5 1 JAN ? 2025", False, False),
        ("07:32:15", "0 5 1 JAN ? 2030", False, False),
        ("07:36:05", "0 5 ? JAN * 2025", False, False),
        ("07:36:05", "0 5 ? JAN * 2030", True, False),
        ("07:36:05", "0 5 1 JAN,FEB ? 2030", True, True),
        ("07:36:05", "0 5 1,29 JAN,FEB ? *", True, True),
        ("07:36:05", "0 5 1,29 JAN,MAR ? *", True, True),
        ("07:36:05", "0 5 1,28 JAN,FEB ? *", True, False),
        ("07:36:05", "0 5 1,30 JAN,FEB ? *", True, True),
        ("07:36:05", "0 5 29 FEB ? 2028,2032", True, True),
        ("07:36:05", "0 5 29 FEB ? *", True, True),
        ("07:36:05", "0 5 1 JAN ? 2030,2031", True, True),
        ("07:36:05", "0 5 1 JAN ? 1970,1971", False, False),
        ("08:52:46", "0 5 ? * 1#1,2 *", True, True),
        ("08:52:46", "0 5 1W,15W * ? *", True, True),
        ("08:52:46", "0 5 1-5W * ? *", True, False),
        ("08:52:46", "0 5 1 * ?", True, True),
        ("08:52:46", "0 5 L-3W * ? *", True, True),
    ],
)
def test_schedules_of_rules_that_go_to_the_archive(clock: str, body: str, *, plain: bool, archive: bool) -> None:
    text = f"cron({body})"

    assert (admitted(text, clock, HOURLY), admitted(text, clock, ARCHIVE)) == (plain, archive)


@pytest.mark.parametrize(
    ("clock", "body"),
    [
        ("08:52:46", "0 5 ? * 1,2#1 *"),
        ("08:52:46", "0 5 1 * ? * garbage"),
        ("07:04:35", "0 5 1 1 ? *"),
    ],
)
def test_schedules_seen_with_the_archive_only(clock: str, body: str) -> None:
    assert admitted(f"cron({body})", clock, ARCHIVE)


@pytest.mark.parametrize("body", ["0 5 ? * 1-2L *", "0 5 ? * L *", "0 5 ? * SUN *", "0 5 ? * * *"])
def test_schedules_refused_for_the_archive(body: str) -> None:
    assert not admitted(f"cron({body})", "08:52:46", ARCHIVE)


def test_the_next_two_runs_count_from_the_moment_after_the_time_asked() -> None:
    cron = parse_cron("cron(0 5 ? * * *)")
    exactly = datetime(2026, 9, 13, 5, tzinfo=UTC)

    assert next_two(cron, exactly) == (exactly + timedelta(days=1), exactly + timedelta(days=2))
    assert next_two(cron, exactly - timedelta(microseconds=1)) == (exactly, exactly + timedelta(days=1))

"""Whole calendars of schedules at once, against their runs one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from math import inf
from operator import and_, or_

import pytest

from policyengine.aws.cron import Bits, Cron, Timeline, combined, has_all, occurrences, parse_cron, timeline

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
DAILY, HOURLY, WEEKLY = "0 5 ? * * *", "30 * ? * * *", "15 3 ? * SUN *"
MONTHLY, LISTED, NEVER = "45 23 L * ? *", "0 0 1 JAN,MAR ? 2027,2029", "0 5 ? * * 2020"
SPAN = ("2026-12-15T07:00", "2027-03-02T00:00")
SPANS = [SPAN, ("2027-02-28T23:45", "2027-03-01T00:15"), ("2026-12-01T00:00", "2027-01-01T00:00")]
YEARS = ("2024-02-28T00:00", "2029-03-01T12:00")
MIDNIGHTS, MONTHS_END = "0 0 1 * ? *", "30 23 L * ? *"


def minute(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - FIRST) // timedelta(minutes=1)


def cron(body: str) -> Cron:
    return parse_cron(f"cron({body})")


def runs(body: str, start: int, end: int) -> list[int]:
    """The runs from a minute to before another one, one by one."""
    found = (
        (run - FIRST) // timedelta(minutes=1) for run in occurrences(cron(body), FIRST + timedelta(minutes=start - 1))
    )
    return list(takewhile(lambda run: run < end, found))


def laid_out(bodies: list[str], start: int, end: int) -> tuple[Timeline, list[Bits]]:
    crons = [cron(body) for body in bodies]
    line = timeline(crons, start, end)
    return line, [line.within(line.bits(each), start, end) for each in crons]


@pytest.mark.parametrize(
    ("span", "parts"),
    [
        (("2026-12-01T00:00", "2027-01-01T00:00"), [(2026, 12, 12)]),
        (("2026-12-31T23:59", "2027-01-01T00:01"), [(2026, 12, 12), (2027, 1, 1)]),
        (("2026-11-30T23:59", "2027-02-01T00:00"), [(2026, 11, 11), (2026, 12, 12), (2027, 1, 1)]),
        (("2023-12-31T00:00", "2028-01-01T00:01"), [(year, 1, 12) for year in range(2023, 2029)]),
        (("1960-01-01T00:00", "1970-02-01T00:00"), [(1970, 1, 1)]),
        (("2199-12-31T23:59", "2300-01-01T00:00"), [(2199, 12, 12)]),
        (("1960-01-01T00:00", "1970-01-01T00:00"), []),
        (("2200-01-01T00:00", "2200-01-02T00:00"), []),
        (("2027-01-01T00:00", "2027-01-01T00:00"), []),
    ],
)
def test_a_calendar_is_of_months_and_a_long_one_of_years(
    span: tuple[str, str], parts: list[tuple[int, int, int]]
) -> None:
    line, (daily,) = laid_out([DAILY], *map(minute, span))
    assert list(line.parts) == parts
    assert list(line.minutes(daily)) == runs(DAILY, *map(minute, span))


def test_a_calendar_of_four_years_is_still_one_of_months() -> None:
    line, _ = laid_out([DAILY], minute("2024-12-31T00:00"), minute("2028-01-01T00:01"))
    assert [line.parts[0], line.parts[-1], len(line.parts)] == [(2024, 12, 12), (2028, 1, 1), 38]


def test_nothing_runs_in_a_calendar_without_a_minute() -> None:
    line, (daily,) = laid_out([DAILY], minute("2200-01-01T00:00"), minute("2201-01-01T00:00"))
    assert (daily.number, line.first(daily), line.last(daily)) == (0, None, None)
    assert line.after(daily, inf).number == line.before(daily, inf).number == 0


@pytest.mark.parametrize("span", [*SPANS, YEARS])
@pytest.mark.parametrize(
    "bodies",
    [[DAILY], [HOURLY], [MIDNIGHTS, MONTHS_END], [HOURLY, DAILY], [WEEKLY, MONTHLY], [LISTED, HOURLY], [NEVER, DAILY]],
)
def test_runs_are_those_of_the_schedules(bodies: list[str], span: tuple[str, str]) -> None:
    start, end = map(minute, span)
    line, bits = laid_out(bodies, start, end)
    for body, slots in zip(bodies, bits, strict=True):
        expected = runs(body, start, end)
        assert list(line.minutes(slots)) == expected
        assert slots.number == len(expected)
        assert line.first(slots) == (expected[0] if expected else None)
        assert line.last(slots) == (expected[-1] if expected else None)


@pytest.mark.parametrize(
    ("bodies", "unit"),
    [([DAILY], 180), ([HOURLY], 60), ([HOURLY, DAILY], 30), ([WEEKLY, MONTHLY], 30), (["7 3 ? * * *", DAILY], 1)],
)
def test_slots_are_as_long_as_the_schedules_allow(bodies: list[str], unit: int) -> None:
    line, _ = laid_out(bodies, *map(minute, SPAN))
    assert line.unit == unit
    assert all(line.minute(line.slot(run)) == run for body in bodies for run in runs(body, *map(minute, SPAN)))


@pytest.mark.parametrize("span", [SPAN, ("2026-12-01T00:00", "2027-03-01T00:00")])
@pytest.mark.parametrize("body", [WEEKLY, MIDNIGHTS, MONTHS_END, LISTED, NEVER])
@pytest.mark.parametrize("minutes", [0, 30, 31, 60, 90, 480, 1440, 40 * 1440])
def test_windows_after_and_before_runs(body: str, minutes: int, span: tuple[str, str]) -> None:
    """A window has the slots that begin within it, and that of the run itself."""
    start, end = map(minute, span)
    line, (hourly, rare) = laid_out([HOURLY, body], start, end)
    windows = [(run, run + max(minutes, 1)) for run in runs(body, start, end)]
    later = [run for run in runs(HOURLY, start, end) if any(low <= run < high for low, high in windows)]
    taken = line.within(combined(and_, hourly, line.after(rare, minutes)), start, end)
    assert list(line.minutes(taken)) == later
    earlier = [run for run in runs(HOURLY, start, end) if any(run <= low < run + max(minutes, 1) for low, _ in windows)]
    takers = line.within(combined(and_, hourly, line.before(rare, minutes)), start, end)
    assert list(line.minutes(takers)) == earlier


def test_schedules_are_put_together_and_compared() -> None:
    start, end = map(minute, SPAN)
    bodies = [DAILY, "0 5,17 ? * * *", NEVER, "0 5 1 JAN ? *", "0 5 1 * ? *"]
    _, (daily, twice, never, new_years, month_begins) = laid_out(bodies, start, end)
    assert has_all(twice, daily)
    assert not has_all(daily, twice)
    assert has_all(never, never)
    assert has_all(daily, never)
    assert not has_all(never, daily)
    assert not has_all(new_years, month_begins)
    assert has_all(month_begins, new_years)
    assert combined(or_, daily, twice).number == twice.number
    assert combined(and_, daily, twice).number == daily.number


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (HOURLY, (60, "2026-12-15T07:30")),
        (DAILY, (1440, "2026-12-16T05:00")),
        (MONTHLY, (31 * 1440, "2026-12-31T23:45")),
        (LISTED, (59 * 1440, "2027-01-01T00:00")),
        ("0 5 1-6,20-31 * ? *", (14 * 1440, "2027-01-06T05:00")),
        ("0 5 1,2,9,14-31 1 ? *", (7 * 1440, "2027-01-02T05:00")),
        ("0 5,7,20,22,23 ? * * *", (13 * 60, "2026-12-15T07:00")),
        ("0 5,6 31 JAN ? *", (60, "2027-01-31T05:00")),
    ],
)
def test_the_longest_time_without_a_run(body: str, expected: tuple[int, str]) -> None:
    line, (slots,) = laid_out([body], *map(minute, SPAN))
    assert line.longest_between(slots) == (expected[0], minute(expected[1]))


@pytest.mark.parametrize("body", [NEVER, "0 5 31 JAN ? *"])
def test_between_fewer_than_two_runs_is_no_time(body: str) -> None:
    line, (slots,) = laid_out([body], *map(minute, SPAN))
    assert line.longest_between(slots)[0] == 0


def test_a_part_of_a_calendar() -> None:
    line = timeline([cron(MIDNIGHTS)], *map(minute, YEARS))
    start, end = minute("2026-02-01T00:00"), minute("2028-04-01T00:00")
    assert list(line.minutes(line.within(line.bits(cron(MIDNIGHTS)), start, end))) == runs(MIDNIGHTS, start, end)


@pytest.mark.parametrize(
    ("start", "end"), [("1970-01-01T00:00", "1970-01-02T00:00"), ("2199-12-31T00:00", "2250-01-01T00:00")]
)
def test_the_ends_of_the_calendar(start: str, end: str) -> None:
    line, (daily,) = laid_out([DAILY], minute(start), minute(end))
    assert list(line.minutes(daily)) == runs(DAILY, minute(start), minute(end))
    assert daily.number == 1

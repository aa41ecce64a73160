"""Whole calendars of schedules at once, against their runs one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from operator import and_, or_

import pytest

from policyengine.aws.cron import Bits, Cron, Timeline, combined, has_all, occurrences, parse_cron, timeline

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
DAILY, HOURLY, WEEKLY = "0 5 ? * * *", "30 * ? * * *", "15 3 ? * SUN *"
MONTHLY, LISTED, NEVER = "45 23 L * ? *", "0 0 1 JAN,MAR ? 2027,2029", "0 5 ? * * 2020"
SPAN = ("2026-12-15T07:00", "2027-03-02T00:00")
SPANS = [SPAN, ("2027-02-28T23:45", "2027-03-01T00:15"), ("2026-12-01T00:00", "2027-01-01T00:00")]


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


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("bodies", [[DAILY], [HOURLY, DAILY], [WEEKLY, MONTHLY], [LISTED, HOURLY], [NEVER, DAILY]])
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


@pytest.mark.parametrize("minutes", [0, 30, 60, 90, 480, 1440, 40 * 1440])
def test_windows_after_and_before_runs(minutes: int) -> None:
    """A window has the slots that begin within it, and that of the run itself."""
    start, end = map(minute, SPAN)
    line, (hourly, weekly) = laid_out([HOURLY, WEEKLY], start, end)
    windows = [(run, run + max(minutes, 1)) for run in runs(WEEKLY, start, end)]
    later = [run for run in runs(HOURLY, start, end) if any(low <= run < high for low, high in windows)]
    taken = line.within(combined(and_, hourly, line.after(weekly, minutes)), start, end)
    assert list(line.minutes(taken)) == later
    earlier = [run for run in runs(HOURLY, start, end) if any(run <= low < run + max(minutes, 1) for low, _ in windows)]
    takers = line.within(combined(and_, hourly, line.before(weekly, minutes)), start, end)
    assert list(line.minutes(takers)) == earlier


def test_schedules_are_put_together_and_compared() -> None:
    start, end = map(minute, SPAN)
    _, (daily, twice, never) = laid_out([DAILY, "0 5,17 ? * * *", NEVER], start, end)
    assert has_all(twice, daily)
    assert not has_all(daily, twice)
    assert has_all(never, never)
    assert combined(or_, daily, twice).number == twice.number
    assert combined(and_, daily, twice).number == daily.number


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (HOURLY, (60, "2026-12-15T07:30")),
        (DAILY, (1440, "2026-12-16T05:00")),
        (MONTHLY, (31 * 1440, "2026-12-31T23:45")),
        (LISTED, (59 * 1440, "2027-01-01T00:00")),
    ],
)
def test_the_longest_time_without_a_run(body: str, expected: tuple[int, str]) -> None:
    line, (slots,) = laid_out([body], *map(minute, SPAN))
    assert line.longest_between(slots) == (expected[0], minute(expected[1]))


@pytest.mark.parametrize(
    ("start", "end"), [("1970-01-01T00:00", "1970-01-02T00:00"), ("2199-12-31T00:00", "2250-01-01T00:00")]
)
def test_the_ends_of_the_calendar(start: str, end: str) -> None:
    line, (daily,) = laid_out([DAILY], minute(start), minute(end))
    assert list(line.minutes(daily)) == runs(DAILY, minute(start), minute(end))
    assert daily.number == 1

"""When a schedule runs next: skips by year and month, never minute by minute."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime

from policyengine.cron.months import FIRST_YEAR, LAST_YEAR, Shape, month_shapes
from policyengine.cron.value import Cron


def occurrences(cron: Cron, after: datetime) -> Iterator[datetime]:
    """All runs strictly after a time (ValueError without a zone), in UTC, ascending, up to the end of 2199."""
    if after.tzinfo is None:
        raise ValueError("the time after which runs are wanted has no time zone")
    if after.year > LAST_YEAR + 1:
        return iter(())
    if after.year < FIRST_YEAR - 1:
        after = datetime(FIRST_YEAR - 1, 1, 1, tzinfo=UTC)
    return _runs(cron, after.astimezone(UTC))


def next_two(cron: Cron, after: datetime) -> tuple[datetime, datetime] | None:
    """The next two runs after a time, None when fewer are to come: what AWS judges a schedule by (facts 1.1.8, 1.1.9).

    AWS refuses a schedule without them, one where they lie less than an hour apart, and for the archive opt-in one
    where they lie less than 28 days apart.
    """
    runs = occurrences(cron, after)
    first = next(runs, None)
    second = next(runs, None)
    return (first, second) if first and second else None


def same_runs(one: Cron, other: Cron) -> bool:
    """Whether two schedules run at the same times from 1970 to 2199, however they are written."""
    if one == other:
        return True
    days = _run_months(one)
    same_times = (one.hours, one.minutes) == (other.hours, other.minutes)
    return (same_times or not days) and days == _run_months(other)


def _run_months(cron: Cron) -> dict[tuple[int, int], tuple[int, ...]]:
    """The run days of every month that has any."""
    days_of: dict[Shape, tuple[int, ...]] = {}
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for month, (_, shape) in month_shapes().items():
        if month[0] in cron.years and month[1] in cron.months:
            days = days_of.setdefault(shape, cron.days.within(*shape))
            if days:
                found[month] = days
    return found


def _runs(cron: Cron, after: datetime) -> Iterator[datetime]:
    today = after.date()
    for day in _run_days(cron, today):
        earliest = after.hour if day == today else 0
        for hour in cron.hours[bisect_left(cron.hours, earliest) :]:
            for minute in cron.minutes:
                run = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                if run > after:
                    yield run


def _run_days(cron: Cron, start: date) -> Iterator[date]:
    days_of: dict[Shape, tuple[int, ...]] = {}
    shapes = month_shapes()
    for year, month in _months(cron, start):
        _, shape = shapes[year, month]
        days = days_of.get(shape)
        if days is None:
            days = days_of[shape] = cron.days.within(*shape)
        for day in days:
            found = date(year, month, day)
            if found >= start:
                yield found


def _months(cron: Cron, start: date) -> Iterator[tuple[int, int]]:
    for year in cron.years[bisect_left(cron.years, start.year) :]:
        for month in cron.months:
            if year > start.year or month >= start.month:
                yield year, month

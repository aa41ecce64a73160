"""When a schedule runs next, whether two schedules run at the same times, and the longest gap between runs.

All go by year and month, never minute by minute. Every run day has runs at the same minutes, so the longest gap follows
from the widest pause inside a day, and from the widest pause between run days less the time from a day's first run to
its last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from policyengine.aws.cron.days import FIRST_YEAR, LAST_YEAR, Days, MonthShape, month_shapes
from policyengine.aws.cron.expression import Cron

_HOUR = 60  # minutes
_DAY = 24 * _HOUR
_MINUTE = timedelta(minutes=1)
_START = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


def occurrences(cron: Cron, after: datetime) -> Iterator[datetime]:
    """All runs strictly after a time, in UTC, ascending, to the end of 2199; ValueError for a time without a zone."""
    if after.tzinfo is None:
        raise ValueError("the time after which runs are wanted has no time zone")
    if after.year > LAST_YEAR + 1:
        return iter(())
    if after.year < FIRST_YEAR - 1:
        after = datetime(FIRST_YEAR - 1, 1, 1, tzinfo=UTC)
    return _runs(cron, after.astimezone(UTC))


def next_two(cron: Cron, after: datetime) -> tuple[datetime, datetime] | None:
    """The next two runs after a time, None where fewer follow: what AWS judges a schedule by (facts 1.1.8, 1.1.9).

    AWS refuses a schedule without them, or with less than an hour between them, and with the archive opt-in less than
    28 days.
    """
    runs = occurrences(cron, after)
    first = next(runs, None)
    second = next(runs, None)
    return (first, second) if first and second else None


def longest_gap(cron: Cron, start: datetime = _START) -> timedelta | None:
    """The longest time between two successive runs from a time (in UTC) on; None where there are not two.

    Exact over the calendar up to 2199: three days for weekdays only, eight years for 29 February (2096 to 2104). With
    listed years it is the gap between the runs of those years.
    """
    runs = next_two(cron, start - _MINUTE if start.second == 0 == start.microsecond else start)
    if runs is None:
        return None
    first = runs[0]
    between_days = _longest_pause_between_days(cron.days, cron.months, cron.years, first.date())
    if not between_days:
        return timedelta(minutes=_longest_pause(_times(cron, first)))
    times = _times(cron)
    gap = max(_longest_pause(times), between_days * _DAY - (times[-1] - times[0]))
    return timedelta(minutes=gap)


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
    days_of: dict[MonthShape, tuple[int, ...]] = {}
    shapes = month_shapes()
    for year, month in _months(cron, start):
        _, shape = shapes[year, month]
        days = days_of.get(shape)
        if days is None:
            days = days_of[shape] = cron.days.within(*shape)
        for day in days:
            run_day = date(year, month, day)
            if run_day >= start:
                yield run_day


def _months(cron: Cron, start: date) -> Iterator[tuple[int, int]]:
    """The listed (year, month) from that of `start` on."""
    for year in cron.years[bisect_left(cron.years, start.year) :]:
        for month in cron.months:
            if year > start.year or month >= start.month:
                yield year, month


def _times(cron: Cron, first: datetime | None = None) -> list[int]:
    """The minutes of a day at which there are runs; with a `first` run those from its time of day on."""
    least = first.hour * _HOUR + first.minute if first else 0
    times = (hour * _HOUR + minute for hour in cron.hours for minute in cron.minutes)
    return [time for time in times if time >= least]


def _longest_pause(times: list[int]) -> int:
    return max((later - earlier for earlier, later in pairwise(times)), default=0)


@lru_cache(maxsize=1024)
def _longest_pause_between_days(days: Days, months: tuple[int, ...], years: tuple[int, ...], first: date) -> int:
    """In days, among the run days from `first` on, itself a run day: 0 where no other follows.

    Cached, since an organization has thousands of rules and a handful of calendars.
    """
    longest, previous = 0, first.toordinal() + 1  # the ordinal of a 1st plus a day of the month: one more than its own
    for start, (earliest, latest, widest) in _months_with_runs(days, months, years, first):
        longest = max(longest, widest, start + earliest - previous)
        previous = start + latest
    return longest


def _months_with_runs(
    days: Days, months: tuple[int, ...], years: tuple[int, ...], since: date
) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """For each month with run days the ordinal of its 1st, and its first and last run day and the widest pause between.

    `since` is a run day: earlier days and months do not count.
    """
    shapes = month_shapes()
    start, shape = shapes[since.year, since.month]
    extents: dict[MonthShape, tuple[int, int, int] | None] = {}
    if extent := _extent(tuple(day for day in days.within(*shape) if day >= since.day)):
        yield start, extent
    for year in years[bisect_left(years, since.year) :]:
        for month in months:
            if (year, month) <= (since.year, since.month):
                continue
            start, shape = shapes[year, month]
            if shape not in extents:
                extents[shape] = _extent(days.within(*shape))
            if extent := extents[shape]:
                yield start, extent


def _extent(days: tuple[int, ...]) -> tuple[int, int, int] | None:
    """The first and the last of some days, and the widest pause between two; None without days."""
    if not days:
        return None
    return days[0], days[-1], max((later - earlier for earlier, later in pairwise(days)), default=0)

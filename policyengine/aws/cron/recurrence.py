"""When a schedule runs next, whether two schedules run at the same times, and the longest gap between runs.

All go by year and month, never minute by minute. Every run day has runs at the same minutes, so the longest gap follows
from the widest pause inside a day, and from the widest pause between run days less the time from a day's first run to
its last.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import chain, islice, pairwise

from policyengine.aws.cron.days import FIRST_YEAR, LAST_YEAR, Days, month_shapes
from policyengine.aws.cron.expression import Cron

_HOUR = 60  # minutes
_DAY = 24 * _HOUR
_FIRST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_LAST = datetime(LAST_YEAR, 12, 31, 23, 59, tzinfo=UTC)


def occurrences(cron: Cron, after: datetime) -> Iterator[datetime]:
    """All runs strictly after a time, in UTC, ascending, to the end of 2199; ValueError for a time without a zone."""
    if after.tzinfo is None:
        raise ValueError("the time after which runs are wanted has no time zone")
    # Of the times around the calendar some have no equal in UTC.
    return _runs(cron, min(max(after, _FIRST - timedelta.resolution), _LAST).astimezone(UTC))


def next_two(cron: Cron, after: datetime) -> tuple[datetime, datetime] | None:
    """The next two runs after a time, None where fewer follow: what AWS judges a schedule by (facts 1.1.8, 1.1.9).

    AWS refuses a schedule without them, or with less than an hour between them, and with the archive opt-in less than
    28 days.
    """
    match tuple(islice(occurrences(cron, after), 2)):
        case first, second:
            return first, second
    return None


def longest_gap(cron: Cron, start: datetime = _FIRST) -> timedelta | None:
    """The longest time between two successive runs from a time (in UTC) on; None where there are not two.

    Exact over the calendar up to 2199: three days for weekdays only, eight years for 29 February (2096 to 2104). With
    listed years it is the gap between the runs of those years.
    """
    runs = next_two(cron, start - timedelta.resolution)
    if runs is None:
        return None
    first, times = runs[0], cron.times
    between_days = _longest_pause_between_days(cron.days, cron.months, cron.years, first.date())
    if not between_days:
        return timedelta(minutes=_widest(times[bisect_left(times, _time(first)) :]))
    gap = max(_widest(times), between_days * _DAY - (times[-1] - times[0]))
    return timedelta(minutes=gap)


def _runs(cron: Cron, after: datetime) -> Iterator[datetime]:
    today, times = after.date(), cron.times
    for start, days in _run_days(cron.days, cron.months, cron.years, today):
        for day in days:
            on = date.fromordinal(start + day - 1)
            for time in times[bisect_right(times, _time(after)) if on == today else 0 :]:
                yield datetime(on.year, on.month, on.day, *divmod(time, _HOUR), tzinfo=UTC)


def _time(moment: datetime) -> int:
    """The minute of the day."""
    return moment.hour * _HOUR + moment.minute


def _run_days(
    days: Days, months: tuple[int, ...], years: tuple[int, ...], since: date
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """For each month with run days from a day on the ordinal of its 1st, and those run days."""
    shapes, within, today = month_shapes(), cache(days.within), since.toordinal()
    for year in years[bisect_left(years, since.year) :]:
        earliest = since.month if year == since.year else 1
        for month in months[bisect_left(months, earliest) :]:
            start, shape = shapes[year, month]
            run_days = within(*shape)
            if start <= today:
                run_days = run_days[bisect_left(run_days, since.day) :]
            if run_days:
                yield start, run_days


@lru_cache(maxsize=1024)
def _longest_pause_between_days(days: Days, months: tuple[int, ...], years: tuple[int, ...], first: date) -> int:
    """In days, among the run days from `first` on, itself a run day: 0 where no other follows.

    Cached, since an organization has thousands of rules and a handful of calendars.
    """
    by_month = [*_run_days(days, months, years, first)]
    inside = map(_widest, {run_days for _, run_days in by_month})
    between = (later + after[0] - earlier - before[-1] for (earlier, before), (later, after) in pairwise(by_month))
    return max(chain(inside, between))


def _widest(ascending: tuple[int, ...]) -> int:
    """The widest pause between two neighbours."""
    return max((later - earlier for earlier, later in pairwise(ascending)), default=0)

"""How long a schedule stays silent at most.

Runs fall on the same minutes of every run day, so the gap is decided by two numbers: the widest pause inside a day,
and the widest pause between run days less the time from a day's first run to its last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise

from policyengine.cron.days import Days
from policyengine.cron.months import Shape, month_shapes
from policyengine.cron.value import Cron

_HOUR = 60
_DAY = 24 * _HOUR


def longest_gap(cron: Cron) -> timedelta | None:
    """The longest time between two successive runs from 1970 to 2199; None when there are not two.

    Exact over the calendar: daily except at weekends is three days, 29 February eight years (2096 to 2104). With
    listed years it is the gap between the runs of those years.
    """
    between_days = _longest_pause_between_days(cron.days, cron.months, cron.years)
    if between_days is None:
        return None
    gap = _longest_pause_in_day(cron)
    first = cron.hours[0] * _HOUR + cron.minutes[0]
    last = cron.hours[-1] * _HOUR + cron.minutes[-1]
    gap = max(gap, between_days * _DAY - (last - first))
    return timedelta(minutes=gap) if gap else None


def _longest_pause_in_day(cron: Cron) -> int:
    within_hour = max((later - earlier for earlier, later in pairwise(cron.minutes)), default=0)
    over_hours = max((later - earlier for earlier, later in pairwise(cron.hours)), default=0)
    return max(within_hour, over_hours * _HOUR - (cron.minutes[-1] - cron.minutes[0]))


@lru_cache(maxsize=1024)
def _longest_pause_between_days(days: Days, months: tuple[int, ...], years: tuple[int, ...]) -> int | None:
    """In days, from run day to run day: 0 with a single run day, None with none at all.

    Kept, since an organization has thousands of rules and a handful of calendars.
    """
    longest, previous = 0, None
    for start, (first, last, widest) in _months_with_runs(days, months, years):
        pause = 0 if previous is None else start + first - previous
        longest = max(longest, widest, pause)
        previous = start + last
    return None if previous is None else longest


def _months_with_runs(
    days: Days, months: tuple[int, ...], years: tuple[int, ...]
) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """The ordinal of each such month's 1st, with its first and last run day and the widest pause between."""
    shapes = month_shapes()
    extents: dict[Shape, tuple[int, int, int] | None] = {}
    for year in years:
        for month in months:
            start, shape = shapes[year, month]
            if shape not in extents:
                extents[shape] = _extent(days.within(*shape))
            extent = extents[shape]
            if extent is not None:
                yield start, extent


def _extent(days: tuple[int, ...]) -> tuple[int, int, int] | None:
    if not days:
        return None
    return days[0], days[-1], max((later - earlier for earlier, later in pairwise(days)), default=0)

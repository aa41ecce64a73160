"""The runs of schedules as bits of integers, so that whole calendars are compared and combined at once.

Time is cut into slots of equal length, chosen so that every run of the schedules begins one. Bit `n` stands for slot
`n`; the calendar from 1970 to 2199 of schedules that run on the hour has two million of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import gcd

from policyengine.cron.months import DECEMBER, FIRST_YEAR, LAST_YEAR, Shape, month_shapes
from policyengine.cron.value import Cron
from policyengine.value import value

_DAY = 24 * 60
_EIGHTH_OF_DAY = 180  # minutes; days of eight slots, or of a multiple of that, are whole bytes
_BEFORE_1970 = date(FIRST_YEAR, 1, 1).toordinal()
_DAYS = date(LAST_YEAR + 1, 1, 1).toordinal() - _BEFORE_1970


@value
class Timeline:
    """Slots of `unit` minutes. `start` is the first minute of the first one; minutes count from 1970, UTC.

    `months` are whole months from `start` on; `offset` is where in a day the first of its slots begins.
    """

    start: int
    unit: int
    offset: int
    months: tuple[tuple[int, int], ...]

    @property
    def slots(self) -> int:
        """How many there are."""
        return sum(month_shapes()[month][1][1] for month in self.months) * self.day

    @property
    def day(self) -> int:
        """How many slots a day has."""
        return _DAY // self.unit

    def slot(self, minute: int) -> int:
        """The first slot that does not begin before a minute."""
        return -((self.start - minute) // self.unit)

    def minute(self, slot: int) -> int:
        """The minute at which a slot begins."""
        return self.start + slot * self.unit

    def bits(self, cron: Cron) -> int:
        """The slots that a schedule runs in, which must be one of those that the timeline was made for."""
        times = sum(
            1 << (60 * hour + minute - self.offset) // self.unit for hour in cron.hours for minute in cron.minutes
        )
        day, years, listed = times.to_bytes(self.day // 8, "little"), set(cron.years), set(cron.months)
        idle = bytes(len(day))
        blocks: dict[tuple[Shape, bool], bytes] = {}
        shapes = month_shapes()
        found = []
        for year, month in self.months:
            key = (shapes[year, month][1], year in years and month in listed)
            if key not in blocks:
                shape, runs = key
                days = set(cron.days.within(*shape)) if runs else ()
                blocks[key] = b"".join(day if date in days else idle for date in range(1, shape[1] + 1))
            found.append(blocks[key])
        return int.from_bytes(b"".join(found), "little")


def timeline(crons: Sequence[Cron], start: int, end: int) -> Timeline:
    """The timeline of some schedules that has every minute from `start` to before `end` of AWS's calendar."""
    times = [time for cron in crons for time in _times(cron)]
    unit = gcd(_EIGHTH_OF_DAY, *(time - times[0] for time in times))
    offset = times[0] % unit
    months = tuple(_months(start, end))
    first = month_shapes()[months[0]][0] - _BEFORE_1970 if months else 0
    return Timeline(first * _DAY + offset, unit, offset, months)


def _times(cron: Cron) -> Iterator[int]:
    """The minutes of a run day at which there are runs."""
    return (60 * hour + minute for hour in cron.hours for minute in cron.minutes)


def _months(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The months of which some minute lies between two."""
    first, last = (_BEFORE_1970 + min(max(minute // _DAY, 0), _DAYS - 1) for minute in (start, end - 1))
    first_day, last_day = date.fromordinal(first), date.fromordinal(last)
    if end <= max(start, 0) or start >= _DAYS * _DAY:
        return
    for year in range(first_day.year, last_day.year + 1):
        for month in range(1, DECEMBER + 1):
            if (first_day.year, first_day.month) <= (year, month) <= (last_day.year, last_day.month):
                yield year, month

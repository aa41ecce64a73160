"""On which days of a month a schedule runs, one class for each notation, and the months of AWS's calendar.

Run days depend on a month's shape alone: the weekday of its 1st (1 Sunday to 7 Saturday) and its length. Each class
has `within(first, length)`, which gives the run days of a month of that shape, ascending.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TypeAlias

from policyengine.base.records import Record

SUNDAY, SATURDAY = 1, 7
DECEMBER = 12
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""The years of AWS's calendar (facts 1.1.3)."""

MonthShape: TypeAlias = tuple[int, int]
"""The weekday of a month's 1st (1 Sunday to 7 Saturday) and the number of its days."""


class MonthDays(Record):
    """Days by number (`1,15`, `*`, `28-2`); a month that lacks such a day has no run for it."""

    numbers: tuple[int, ...]

    def within(self, _first: int, length: int) -> tuple[int, ...]:
        """The numbers that are days of the month."""
        return tuple(day for day in self.numbers if day <= length)


class LastDay(Record):
    """The last day (`L`), some days before it (`L-3`), or the weekday nearest to that day (`LW`, `L-3W`)."""

    before: int
    on_weekday: bool

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """A single day; none where the month is too short for the offset."""
        day = length - self.before
        if day < 1:
            return ()
        return (_nearest_weekday(day, first, length),) if self.on_weekday else (day,)


class NearestWeekday(Record):
    """The day from Monday to Friday nearest to a day of the month, never in another month (`15W`).

    A list with a `W` in it counts as its lowest day with `W`: `1W,15W` is `1W` (facts 1.1.12a).
    """

    day: int

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """A single day; none in a month that lacks the day."""
        return (_nearest_weekday(self.day, first, length),) if self.day <= length else ()


class Weekdays(Record):
    """Days of the week, every week (`MON-FRI`, `*`); `L` alone is every Saturday (facts 1.1.12a)."""

    numbers: tuple[int, ...]

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """All days of the month that are such weekdays."""
        return tuple(day for day in range(1, length + 1) if _weekday(day, first) in self.numbers)


class LastWeekday(Record):
    """The last day of the month with a weekday (`6L`, `FRIL`: the last Friday)."""

    weekday: int

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """A single day, among the last seven."""
        return (length - (_weekday(length, first) - self.weekday) % 7,)


class NthWeekday(Record):
    """The nth day of the month with a weekday (`MON#2`: the second Monday).

    A list with a `#` in it counts as its lowest weekday with that number: `1#1,2` is `1#1` (facts 1.1.12a).
    """

    weekday: int
    number: int

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """A single day; none where the weekday has no fifth day in the month."""
        day = 1 + (self.weekday - first) % 7 + 7 * (self.number - 1)
        return (day,) if day <= length else ()


Days = MonthDays | LastDay | NearestWeekday | Weekdays | LastWeekday | NthWeekday


@cache
def month_shapes() -> dict[tuple[int, int], tuple[int, MonthShape]]:
    """Every (year, month) of the calendar with the ordinal of its 1st (as in `datetime.date`) and its shape."""
    starts = [
        (year, month, date(year, month, 1).toordinal())
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month in range(1, DECEMBER + 1)
    ]
    ends = [start for _, _, start in starts[1:]] + [date(LAST_YEAR + 1, 1, 1).toordinal()]
    # Ordinal 1 is a Monday, hence 0 modulo 7 a Sunday.
    return {
        (year, month): (start, (start % 7 + 1, end - start))
        for (year, month, start), end in zip(starts, ends, strict=True)
    }


def _weekday(day: int, first: int) -> int:
    return (first + day - 2) % 7 + 1


def _nearest_weekday(day: int, first: int, length: int) -> int:
    # Over the border of the month the nearest weekday lies on the other side of the weekend.
    weekday = _weekday(day, first)
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < length else day - 2
    return day

"""On which days of a month a schedule runs, one class for each way of saying it, and the months of AWS's calendar.

A month is two numbers here: the weekday of its 1st (1 Sunday to 7 Saturday) and its length. Each class answers
`within(first, length)` with the run days of such a month, ascending.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from policyengine.base.records import record

SUNDAY, SATURDAY = 1, 7


@record
class MonthDays:
    """Days by number (`1,15`, `*`, `28-2`); a month without such a day has no run on it."""

    numbers: tuple[int, ...]

    def within(self, _first: int, length: int) -> tuple[int, ...]:
        """The numbers that the month has."""
        return tuple(day for day in self.numbers if day <= length)


@record
class LastDay:
    """The last day (`L`), some days before it (`L-3`), or the weekday nearest to that day (`LW`, `L-3W`)."""

    before: int
    on_weekday: bool

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """One day; none when the month is too short for the offset."""
        day = length - self.before
        if day < 1:
            return ()
        return (_nearest_weekday(day, first, length),) if self.on_weekday else (day,)


@record
class NearestWeekday:
    """The day from Monday to Friday nearest to a day, in the same month (`15W`).

    A list with a `W` in it counts as its lowest day with `W`: `1W,15W` is `1W` (facts 1.1.12a).
    """

    day: int

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """One day; none in a month that lacks the day."""
        return (_nearest_weekday(self.day, first, length),) if self.day <= length else ()


@record
class Weekdays:
    """Days of the week, every week (`MON-FRI`, `*`); `L` alone is every Saturday (facts 1.1.12a)."""

    numbers: tuple[int, ...]

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """All days of the month with one of these weekdays."""
        return tuple(day for day in range(1, length + 1) if _weekday(day, first) in self.numbers)


@record
class LastWeekday:
    """The last Friday of the month and its like (`6L`, `FRIL`)."""

    weekday: int

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """One day, among the last seven."""
        return (length - (_weekday(length, first) - self.weekday) % 7,)


@record
class NthWeekday:
    """The second Monday of the month and its like (`MON#2`).

    A list with a `#` in it counts as its lowest weekday with that number: `1#1,2` is `1#1` (facts 1.1.12a).
    """

    weekday: int
    number: int

    def within(self, first: int, length: int) -> tuple[int, ...]:
        """One day; none where the month has no fifth one."""
        day = 1 + (self.weekday - first) % 7 + 7 * (self.number - 1)
        return (day,) if day <= length else ()


Days = MonthDays | LastDay | NearestWeekday | Weekdays | LastWeekday | NthWeekday


def _weekday(day: int, first: int) -> int:
    return (first + day - 2) % 7 + 1


def _nearest_weekday(day: int, first: int, length: int) -> int:
    weekday = _weekday(day, first)
    if weekday == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == SUNDAY:
        return day + 1 if day < length else day - 2
    return day


FIRST_YEAR, LAST_YEAR = 1970, 2199
DECEMBER = 12

Shape = tuple[int, int]


@cache
def month_shapes() -> dict[tuple[int, int], tuple[int, Shape]]:
    """Every (year, month) with the ordinal of its 1st and its shape: (weekday of the 1st, 1 is Sunday; length)."""
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

"""The calendar from 1970 to 2199 as the run days see it: months by the weekday of their 1st and their length."""

from __future__ import annotations

from datetime import date
from functools import cache

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

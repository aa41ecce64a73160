"""Durations of the expression language: minutes, and how messages say them."""

from __future__ import annotations

from policyengine.plan import DAY, FOREVER, Minutes
from policyengine.syntax.values import Duration

_HOUR = 60
_MOST = 10**15  # of a unit: longer than anything that AWS can hold
_MINUTES = {"minute": 1, "hour": _HOUR, "day": DAY, "week": 7 * DAY, "year": 365 * DAY}


def minutes(duration: Duration) -> Minutes:
    """A written duration in minutes; a year is 365 days (language.md section 2)."""
    return min(duration.count, _MOST) * _MINUTES[duration.unit]


def shown(length: Minutes) -> str:
    """Minutes in the largest unit that they are whole in: `35 days`, `90 minutes`, `forever`."""
    if length == FOREVER:
        return "forever"
    for unit, size in (("day", DAY), ("hour", _HOUR)):
        if length % size == 0 and (length or unit == "day"):
            return _counted(int(length // size), unit)
    return _counted(int(length), "minute")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"

"""The words of schedules: days of the week, months, ordinals. Data for reading and for printing."""

from __future__ import annotations

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_LENGTHS = {
    "january": 31,
    "february": 29,
    "march": 31,
    "april": 30,
    "may": 31,
    "june": 30,
    "july": 31,
    "august": 31,
    "september": 30,
    "october": 31,
    "november": 30,
    "december": 31,
}

DAY_NAMES = {name[:3].upper(): name for name in _DAYS}
"""AWS's three letters to the language's word: `{"SUN": "sunday", ...}`."""
MONTH_NAMES = {name[:3].upper(): name for name in _LENGTHS}
MONTH_DAYS = {name[:3].upper(): days for name, days in _LENGTHS.items()}
"""The longest that each month can be."""

WEEKDAYS = {word: short for short, name in DAY_NAMES.items() for word in (name, short.lower())}
"""Every word for a day of the week, to AWS's three letters."""
MONTHS = {word: short for short, name in MONTH_NAMES.items() for word in (name, short.lower())}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


def days_in(year: int, month: int) -> int:
    """How many days a month of some year has; 0 where there is no such month."""
    if not 1 <= month <= len(_LENGTHS):
        return 0
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not leap else tuple(_LENGTHS.values())[month - 1]  # noqa: PLR2004 - February

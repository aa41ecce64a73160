"""Schedules in words (language.md 3.4) and the cron texts they stand for, both ways."""

from __future__ import annotations

from policyengine.source import Span
from policyengine.syntax.values import (
    Cron,
    Daily,
    EveryHours,
    Hourly,
    Monthly,
    Schedule,
    Time,
    Weekly,
    Yearly,
)

EVEN_HOURS = (1, 2, 3, 4, 6, 8, 12)
"""The steps of `every N hours` that divide a day without a rest."""

_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST = {"FEB": 29, "APR": 30, "JUN": 30, "SEP": 30, "NOV": 30}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FIELDS = 6


def cron_text(schedule: Schedule) -> str:
    """AWS's text of a schedule: `cron(0 5 ? * * *)` for `daily at 05:00`."""
    return f"cron({_fields(schedule)})"


def _fields(schedule: Schedule) -> str:
    match schedule:
        case Cron(text=text):
            return text
        case Hourly(minute=minute):
            return f"{minute} * ? * * *"
        case EveryHours(hours=step, at=at):
            return f"{at.minute if at else 0} {at.hour if at else 0}/{step} ? * * *"
    return f"{schedule.at.minute} {schedule.at.hour} {_day_fields(schedule)}"


def _day_fields(schedule: Daily | Weekly | Monthly | Yearly) -> str:
    match schedule:
        case Daily():
            return "? * * *"
        case Weekly(days=days):
            return f"? * {','.join(days)} *"
        case Yearly(day=day, month=month):
            return f"{day} {month} ? *"
        case Monthly(weekday=None):
            return f"{'L' if schedule.last_day else schedule.day} * ? *"
    return f"? * {schedule.weekday}{'L' if schedule.nth is None else f'#{schedule.nth}'} *"


def schedule_of(text: str, span: Span) -> Schedule | None:
    """The schedule that compiles to exactly `text`: in words where they can say it, else `cron(...)`.

    None where the text is no `cron(...)` at all.
    """
    if not (text.startswith("cron(") and text.endswith(")")):
        return None
    return _words(text[5:-1].split(" "), span) or Cron(text[5:-1], span=span)


def _words(fields: list[str], span: Span) -> Schedule | None:
    if len(fields) != _FIELDS or fields[-1] != "*" or (minute := _count(fields[0], 0, 59)) is None:
        return None
    hour, days = fields[1], tuple(fields[2:5])
    if days == ("?", "*", "*"):
        if hour == "*":
            return Hourly(minute, span=span)
        if "/" in hour:
            return _steps(minute, hour, span)
    hours = _count(hour, 0, 23)
    return None if hours is None else _on_days(Time(hours, minute, span=span), days, span)


def _steps(minute: int, hour: str, span: Span) -> EveryHours | None:
    """`1/6` in words, unless it starts so late that runs are lost: words would promise what never comes."""
    first, _, step = hour.partition("/")
    start, hours = _count(first, 0, 23), _count(step, 1, 12)
    if start is None or hours not in EVEN_HOURS or start >= hours:
        return None
    return EveryHours(hours, Time(start, minute, span=span) if start or minute else None, span=span)


def _on_days(at: Time, days: tuple[str, ...], span: Span) -> Schedule | None:
    day, month, weekday = days
    if weekday == "?":
        return _on_date(at, day, month, span)
    if (day, month) != ("?", "*"):
        return None
    if weekday == "*":
        return Daily(at, span=span)
    if (named := weekday[:3]) in _WEEKDAYS and weekday[3:4] in ("#", "L"):
        nth = _count(weekday[4:], 1, 5) if weekday[3] == "#" else None
        exact = weekday in (f"{named}L", f"{named}#{nth}")
        return Monthly(at, weekday=named, nth=nth, span=span) if exact else None
    names = tuple(weekday.split(","))
    known = len(set(names)) == len(names) and all(name in _WEEKDAYS for name in names)
    return Weekly(names, at, span=span) if known else None


def _on_date(at: Time, day: str, month: str, span: Span) -> Schedule | None:
    if month == "*" and day == "L":
        return Monthly(at, last_day=True, span=span)
    number = _count(day, 1, _LONGEST.get(month, 31))
    if number is None or month not in ("*", *_MONTHS):
        return None
    return Monthly(at, day=number, span=span) if month == "*" else Yearly(number, month, at, span=span)


def _count(text: str, low: int, high: int) -> int | None:
    """A number as the words would write it (no leading zero), within bounds."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(high))):
        return None
    number = int(text)
    return number if low <= number <= high and str(number) == text else None

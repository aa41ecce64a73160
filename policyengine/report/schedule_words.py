"""A schedule in words: `every day at 05:00`, `on the last Friday of the month at 22:00`. Times are UTC."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from policyengine.aws.cron import Cron, Days, LastDay, LastWeekday, MonthDays, NearestWeekday, NthWeekday, Weekdays

_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_HOURS, _DAYS, _WEEK, _YEARS = 24, 31, 7, 230
_MOST_LISTED = 4


def schedule_words(cron: Cron) -> str:
    """When a schedule runs, as people say it."""
    days, months, years = _days(cron.days), _months(cron.months), _years(cron.years)
    every_day = days == "every day" and not months and not years
    times = _times(cron.hours, cron.minutes)
    if every_day and len(cron.hours) > 1 and not times.startswith("at"):
        return times
    return " ".join(part for part in (days, months, years, times) if part)


def _times(hours: Sequence[int], minutes: Sequence[int]) -> str:
    """The times of a run day: what repeats by its step, a few by themselves, many by their number."""
    if len(hours) == _HOURS:
        past = "" if minutes == (0,) else f" at {_listed([f':{minute:02}' for minute in minutes])}"
        return f"every hour{past}" if len(minutes) <= _MOST_LISTED else f"{len(minutes)} times an hour"
    step = _step(hours)
    if step and len(minutes) == 1 and len(hours) > 1:
        first = hours[0] * 60 + minutes[0]
        return f"every {step} hours{f' from {_time(*divmod(first, 60))}' if first else ''}"
    times = [_time(hour, minute) for hour in hours for minute in minutes]
    if len(times) <= _MOST_LISTED:
        return f"at {_listed(times)}"
    return f"{len(times)} times a day from {times[0]} to {times[-1]}"


def _step(hours: Sequence[int]) -> int | None:
    """The hours from one run to the next, where it is the same around the clock."""
    steps = {later - earlier for earlier, later in pairwise((*hours, hours[0] + _HOURS))}
    return steps.pop() if len(steps) == 1 else None


def _days(days: Days) -> str:  # noqa: PLR0911 - one for each kind
    match days:
        case MonthDays(numbers=numbers):
            if len(numbers) == _DAYS:
                return "every day"
            return f"on {_some([_ordinal(number) for number in numbers], 'days', 'the ')} of the month"
        case Weekdays(numbers=numbers):
            return "every day" if len(numbers) == _WEEK else _weekdays(numbers)
        case LastDay(before=0, on_weekday=on_weekday):
            return f"on the last {'weekday (Monday to Friday)' if on_weekday else 'day'} of the month"
        case LastDay(before=before, on_weekday=on_weekday):
            nearest = "on the weekday nearest to " if on_weekday else ""
            return f"{nearest}{before} {'day' if before == 1 else 'days'} before the last day of the month"
        case NearestWeekday(day=day):
            return f"on the weekday nearest to the {_ordinal(day)} of the month"
        case LastWeekday(weekday=weekday):
            return f"on the last {_WEEKDAYS[weekday - 1]} of the month"
        case NthWeekday(weekday=weekday, number=number):
            return f"on the {_ordinal(number)} {_WEEKDAYS[weekday - 1]} of the month"


def _weekdays(numbers: Sequence[int]) -> str:
    if tuple(numbers) == (2, 3, 4, 5, 6):
        return "Monday to Friday"
    return f"on {_listed([f'{_WEEKDAYS[number - 1]}s' for number in numbers])}"


def _months(numbers: Sequence[int]) -> str:
    return "" if len(numbers) == len(_MONTHS) else f"in {_listed([_MONTHS[number - 1] for number in numbers])}"


def _years(numbers: Sequence[int]) -> str:
    return "" if len(numbers) == _YEARS else f"in {_some([str(number) for number in numbers], 'years')}"


def _some(texts: Sequence[str], noun: str, article: str = "") -> str:
    return f"{article}{_listed(texts)}" if len(texts) <= _MOST_LISTED else f"{len(texts)} {noun}"


def _listed(texts: Sequence[str]) -> str:
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]


def _ordinal(number: int) -> str:
    teens = 10 < number % 100 < 14  # noqa: PLR2004 - 11th, 12th, 13th
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _time(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"

"""Which runs AWS starts, read literally from the facts sheet: 1.1 for the schedules, 1.6 for what a plan leaves out.

Slow on purpose: every day of the calendar is looked at, every run compared with the windows around it. A run is a
minute since the first day of 1970.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from math import inf
from typing import Literal, NamedTuple

FIRST, END = date(1970, 1, 1), date(2200, 1, 1)
DAY = 24 * 60
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

Relation = Literal["same", "fewer", "more", "other"]


class Timed(NamedTuple):
    """What of a rule matters here; `window` in minutes, `retention` in any unit.

    `continuous` is a rule that makes continuous backups of all that it reaches, and so has nothing that is scheduled.
    """

    schedule: str
    window: float
    retention: float
    continuous: bool = False


class ScheduleError(ValueError):
    """The text is no schedule, as far as this reading goes; it takes only what AWS admits."""


def started(rules: Sequence[Timed], start: datetime, end: date = END) -> list[list[int]]:
    """The runs of each rule of a plan that AWS starts, from a time to before a day."""
    reach = sum(max(rule.window, 1) for rule in rules)
    around = timedelta(days=30 * (1 + (1 + reach // DAY) // 30))  # whole months: plans that share a calendar share days
    first = FIRST if start.date() - FIRST < around else start.date() - around
    last = min(end, END - around) + around
    runs = [_runs(rule.schedule, first, last) for rule in rules]
    windows = [max(rule.window, 1) for rule in rules]
    kept: list[list[int]] = [list(own) if rule.continuous else [] for rule, own in zip(rules, runs, strict=True)]
    for place in sorted(range(len(rules)), key=lambda place: -rules[place].retention):
        rule = rules[place]
        if rule.continuous:
            continue
        longer = [
            (other, other + windows[at])
            for at, others in enumerate(kept)
            if not rules[at].continuous and rules[at].retention > rule.retention
            for other in others
        ]
        kept[place] = list(_outside(runs[place], windows[place], _apart(longer)))
    low, high = -((datetime(1970, 1, 1, tzinfo=UTC) - start) // timedelta(minutes=1)), (end - FIRST).days * DAY
    return [[run for run in own if low <= run < high] for own in kept]


def interval(runs: Sequence[int], start: datetime) -> float:
    """The longest time without a run, from a time on; infinite where there are not two."""
    if len(runs) < 2:
        return inf
    low = max(-((datetime(1970, 1, 1, tzinfo=UTC) - start) // timedelta(minutes=1)), 0)
    return max(later - earlier for earlier, later in pairwise([low, *runs]))


def relation(before: Sequence[int], after: Sequence[int]) -> Relation:
    """How the runs after a change relate to those before it."""
    one, other = set(before), set(after)
    if one == other:
        return "same"
    return "fewer" if other < one else "more" if one < other else "other"


def _outside(runs: Sequence[int], window: float, longer: Sequence[tuple[int, float]]) -> Iterator[int]:
    """The runs whose windows overlap none of these, which come by time and are apart from one another."""
    ahead = list(reversed(longer))
    for run in runs:
        while ahead and ahead[-1][1] <= run:
            ahead.pop()
        if not ahead or ahead[-1][0] >= run + window:
            yield run


def _apart(windows: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The same minutes in windows that do not overlap."""
    found: list[tuple[int, float]] = []
    for begin, end in sorted(windows):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


@lru_cache(maxsize=256)
def _runs(schedule: str, first: date, last: date) -> list[int]:
    """Every run from a day to before another, day by day."""
    fields = re.findall(r"[^ \t]+", schedule.removeprefix("cron(").removesuffix(")"))
    if len(fields) < 5 or not schedule.startswith("cron(") or not schedule.endswith(")"):
        raise ScheduleError(schedule)
    minutes, hours = _values(fields[0], 0, 59), _values(fields[1], 0, 23)
    months = _values(fields[3], 1, 12, MONTHS)
    years = _values(fields[5], 1970, 2199) if len(fields) > 5 else set(range(1970, 2200))
    times = sorted(60 * hour + minute for hour in hours for minute in minutes)
    found = []
    for year in sorted(years):
        for month in sorted(months):
            if not (year, month) >= (first.year, first.month) or date(year, month, 1) >= last:
                continue
            for number in range(1, calendar.monthrange(year, month)[1] + 1):
                day = date(year, month, number)
                if first <= day < last and _runs_on(day, fields[2], fields[4]):
                    found += [(day - FIRST).days * DAY + time for time in times]
    return found


@cache
def _values(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """The numbers of a comma list of values, ranges that may run over the end, and steps."""
    found: set[int] = set()
    for item in field.split(","):
        body, _, step = item.partition("/")
        begin, dash, end = body.partition("-")
        first = low if begin == "*" else _number(begin, low, names)
        last = _number(end, low, names) if dash else high if begin == "*" or step else first
        around = range(first, last + 1) if first <= last else [*range(first, high + 1), *range(low, last + 1)]
        found.update(list(around)[:: int(step or 1)])
    return found


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    return low + names.index(text.upper()) if names and text.upper() in names else int(text)


def _runs_on(day: date, of_month: str, of_week: str) -> bool:
    if of_month == "?":
        return _runs_on_weekday(day, of_week.upper())
    last = calendar.monthrange(day.year, day.month)[1]
    text = of_month.upper()
    if text.startswith("L"):
        before = re.fullmatch("L(?:-([0-9]+))?(W?)", text)
        if before is None:
            raise ScheduleError(of_month)
        wanted = last - int(before[1] or 0)
        return _is_nearest_weekday(day, wanted, last) if before[2] else day.day == wanted
    marked = [int(item[:-1]) for item in text.split(",") if item.endswith("W") and "-" not in item]
    if marked:  # of a list the lowest day counts (1.1.12a)
        listed = {int(item.removesuffix("W")) for item in text.split(",") if "-" not in item}
        return _is_nearest_weekday(day, min(listed), last)
    return day.day in _values(text.replace("W", ""), 1, 31)


def _is_nearest_weekday(day: date, wanted: int, last: int) -> bool:
    return 1 <= wanted <= last and day.day == _nearest_weekday(day.replace(day=wanted))


@cache
def _nearest_weekday(day: date) -> int:
    last = calendar.monthrange(day.year, day.month)[1]
    weekdays = [number for number in range(1, last + 1) if day.replace(day=number).isoweekday() <= 5]
    return min(weekdays, key=lambda number: abs(number - day.day))


def _runs_on_weekday(day: date, text: str) -> bool:
    weekday = day.isoweekday() % 7 + 1
    last = calendar.monthrange(day.year, day.month)[1]
    if text == "L":
        return weekday == 7
    if text.endswith("L"):
        return weekday == _number(text[:-1], 1, WEEKDAYS) and day.day + 7 > last
    if "#" in text:
        wanted, _, nth = text.partition("#")
        return weekday == _number(wanted, 1, WEEKDAYS) and (day.day + 6) // 7 == int(nth)
    return weekday in _values(text, 1, 7, WEEKDAYS)

"""Generated schedules against a calendar walked day by day, and against croniter where it reads a form as AWS does.

Each strategy makes a field's text together with what it means, from the definitions of the forms, by counting.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice, pairwise, takewhile

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # it ships no types
from hypothesis import given, settings
from hypothesis import strategies as st

from policyengine.aws.cron import longest_gap, next_two, occurrences, parse_cron

pytestmark = pytest.mark.scale

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FAR = 500
START = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=230 * 365)).map(START.__add__)

OnDay = Callable[[date], bool]


@dataclass(frozen=True)
class Meant:
    """A schedule's text and what it means, apart from the engine."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    on_day: OnDay

    def runs(self, first: date, days: int) -> Iterator[datetime]:
        times = sorted((hour, minute) for hour in self.hours for minute in self.minutes)
        for day in (first + timedelta(days=ahead) for ahead in range(days)):
            if day.year in self.years and day.month in self.months and self.on_day(day):
                yield from (datetime(day.year, day.month, day.day, *time, tzinfo=UTC) for time in times)


def aws_weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def last_of(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def is_nearest_weekday(day: date, wanted: int) -> bool:
    if not 1 <= wanted <= last_of(day):
        return False
    return day.day == nearest_weekday(day.year, day.month, wanted)


@cache
def nearest_weekday(year: int, month: int, wanted: int) -> int:
    days = range(1, calendar.monthrange(year, month)[1] + 1)
    weekdays = [day for day in days if date(year, month, day).isoweekday() <= 5]
    return min(weekdays, key=lambda day: abs(day - wanted))


def walk(first: int, last: int, low: int, high: int) -> list[int]:
    found = [first]
    while found[-1] != last:
        found.append(low if found[-1] == high else found[-1] + 1)
    return found


@st.composite
def items(draw: st.DrawFn, low: int, high: int, names: tuple[str, ...], *, wrap: bool) -> tuple[str, list[int]]:
    value = st.integers(low, high)
    named = bool(names) and draw(st.booleans())
    first, last = draw(value), draw(value)
    if not wrap and last < first:
        first, last = last, first
    step = draw(st.none() | st.integers(1, min(high, 59)))
    ways = {
        "*": list(range(low, high + 1)),
        spelled(first, low, names, named=named): list(range(first, high + 1)) if step else [first],
        f"{spelled(first, low, names, named=named)}-{spelled(last, low, names, named=named)}": walk(
            first, last, low, high
        ),
    }
    text = draw(st.sampled_from(sorted(ways)))
    return (f"{text}/{step}", ways[text][::step]) if step else (text, ways[text])


def spelled(value: int, low: int, names: tuple[str, ...], *, named: bool) -> str:
    return names[value - low] if named else str(value)


@st.composite
def lists(
    draw: st.DrawFn, low: int, high: int, names: tuple[str, ...] = (), *, wrap: bool = True
) -> tuple[str, frozenset[int]]:
    parts = draw(st.lists(items(low, high, names, wrap=wrap), min_size=1, max_size=3))
    text = ",".join(text for text, _ in parts)
    return draw(st.sampled_from([text, text.lower()])), frozenset(value for _, values in parts for value in values)


@st.composite
def month_days(draw: st.DrawFn) -> tuple[str, OnDay]:
    text, numbers = draw(lists(1, 31))
    day, before = draw(st.integers(1, 31)), draw(st.integers(0, 30))
    listed = sorted({day, *draw(st.lists(st.integers(1, 31), max_size=2))})
    chosen: tuple[str, OnDay] = draw(
        st.sampled_from(
            [
                (text, lambda at: at.day in numbers),
                ("L", lambda at: at.day == last_of(at)),
                ("LW", lambda at: is_nearest_weekday(at, last_of(at))),
                (f"L-{before}", lambda at: at.day == last_of(at) - before),
                (f"L-{before}W", lambda at: is_nearest_weekday(at, last_of(at) - before)),
                (f"{day}W", lambda at: is_nearest_weekday(at, day)),
                (",".join(f"{one}W" for one in listed), lambda at: is_nearest_weekday(at, listed[0])),
            ]
        )
    )
    return chosen


@st.composite
def week_days(draw: st.DrawFn) -> tuple[str, OnDay]:
    text, numbers = draw(lists(1, 7, WEEKDAYS))
    day, nth = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    name = draw(st.sampled_from([WEEKDAYS[day - 1], str(day)]))
    lowest = min(day, *numbers)

    def is_nth(at: date, weekday: int) -> bool:
        return aws_weekday(at) == weekday and (at.day + 6) // 7 == nth

    chosen: tuple[str, OnDay] = draw(
        st.sampled_from(
            [
                (text, lambda at: aws_weekday(at) in numbers),
                ("L", lambda at: at.isoweekday() == 6),
                (f"{name}L", lambda at: aws_weekday(at) == day and at.day + 7 > last_of(at)),
                (f"{name}#{nth}", lambda at: is_nth(at, day)),
                (f"{name}#{nth},{text}", lambda at: is_nth(at, lowest)),
            ]
        )
    )
    return chosen


ANY_MINUTES = lists(0, 59)
ONE_MINUTE = st.integers(0, 59).map(lambda minute: (str(minute), frozenset({minute})))


@st.composite
def schedules(draw: st.DrawFn, in_hour: st.SearchStrategy[tuple[str, frozenset[int]]] = ANY_MINUTES) -> Meant:
    minute, minutes = draw(in_hour)
    hour, hours = draw(lists(0, 23))
    month, months = draw(lists(1, 12, MONTHS) | st.just(("*", frozenset(range(1, 13)))))
    of_month, of_week = "?", "?"
    if draw(st.booleans()):
        of_month, on_day = draw(month_days())
    else:
        of_week, on_day = draw(week_days())
    year, years = draw(st.just(("*", frozenset(range(1970, 2200)))) | lists(1970, 2199, wrap=False))
    body = (draw(st.sampled_from([" ", "  "]))).join([minute, hour, of_month, month, of_week, year])
    return Meant(f"cron({body})", minutes, hours, months, years, on_day)


@given(
    schedules(),
    MOMENTS,
)
def test_runs_are_those_of_a_calendar_walked_day_by_day(meant: Meant, after: datetime) -> None:
    expected = (run for run in meant.runs(after.date(), FAR) if run > after)
    end = after.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=FAR)

    runs = takewhile(lambda run: run < end, occurrences(parse_cron(meant.text), after))

    assert list(islice(runs, 300)) == list(islice(expected, 300))


@given(
    schedules(),
    MOMENTS,
)
def test_the_next_two_runs_are_the_first_two(meant: Meant, after: datetime) -> None:
    cron = parse_cron(meant.text)
    first = list(islice(occurrences(cron, after), 2))

    assert next_two(cron, after) == (tuple(first) if len(first) == 2 else None)


@settings(max_examples=40)
@given(schedules(ONE_MINUTE), st.integers(1970, 2165))
def test_the_longest_gap_is_that_of_all_runs_of_35_years(meant: Meant, start: int) -> None:
    before_year = meant.text.rsplit(" ", 1)[0]
    runs = Meant("", meant.minutes, meant.hours, meant.months, frozenset(range(start, start + 35)), meant.on_day).runs(
        date(start, 1, 1), 35 * 366
    )
    gaps = [later - earlier for earlier, later in pairwise(runs)]

    assert longest_gap(parse_cron(f"{before_year} {start}-{start + 34})")) == max(gaps, default=None)


@st.composite
def agreed(draw: st.DrawFn, low: int, high: int) -> str:
    """A field that croniter reads as AWS does: values, rising ranges, steps within a range or after `*`."""
    first, last = sorted(draw(st.sets(st.integers(low, high), min_size=2, max_size=2)))
    step = draw(st.integers(2, high // 2))
    return draw(st.sampled_from(["*", f"*/{step}", f"{first}", f"{last},{first}", f"{first}-{last}"]))


@st.composite
def twice_written(draw: st.DrawFn) -> tuple[str, str]:
    """A schedule for AWS and the same for croniter, which counts weekdays from 0 and knows no `?`."""
    minute, hour, month, days = (draw(agreed(*ends)) for ends in ((0, 59), (0, 23), (1, 12), (1, 28)))
    weekday, other, nth = draw(st.integers(1, 7)), draw(st.integers(1, 7)), draw(st.integers(1, 4))
    name = draw(st.sampled_from([WEEKDAYS[weekday - 1], WEEKDAYS[weekday - 1].lower()]))
    aws, theirs = draw(
        st.sampled_from(
            [
                (f"{days} {month} ?", f"{days} {month} *"),
                (f"L {month} ?", f"L {month} *"),
                (f"? {month} {weekday}", f"* {month} {weekday - 1}"),
                (f"? {month} {weekday},{other}", f"* {month} {weekday - 1},{other - 1}"),
                (f"? {month} {name}", f"* {month} {name}"),
                (f"? {month} {name}#{nth}", f"* {month} {name}#{nth}"),
                (f"? {month} {weekday}L", f"* {month} L{weekday - 1}"),
            ]
        )
    )
    return f"cron({minute} {hour} {aws} *)", f"{minute} {hour} {theirs}"


@given(twice_written(), st.timedeltas(timedelta(0), timedelta(days=40_000)).map(START.__add__))
def test_runs_are_those_of_croniter(texts: tuple[str, str], after: datetime) -> None:
    aws, theirs = texts
    peer = croniter(theirs, after)

    assert list(islice(occurrences(parse_cron(aws), after), 5)) == [peer.get_next(datetime) for _ in range(5)]

"""Builds the nodes of values: names, strings, numbers, durations, lists, and the schedules of language.md 3.4.

A number, time or day that cannot be is reported and replaced by one that can, so that parsing goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar, cast

from policyengine.base.diagnostics import Fix
from policyengine.base.fixes import item_left_out, written
from policyengine.base.source import Span
from policyengine.base.text import Advice, suggestion
from policyengine.language.language_rules import (
    MALFORMED_DATE,
    MALFORMED_DURATION,
    MALFORMED_SCHEDULE,
    MALFORMED_TIME,
    UNKNOWN_ESCAPE,
)
from policyengine.language.syntax.literals import (
    Boolean,
    CronNode,
    Daily,
    Date,
    Duration,
    DurationUnit,
    EveryHours,
    Forever,
    Hourly,
    Integer,
    ListOf,
    Monthly,
    Name,
    Reference,
    Spread,
    Text,
    Time,
    Value,
    Weekly,
    Yearly,
)
from policyengine.language.syntax.reading import Reading, Token, excerpt
from policyengine.language.syntax.words import (
    MONTH_DAYS,
    MONTH_NAMES,
    MONTHS,
    ORDINALS,
    WEEKDAYS,
    days_in,
    unquote,
)

_MOST_DIGITS = 18  # Python itself refuses to parse numbers of more than 4,300 digits
_DAYS_IN_MONTH = 30  # in the advice for `months`, which the language does not have
_HOURS = 24
_MINUTES = 60
_LAST_DAY = 31
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

T = TypeVar("T")

_UNITS: dict[str, DurationUnit] = {
    word: unit for unit in ("minute", "hour", "day", "week", "year") for word in (unit, f"{unit}s")
}


def bare_name(reading: Reading, token: Token) -> Name:
    """`daily`."""
    return Name(token[0], span=reading.at(token))


def quoted_name(reading: Reading, token: Token) -> Name:
    """`"2026.v1"`."""
    return Name(string(reading, token), span=reading.at(token), quoted=True)


def text(reading: Reading, token: Token) -> Text:
    """`"Main"`."""
    return Text(string(reading, token), span=reading.at(token))


def reference(reading: Reading, token: Token) -> Reference:
    """`home`, where a value stands."""
    return Reference(token[0], span=reading.at(token))


def integer(reading: Reading, token: Token) -> Integer:
    """`10`."""
    return Integer(number(reading, token), span=reading.at(token))


def duration(reading: Reading, count: Token, unit: Token) -> Duration:
    """`35 days`."""
    span = reading.span(count[1], unit[2])
    amount = number(reading, count)
    if unit[0] in _UNITS:
        return Duration(amount, _UNITS[unit[0]], span=span)
    days = amount * _DAYS_IN_MONTH
    message = f"{excerpt(span.text)}: a month has no fixed length"
    reading.report(MALFORMED_DURATION, span, message, f"say `{days} days`")
    return Duration(days, "day", span=span)


def forever(reading: Reading, token: Token) -> Forever:
    """`forever`."""
    return Forever(span=reading.at(token))


def boolean(reading: Reading, token: Token) -> Boolean:
    """`true`, `false`."""
    return Boolean(token[0] == "true", span=reading.at(token))


def list_of(reading: Reading, *parts: Token | list[Value]) -> ListOf:
    """`[a, b,]`."""
    first, last = cast("Token", parts[0]), cast("Token", parts[-1])
    values = tuple(parts[1]) if isinstance(parts[1], list) else ()
    return ListOf(values, span=reading.span(first[1], last[2]))


def spread(reading: Reading, dots: Token, value: Value) -> Spread:
    """`...europe`."""
    return Spread(value, span=reading.span(dots[1], value.span.end))


def date(reading: Reading, token: Token) -> Date:
    """`2027-03-31`."""
    return date_of(reading, token) or Date(1, 1, 1, span=reading.at(token))


def date_of(reading: Reading, token: Token) -> Date | None:
    """The date of a token; None, and a diagnostic, where there is no such day."""
    if not _DATE.fullmatch(token[0]):
        message = f"{excerpt(token[0])} is not written as a date"
        reading.report(MALFORMED_DATE, reading.at(token), message, _date_advice(token[0]))
        return None
    year, month, day = (int(part) for part in token[0].split("-"))
    if year and 1 <= day <= days_in(year, month):
        return Date(year, month, day, span=reading.at(token))
    advice = "dates are written year, month, day: `2027-03-31`"
    reading.report(MALFORMED_DATE, reading.at(token), f"there is no day {excerpt(token[0])}", advice)
    return None


def _date_advice(written: str) -> str:
    """Advice for a date that lacks zeros, or has another form."""
    parts = written.split("-")
    if len(parts) == len(("year", "month", "day")) and all(part.isdigit() for part in parts):
        year, month, day = (int(part) for part in parts)
        if len(parts[0]) == len("2027") and 1 <= day <= days_in(year, month):
            return Advice.to_write(f"{year:04}-{month:02}-{day:02}")
    return "dates are written `2027-03-31`"


def number(reading: Reading, token: Token) -> int:
    """The number of a token; 0, and a diagnostic, where it is too long for any use."""
    digits = token[0].lstrip("0")
    if len(digits) <= _MOST_DIGITS:
        return int(digits or "0")
    reading.report(MALFORMED_DURATION, reading.at(token), f"a number of {len(digits)} digits is too large")
    return 0


def string(reading: Reading, token: Token) -> str:
    """The text of a string literal; each unknown escape is reported and left out."""

    def wrong(offset: int, escape: str) -> None:
        span = reading.span(token[1] + offset, token[1] + offset + len(escape))
        message, advice = f"{excerpt(escape)} is no escape", _escape_advice(escape)
        reading.report(UNKNOWN_ESCAPE, span, message, advice, _escape_fix(escape, span))

    return unquote(token[0], wrong)


def _escape_fix(escape: str, span: Span) -> Fix | None:
    """The fix that writes the character without a backslash, or a backslash; none for a code of no character."""
    if escape.startswith("\\u"):
        return None
    return written(span, escape[1:] if escape[1:] in "'/" else f"\\{escape}")


def _escape_advice(escape: str) -> str:
    if escape == "\\u":
        return "`\\u` takes exactly four hexadecimal digits, as in `\\u00e9`"
    if escape.startswith("\\u"):
        return "it names one half of a character; write the character itself"
    return 'escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u00e9`; a backslash is written `\\\\`'


def hourly(reading: Reading, first: Token, _at: Token | None = None, clock: Token | None = None) -> Hourly:
    """`hourly`, `hourly at :15`."""
    if clock is None:
        return Hourly(0, span=reading.at(first))
    return Hourly(_minute(reading, clock), span=reading.span(first[1], clock[2]))


def every_hours(
    reading: Reading, first: Token, count: Token, unit: Token, _at: Token | None = None, clock: Token | None = None
) -> EveryHours:
    """`every 6 hours`, `every 6 hours at 01:30`."""
    hours = number(reading, count)
    if unit[0] not in ("hour", "hours"):
        message = f"`every` counts hours, not {excerpt(unit[0])}"
        advice = "say `daily`, `weekly`, `monthly`, `yearly`, or `cron(...)`"
        reading.report(MALFORMED_SCHEDULE, reading.at(unit), message, advice)
        hours = 1
    time = time_of(reading, clock) if clock else None
    return EveryHours(hours, time, span=reading.span(first[1], (clock or unit)[2]))


def daily(reading: Reading, first: Token, _at: Token, clock: Token) -> Daily:
    """`daily at 05:00`."""
    return Daily(time_of(reading, clock), span=reading.span(first[1], clock[2]))


def weekly(reading: Reading, first: Token, _on: Token, days: list[Token], _at: Token, clock: Token) -> Weekly:
    """`weekly on mon, wed at 05:00`."""
    weekdays = tuple(_weekday(reading, day) for day in days)
    for index, weekday in enumerate(weekdays):
        if weekday in weekdays[:index]:
            message, span = f"{excerpt(days[index][0])} is named twice", reading.at(days[index])
            reading.report(MALFORMED_SCHEDULE, span, message, fix=item_left_out(span))
    return Weekly(weekdays, time_of(reading, clock), span=reading.span(first[1], clock[2]))


def monthly(reading: Reading, first: Token, _on: Token, *rest: Token) -> Monthly:
    """`monthly on day 1 at 05:00`, `on last day`, `on first sunday`, `on last friday`."""
    *moments, _at, clock = rest
    at, span = time_of(reading, clock), reading.span(first[1], clock[2])
    match [moment[0] for moment in moments]:
        case ["day", _] if moments[1][0].isdigit():
            return Monthly(at, day=_day(reading, moments[1]), span=span)
        case ["last", "day"]:
            return Monthly(at, last_day=True, span=span)
        case ["last", _]:
            return Monthly(at, weekday=_weekday(reading, moments[1]), span=span)
        case [word, other] if "day" not in (word, other) and not word.isdigit() and not other.isdigit():
            nth = _ordinal(reading, moments[0])
            return Monthly(at, weekday=_weekday(reading, moments[1]), nth=nth, span=span)
    advice = _monthly_advice([moment[0] for moment in moments])
    if len(moments) == 1 and (moments[0][0].isdigit() or moments[0][0] == "last"):
        advice = Advice.to_write(f"day {moments[0][0]}" if moments[0][0] != "last" else "last day", advice)
    _refuse(reading, moments, "`monthly on` takes a day of the month", advice)
    return Monthly(at, day=1, span=span)


def yearly(reading: Reading, first: Token, _on: Token, *rest: Token) -> Yearly:
    """`yearly on 1 january at 05:00`."""
    *moments, _at, clock = rest
    at, span = time_of(reading, clock), reading.span(first[1], clock[2])
    match [moment[0].isdigit() for moment in moments]:
        case [True, False]:
            month = _month(reading, moments[1])
            return Yearly(_day(reading, moments[0], month), month, at, span=span)
        case [False, True] if moments[0][0] in MONTHS:
            turned = f"{moments[1][0]} {moments[0][0]}"
            advice = Advice.to_write(turned, f"say `{turned}`")
            _refuse(reading, moments, "the day stands before the month", advice)
        case _:
            _refuse(reading, moments, "`yearly on` takes a day and a month", "for example `yearly on 1 january`")
    return Yearly(1, "JAN", at, span=span)


def cron(reading: Reading, first: Token, _open: Token, token: Token, last: Token) -> CronNode:
    """`cron("0 5 ? * 2-6 *")`."""
    return CronNode(string(reading, token), span=reading.span(first[1], last[2]))


def time_of(reading: Reading, clock: Token) -> Time:
    """The time of a token; midnight, and a diagnostic, where it is no time of day."""
    hour, _, minute = clock[0].partition(":")
    span = reading.at(clock)
    if _fits(hour, _HOURS) and _fits(minute, _MINUTES):
        return Time(int(hour), int(minute), span=span)
    reading.report(MALFORMED_TIME, span, f"{excerpt(clock[0])} is no time", _time_advice(hour, minute))
    return Time(0, 0, span=span)


def _fits(digits: str, limit: int) -> bool:
    """Whether hours or minutes have two digits and are below a limit."""
    return len(digits) == 2 and int(digits) < limit  # noqa: PLR2004 - two digits, as on a clock


def _time_advice(hour: str, minute: str) -> str:
    hour, minute = hour.lstrip("0").rjust(2, "0"), minute.ljust(2, "0") if minute != "0" else "00"
    if _fits(hour, _HOURS) and _fits(minute, _MINUTES):
        return Advice.to_write(f"{hour}:{minute}", f"say `{hour}:{minute}`")
    if hour == str(_HOURS):
        return "hours go from 00 to 23; midnight is `00:00`"
    return "times go from `00:00` to `23:59`, UTC"


def _minute(reading: Reading, clock: Token) -> int:
    mark, minute = clock[0][:1], clock[0].rpartition(":")[2]
    if mark == ":" and _fits(minute, _MINUTES):
        return int(minute)
    padded = minute.rjust(2, "0")
    advice = "minutes go from `:00` to `:59`"
    if _fits(padded, _MINUTES):
        advice = Advice.to_write(f":{padded}", f"say `hourly at :{padded}`")
    message = f"{excerpt(clock[0])} is not a minute of the hour"
    reading.report(MALFORMED_TIME, reading.at(clock), message, advice)
    return 0


def _day(reading: Reading, token: Token, month: str = "") -> int:
    """A day of a month, or of every month where none is given."""
    day, most = number(reading, token), MONTH_DAYS[month] if month else _LAST_DAY
    if 1 <= day <= most:
        return day
    advice = f"days go from 1 to 31; for the last one write `last day` in place of {excerpt('day ' + token[0])}"
    if month:
        advice = f"the days of {MONTH_NAMES[month]} go from 1 to {most}"
    reading.report(MALFORMED_SCHEDULE, reading.at(token), f"there is no day {excerpt(token[0])}", advice)
    return 1


def _weekday(reading: Reading, token: Token) -> str:
    return _value_of(reading, token, WEEKDAYS, "a day of the week such as `sunday` or `sun`")


def _month(reading: Reading, token: Token) -> str:
    return _value_of(reading, token, MONTHS, "a month such as `january` or `jan`")


def _ordinal(reading: Reading, token: Token) -> int:
    return _value_of(reading, token, ORDINALS, "`day`, `first` to `fifth` or `last`")


def _value_of(reading: Reading, token: Token, words: Mapping[str, T], expected: str) -> T:
    """The value of a word in a table; that of the first word, and a diagnostic, where the table lacks it."""
    if token[0] in words:
        return words[token[0]]
    message = f"expected {expected}, found {excerpt(token[0])}"
    reading.report(MALFORMED_SCHEDULE, reading.at(token), message, suggestion(token[0], words))
    return next(iter(words.values()))


def _refuse(reading: Reading, moments: list[Token], message: str, advice: str) -> None:
    span = reading.span(moments[0][1], moments[-1][2])
    reading.report(MALFORMED_SCHEDULE, span, f"{message}, not {excerpt(span.text)}", advice)


def _monthly_advice(words: list[str]) -> str:
    number = next((word for word in words if word.isdigit()), "")
    for word in words:
        if word in MONTHS:
            return f"say `yearly on {number or '1'} {word}`"
        if word in WEEKDAYS:
            return f"say `monthly on first {word}`"
        if word == "last":
            return "say `monthly on last day`"
    if number:
        return f"say `monthly on day {number}`"
    return "say `day 1`, `last day`, `first sunday` or `last friday`"

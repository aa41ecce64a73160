"""Nodes of the values that an author can write: strings, durations, lists, schedules.

Bare names whose meaning only a later stage knows (lets, Regions, resource types) are plain `Reference`s here.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from policyengine.base.records import record
from policyengine.base.source import Span


def spanned() -> Span:
    """The span field of a node: passed by keyword, ignored by equality."""
    return field(kw_only=True, compare=False, repr=False)  # type: ignore[no-any-return]


@record
class Name:
    """A name, bare or in quotes: `plan daily` and `plan "daily"` are the same plan."""

    text: str
    span: Span = spanned()
    quoted: bool = field(default=False, compare=False)


DurationUnit = Literal["minute", "hour", "day", "week", "year"]


@record
class Text:
    """A string literal, its escapes resolved."""

    value: str
    span: Span = spanned()


@record
class Reference:
    """A bare name used as a value: a `let`, a Region, a resource type, `compliance`."""

    name: str
    span: Span = spanned()


@record
class Integer:
    """A number without a unit."""

    value: int
    span: Span = spanned()


@record
class Duration:
    """`35 days`: a count, and its unit in the singular."""

    count: int
    unit: DurationUnit
    span: Span = spanned()


@record
class Forever:
    """The word `forever`."""

    span: Span = spanned()


@record
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span = spanned()


@record
class ListOf:
    """`[a, b]`."""

    items: tuple[Value, ...]
    span: Span = spanned()


@record
class Spread:
    """`...europe` in a list: the items of another list."""

    value: Value
    span: Span = spanned()


@record
class Date:
    """`2027-03-31`."""

    year: int
    month: int
    day: int
    span: Span = spanned()


@record
class Time:
    """`03:30`, UTC."""

    hour: int
    minute: int
    span: Span = spanned()


@record
class Hourly:
    """`hourly` or `hourly at :15`."""

    minute: int
    span: Span = spanned()


@record
class EveryHours:
    """`every 6 hours at 01:30`; `at` is None where it is not written."""

    hours: int
    at: Time | None
    span: Span = spanned()


@record
class Daily:
    """`daily at 05:00`."""

    at: Time
    span: Span = spanned()


@record
class Weekly:
    """`weekly on mon, wed at 05:00`; days as AWS's three letters, in written order: `("MON", "WED")`."""

    days: tuple[str, ...]
    at: Time
    span: Span = spanned()


@record
class Monthly:
    """`monthly on ... at 05:00`, on exactly one of three kinds of days.

    `day` is 1 to 31; or `last_day` is true; or `weekday` has AWS's three letters, and `nth` is 1 to 5, or None for the
    last such weekday of the month.
    """

    at: Time
    day: int | None = None
    last_day: bool = False
    weekday: str | None = None
    nth: int | None = None
    span: Span = spanned()


@record
class Yearly:
    """`yearly on 1 january at 05:00`; month as AWS's three letters."""

    day: int
    month: str
    at: Time
    span: Span = spanned()


@record
class CronNode:
    """`cron("0 5 ? * 2-6 *")`: the text between AWS's own parentheses, as written."""

    text: str
    span: Span = spanned()


Schedule = Hourly | EveryHours | Daily | Weekly | Monthly | Yearly | CronNode
Value = Text | Reference | Integer | Duration | Forever | Boolean | ListOf | Spread | Date | Schedule
TextOrName = Text | Reference
"""What stands where a string is expected: the string, or a name that stands for it."""

"""Nodes of the values that an author can write: strings, durations, lists, schedules.

Bare names whose meaning only a later stage knows (lets, Regions, resource types) are plain `Reference`s here.
"""

from __future__ import annotations

from typing import Literal

from policyengine.base.records import Record
from policyengine.base.source import Span


class SyntaxNode(Record, kw_only=True, uncompared=("span",)):
    """A node of an author's text; nodes are equal wherever they stand, and take their span by keyword."""

    span: Span


class HeadedNode(SyntaxNode, kw_only=True, uncompared=("head",)):
    """A block with the span of its head: `rule nightly`, without the braces."""

    head: Span


class Name(SyntaxNode, uncompared=("quoted",)):
    """A name, bare or in quotes: `plan daily` and `plan "daily"` are the same plan."""

    text: str
    quoted: bool = False


DurationUnit = Literal["minute", "hour", "day", "week", "year"]


class Text(SyntaxNode):
    """A string literal, its escapes resolved."""

    value: str


class Reference(SyntaxNode):
    """A bare name used as a value: a `let`, a Region, a resource type, `compliance`."""

    name: str


class Integer(SyntaxNode):
    """A number without a unit."""

    value: int


class Duration(SyntaxNode):
    """`35 days`: a count, and its unit in the singular."""

    count: int
    unit: DurationUnit


class Forever(SyntaxNode):
    """The word `forever`."""


class Boolean(SyntaxNode):
    """`true` or `false`."""

    value: bool


class ListOf(SyntaxNode):
    """`[a, b]`."""

    items: tuple[Value, ...]


class Spread(SyntaxNode):
    """`...europe` in a list: the items of another list."""

    value: Value


class Date(SyntaxNode):
    """`2027-03-31`."""

    year: int
    month: int
    day: int


class Time(SyntaxNode):
    """`03:30`, UTC."""

    hour: int
    minute: int


class Hourly(SyntaxNode):
    """`hourly` or `hourly at :15`."""

    minute: int


class EveryHours(SyntaxNode):
    """`every 6 hours at 01:30`; `at` is None where it is not written."""

    hours: int
    at: Time | None


class Daily(SyntaxNode):
    """`daily at 05:00`."""

    at: Time


class Weekly(SyntaxNode):
    """`weekly on mon, wed at 05:00`; days as AWS's three letters, in written order: `("MON", "WED")`."""

    days: tuple[str, ...]
    at: Time


class Monthly(SyntaxNode):
    """`monthly on ... at 05:00`, on exactly one of three kinds of days.

    `day` is 1 to 31; or `last_day` is true; or `weekday` has AWS's three letters, and `nth` is 1 to 5, or None for the
    last such weekday of the month.
    """

    at: Time
    day: int | None = None
    last_day: bool = False
    weekday: str | None = None
    nth: int | None = None


class Yearly(SyntaxNode):
    """`yearly on 1 january at 05:00`; month as AWS's three letters."""

    day: int
    month: str
    at: Time


class CronNode(SyntaxNode):
    """`cron("0 5 ? * 2-6 *")`: the text between AWS's own parentheses, as written."""

    text: str


Schedule = Hourly | EveryHours | Daily | Weekly | Monthly | Yearly | CronNode
Value = Text | Reference | Integer | Duration | Forever | Boolean | ListOf | Spread | Date | Schedule
TextOrName = Text | Reference
"""What stands where a string is expected: the string, or a name that stands for it."""

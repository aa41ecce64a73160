"""Reads the two day fields: exactly one of them says when to run, the other is `?`.

`L` (alone, with an offset, with `W`) stands for the whole field; `W`, `L` and `#` behind a day turn the list into one
special day of the month.
"""

from __future__ import annotations

import re

from policyengine.cron.days import (
    SATURDAY,
    Days,
    LastDay,
    LastWeekday,
    MonthDays,
    NearestWeekday,
    NthWeekday,
    Weekdays,
)
from policyengine.cron.errors import CronError
from policyengine.cron.fields import DAY_OF_MONTH, DAY_OF_WEEK, Domain, Token, bounded, read_items, values
from policyengine.cron.value import Field, Item

_LAST_DAY = re.compile(r"[Ll](?:-(?P<before>[0-9]+))?(?P<weekday>[Ww])?")
_LAST_IN_LIST = re.compile(r"(?:^|,)((?:[0-9]+|[A-Za-z]{3})?[Ll](?:-[0-9]+)?[Ww]?)(?:,|$)")
_MOST_BEFORE = 30


def check_one_is_open(of_month: Field, of_week: Field) -> None:
    """CronError unless exactly one of the day fields is `?` (facts 1.1.4)."""
    fields, start, end = "day-of-month and day-of-week are both", of_month.start, of_week.end
    if of_month.text == of_week.text == "?":
        raise CronError(f"{fields} `?`: one of them must say when to run", start, end, "`*` is every day")
    if "?" not in (of_month.text, of_week.text):
        name = DAY_OF_MONTH.name if of_month.text == "*" else DAY_OF_WEEK.name
        raise CronError(f"{fields} set: one of them must be `?`", start, end, f"write `?` for {name}")


def read_day_items(domain: Domain, field: Field) -> tuple[Item, ...]:
    """The items of a day field; none for `?` and for `L` in its forms."""
    if field.text == "?" or _whole_field_last(domain, field):
        return ()
    listed = _LAST_IN_LIST.search(field.text) if "," in field.text else None
    if listed:
        start, end = (field.start + place for place in listed.span(1))
        raise CronError("`L` cannot stand in a list", start, end, f"write only one day in the {domain.name} field")
    return read_items(domain, field)


def days_of_month(field: Field) -> Days:
    """On which days a day-of-month field other than `?` runs."""
    last = _LAST_DAY.fullmatch(field.text)
    if last:
        return LastDay(_before(last, field), on_weekday=last["weekday"] is not None)
    days = values(DAY_OF_MONTH, field.items)
    if any(item.mark and item.last is None for item in field.items):
        return NearestWeekday(days[0])
    return MonthDays(days)


def days_of_week(field: Field) -> Days:
    """On which days a day-of-week field other than `?` runs."""
    if not field.items:
        return Weekdays((SATURDAY,))
    days = values(DAY_OF_WEEK, field.items)
    if field.items[0].mark == "L":
        return LastWeekday(days[0])
    numbers = [item.number for item in field.items if item.number]
    if not numbers:
        return Weekdays(days)
    if len(numbers) > 1:
        place = field.start + field.text.index("#", field.text.index("#") + 1)
        raise CronError("only one `#` may stand in the day-of-week field", place, place + 1)
    return NthWeekday(days[0], numbers[0])


def _whole_field_last(domain: Domain, field: Field) -> bool:
    if domain is DAY_OF_WEEK:
        return field.text in {"L", "l"}
    return _LAST_DAY.fullmatch(field.text) is not None


def _before(last: re.Match[str], field: Field) -> int:
    if last["before"] is None:
        return 0
    token = Token(last["before"], field.start + last.start("before"))
    return bounded("offset from the last day", token, 0, _MOST_BEFORE)

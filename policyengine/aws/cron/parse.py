"""Reads the text of a schedule: the wrapper, six fields, and in each a list of values, ranges, steps and marks.

The grammar is that of facts 1.1: five fields or more, blanks or tabs between them; what follows the sixth is ignored.
Exactly one of the two day fields says when to run, the other is `?`. In them `L` (alone, with an offset, with `W`)
stands for the whole field; `W`, `L` and `#` behind a day turn the list into a single special day of the month.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from policyengine.aws.cron.days import (
    DECEMBER,
    FIRST_YEAR,
    LAST_YEAR,
    SATURDAY,
    SUNDAY,
    Days,
    LastDay,
    LastWeekday,
    MonthDays,
    NearestWeekday,
    NthWeekday,
    Weekdays,
)
from policyengine.aws.cron.expression import Cron, CronError, Field, Item
from policyengine.aws.cron.lookalikes import EXAMPLE, meant
from policyengine.aws.facts import limits
from policyengine.aws.facts.foreign_keys import Fields, Wording
from policyengine.base.records import Record
from policyengine.base.text import quoted

_OPEN, _CLOSE = "cron(", ")"
_ORDER = "minute, hour, day-of-month, month, day-of-week, year"
_LEAST_FIELDS = 5
_MOST_DIGITS = 4  # of any number in a field, zeros in front not counted
_MOST_IN_MONTH = 5  # days of a month with the same weekday
_MOST_BEFORE = 30  # days before the last day of a month
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

_FIELD = re.compile(r"[^ \t]+")
# [0-9] and [A-Za-z], never \d or IGNORECASE: those let digits and letters of other scripts in.
_ITEM = re.compile(
    r"(?:\*|(?P<first>[0-9]+|[A-Za-z]{3})(?:-(?P<last>[0-9]+|[A-Za-z]{3}))?)"
    r"(?:/(?P<step>[0-9]+))?"
    r"(?:(?P<mark>[WwLl])|#(?P<number>[0-9]+))?"
)
_WORD = re.compile(r"[A-Za-z]+")
_LAST_DAY = re.compile(r"[Ll](?:-(?P<before>[0-9]+))?(?P<weekday>[Ww])?")
_LAST_IN_LIST = re.compile(r"(?:^|,)((?:[0-9]+|[A-Za-z]{3})?[Ll](?:-[0-9]+)?[Ww]?)(?:,|$)")


class Domain(Record):
    """The domain of a field (facts 1.1.3): its lowest and highest value, their names, its wildcards and marks.

    `wraps`: a range may run over the end (`20-2`), as in every field but the year (facts 1.1.10).
    """

    name: str
    low: int
    high: int
    wildcards: str = "`,` `-` `*` `/`"
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    wraps: bool = True

    @property
    def takes(self) -> str:
        """The values that the field takes, for a hint."""
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"the {self.name} field takes {self.low} to {self.high}{names}, and {self.wildcards}"


MINUTE = Domain("minute", 0, 59)
HOUR = Domain("hour", 0, 23)
DAY_OF_MONTH = Domain("day-of-month", 1, 31, "`,` `-` `*` `?` `/` `L` `W`", marks=("W",))
MONTH = Domain("month", 1, DECEMBER, names=_MONTHS)
DAY_OF_WEEK = Domain("day-of-week", SUNDAY, SATURDAY, "`,` `-` `*` `?` `/` `L` `#`", _WEEKDAYS, marks=("L", "#"))
YEAR = Domain("year", FIRST_YEAR, LAST_YEAR, wraps=False)
DOMAINS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR)
"""The domains of the fields, in their order."""

_EVERY_YEAR = tuple(range(YEAR.low, YEAR.high + 1))


class CronToken(Record):
    """A piece of a field, and its offset in the text of the schedule."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.text)


@lru_cache(maxsize=4096)
def parse_cron(text: str) -> Cron:
    """The schedule of a whole `cron(...)` expression as a policy holds it (facts 1.1).

    Raises `CronError` with the offending part and advice where AWS refuses it. How often it runs, and whether at all,
    is not judged: AWS's answer to that depends on the time of the request (`next_two`).
    """
    try:
        return _read_schedule(text)
    except CronError as error:
        raise meant(text, _is_admitted) or error from None


def _is_admitted(text: str) -> bool:
    try:
        _read_schedule(text)
    except CronError:
        return False
    return True


def _read_schedule(text: str) -> Cron:
    _check_wrapper(text)
    split = _split(text)
    fields = tuple(_read_field(domain, field) for domain, field in zip(DOMAINS, split, strict=False))
    _check_one_is_open(text, split[2], split[4])
    of_month, of_week = fields[2], fields[4]
    return Cron(
        text,
        fields,
        minutes=_values(MINUTE, fields[0].items),
        hours=_values(HOUR, fields[1].items),
        days=_days_of_week(of_week) if of_month.text == "?" else _days_of_month(of_month),
        months=_values(MONTH, fields[3].items),
        years=_values(YEAR, fields[5].items) if len(fields) > _LEAST_FIELDS else _EVERY_YEAR,
    )


def _check_wrapper(text: str) -> None:
    end = len(text)
    most = limits()["policy_characters"]
    if end > most:
        raise CronError(f"the schedule has {end:,} characters, a whole policy at most {most:,}", 0, end)
    if not text.strip():
        raise CronError("the schedule is empty", 0, end, EXAMPLE)
    if text[:5].lower() == "rate(":
        raise CronError("`rate(...)` is not accepted: write `cron(...)`", 0, end, EXAMPLE)
    if not text.startswith(_OPEN):
        raise CronError(f"{quoted(text)} is not a `cron(...)` expression", 0, end, _wrapper_hint(text))
    _check_closing(text)


def _wrapper_hint(text: str) -> Wording:
    body = " ".join(text.split())
    if body[: len(_OPEN)].lower() == _OPEN:
        return "write `cron(` in small letters and nothing before it"
    return ("write ", Fields(body)) if _is_admitted(f"{_OPEN}{body}{_CLOSE}") else EXAMPLE


def _check_closing(text: str) -> None:
    end, last = len(text), len(text.rstrip())
    if not text[:last].endswith(_CLOSE):
        if _CLOSE in text:
            behind = text.rindex(_CLOSE) + 1
            raise CronError(f"nothing may follow the `{_CLOSE}`", behind, last, f"end the schedule with the `{_CLOSE}`")
        raise CronError(f"the `{_CLOSE}` of `{_OPEN}` is missing", last, end, "end the schedule with it")
    if last < end:
        raise CronError(f"nothing may follow the `{_CLOSE}`, not even a blank", last, end)
    for bracket in ("(", _CLOSE):
        if bracket in text[len(_OPEN) : -1]:
            offset = text.index(bracket, len(_OPEN))
            raise CronError(f"{quoted(bracket)} does not belong inside a schedule", offset, offset + 1)


def _split(text: str) -> list[Field]:
    """The fields without their items, at most six."""
    words = islice(_FIELD.finditer(text, len(_OPEN), len(text) - 1), len(DOMAINS))
    fields = [
        Field(domain.name, word[0], word.start(), word.end()) for domain, word in zip(DOMAINS, words, strict=False)
    ]
    if len(fields) < _LEAST_FIELDS:
        count = f"{len(fields)} {'field' if len(fields) == 1 else 'fields'}"
        raise CronError(f"{count} found, six expected", len(_OPEN), len(text) - 1, f"they are {_ORDER}")
    return fields


def _read_field(domain: Domain, field: Field) -> Field:
    """The same field with its items."""
    read = _read_day_items if domain in (DAY_OF_MONTH, DAY_OF_WEEK) else _read_items
    return Field(field.name, field.text, field.start, field.end, read(domain, field))


def _check_one_is_open(text: str, of_month: Field, of_week: Field) -> None:
    """CronError unless exactly one of the day fields is `?` (facts 1.1.4)."""
    fields, start, end = "day-of-month and day-of-week are both", of_month.start, of_week.end
    if of_month.text == of_week.text == "?":
        raise CronError(f"{fields} `?`: one of them must say when to run", start, end, "`*` is every day")
    if "?" not in (of_month.text, of_week.text):
        name, free = (DAY_OF_MONTH.name, of_month) if of_month.text == "*" else (DAY_OF_WEEK.name, of_week)
        meant = f"{text[: free.start]}?{text[free.end :]}" if free.text == "*" else ""
        raise CronError(f"{fields} set: one of them must be `?`", start, end, f"write `?` for {name}", meant)


def _read_day_items(domain: Domain, field: Field) -> tuple[Item, ...]:
    """The items of a day field; none for `?` and for `L` in its forms."""
    if field.text == "?" or _is_last_day(domain, field):
        return ()
    in_list = _LAST_IN_LIST.search(field.text) if "," in field.text else None
    if in_list:
        start, end = (field.start + offset for offset in in_list.span(1))
        raise CronError("`L` cannot stand in a list", start, end, f"write only one day in the {domain.name} field")
    return _read_items(domain, field)


def _is_last_day(domain: Domain, field: Field) -> bool:
    """Whether `L` stands for the whole field: in a month its last day, in a week Saturday."""
    if domain is DAY_OF_WEEK:
        return field.text in {"L", "l"}
    return _LAST_DAY.fullmatch(field.text) is not None


def _read_items(domain: Domain, field: Field) -> tuple[Item, ...]:
    """The members of a field's comma list; CronError at the first that the field may not hold."""
    items: list[Item] = []
    start = field.start
    for text in field.text.split(","):
        items.append(_read_item(domain, CronToken(text, start)))
        start += len(text) + 1
    return tuple(items)


def _read_item(domain: Domain, whole: CronToken) -> Item:
    match = _ITEM.fullmatch(whole.text)
    if match is None:
        raise _unreadable(domain, whole)
    first, last, step, number = (
        CronToken(match[group], whole.start + match.start(group)) if match[group] else None
        for group in ("first", "last", "step", "number")
    )
    if match["last"] and match["last"].isdigit() != match["first"].isdigit():
        message = f"the range {quoted(whole.text)} mixes a name and a number"
        raise CronError(message, whole.start, whole.end, "write both ends the same way")
    item = Item(
        whole.text,
        first=_value(domain, first) if first else None,
        last=_value(domain, last) if last else None,
        step=_bounded(f"{domain.name} step", step, 1, domain.high) if step else None,
        mark="#" if number else (match["mark"] or "").upper(),
        number=_bounded("number after `#`", number, 1, _MOST_IN_MONTH) if number else None,
        named=first is not None and not first.text.isdigit(),
    )
    _check_direction(domain, item, whole)
    _check_mark(domain, item, whole)
    return item


def _unreadable(domain: Domain, whole: CronToken) -> CronError:
    text = whole.text
    if _WORD.fullmatch(text):
        return _unknown_name(domain, whole)
    message, hint = f"{quoted(text)} is not understood in the {domain.name} field", domain.takes
    if not text:
        message, hint = f"nothing stands before or after a comma in the {domain.name} field", ""
    elif text.startswith("/"):
        message, hint = f"{quoted(text)} does not say where to start", f"write {quoted('*' + text)}"
    elif "?" in text and "?" in domain.wildcards:
        message, hint = "`?` must stand alone in its field", ""
    elif "?" in text:
        message = f"`?` is not for the {domain.name} field, only for day-of-month and day-of-week"
    return CronError(message, whole.start, whole.end, hint)


def _value(domain: Domain, token: CronToken) -> int:
    if token.text.isdigit():
        hint = "AWS counts from 1 for Sunday to 7 for Saturday" if domain is DAY_OF_WEEK else ""
        return _bounded(domain.name, token, domain.low, domain.high, hint)
    name = token.text.upper()
    if name in domain.names:
        return domain.low + domain.names.index(name)
    raise _unknown_name(domain, token)


def _bounded(what: str, token: CronToken, low: int, high: int, hint: str = "") -> int:
    """The number that a token writes; CronError where it is not from `low` to `high`."""
    digits = token.text.lstrip("0") or "0"
    # A long number is out of range without looking: Python refuses to convert more than 4,300 digits.
    is_short = len(digits) <= _MOST_DIGITS
    if is_short and low <= int(digits) <= high:
        return int(digits)
    shown = digits if is_short else quoted(token.text)
    raise CronError(f"{what} {shown} is out of range: {low} to {high}", token.start, token.end, hint)


def _unknown_name(domain: Domain, token: CronToken) -> CronError:
    abbreviation = token.text[:3].upper()
    if abbreviation in domain.names:
        message = f"{quoted(token.text)} must be shortened to three letters"
        return CronError(message, token.start, token.end, f"write `{abbreviation}`")
    article = "an" if domain is HOUR else "a"
    return CronError(f"{quoted(token.text)} is not {article} {domain.name}", token.start, token.end, domain.takes)


def _check_direction(domain: Domain, item: Item, whole: CronToken) -> None:
    if domain.wraps or item.first is None or item.last is None or item.first <= item.last:
        return
    message = f"the range {quoted(item.text)} ends before it begins"
    raise CronError(message, whole.start, whole.end, f"{domain.name}s do not start over")


def _check_mark(domain: Domain, item: Item, whole: CronToken) -> None:
    if not item.mark:
        return
    if item.mark not in domain.marks:
        message = f"`{item.mark}` cannot follow a value in the {domain.name} field"
        raise CronError(message, whole.start, whole.end, domain.takes)
    # `1-5W` is admitted and runs on days 1 to 5: the W has no effect (facts 1.1.12a).
    is_range = item.last is not None and item.mark != "W"
    if item.first is None or item.step is not None or is_range:
        day = "`MON`" if domain is DAY_OF_WEEK else "`15`"
        message = f"`{item.mark}` in {quoted(item.text)} belongs to a single day such as {day}"
        raise CronError(message, whole.start, whole.end)


def _values(domain: Domain, items: tuple[Item, ...]) -> tuple[int, ...]:
    """All values that the items stand for, ascending."""
    values: set[int] = set()
    for item in items:
        values.update(_values_of_item(domain, item))
    return tuple(sorted(values))


def _values_of_item(domain: Domain, item: Item) -> range | list[int]:
    step = item.step or 1
    if item.first is None:
        return range(domain.low, domain.high + 1, step)
    if item.last is None:
        return range(item.first, (domain.high if item.step else item.first) + 1, step)
    size = domain.high - domain.low + 1
    span = (item.last - item.first) % size
    return [domain.low + (item.first - domain.low + ahead) % size for ahead in range(0, span + 1, step)]


def _days_of_month(field: Field) -> Days:
    """The run days of a day-of-month field other than `?`."""
    last_day = _LAST_DAY.fullmatch(field.text)
    if last_day:
        return LastDay(_days_before(last_day, field), on_weekday=last_day["weekday"] is not None)
    days = _values(DAY_OF_MONTH, field.items)
    if any(item.mark and item.last is None for item in field.items):
        return NearestWeekday(days[0])
    return MonthDays(days)


def _days_before(last_day: re.Match[str], field: Field) -> int:
    """The offset of `L-3`, 0 of `L`."""
    if last_day["before"] is None:
        return 0
    token = CronToken(last_day["before"], field.start + last_day.start("before"))
    return _bounded("offset from the last day", token, 0, _MOST_BEFORE)


def _days_of_week(field: Field) -> Days:
    """The run days of a day-of-week field other than `?`; a field without items is `L`."""
    if not field.items:
        return Weekdays((SATURDAY,))
    days = _values(DAY_OF_WEEK, field.items)
    if field.items[0].mark == "L":
        return LastWeekday(days[0])
    numbers = [item.number for item in field.items if item.number]
    if not numbers:
        return Weekdays(days)
    if len(numbers) > 1:
        offset = field.start + field.text.index("#", field.text.index("#") + 1)
        raise CronError("only one `#` may stand in the day-of-week field", offset, offset + 1)
    return NthWeekday(days[0], numbers[0])

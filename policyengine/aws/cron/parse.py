"""Reads the text of a schedule: the wrapper, six fields, and in each a list of values, ranges, steps and marks.

The grammar is that of facts 1.1: five fields or more, blanks or tabs between them; what follows the sixth is ignored.
Exactly one of the two day fields says when to run, the other is `?`. In them `L` (alone, with an offset, with `W`)
stands for the whole field; `W`, `L` and `#` behind a day turn the list into one special day of the month.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from policyengine.aws.cron.days import (
    SATURDAY,
    Days,
    LastDay,
    LastWeekday,
    MonthDays,
    NearestWeekday,
    NthWeekday,
    Weekdays,
)
from policyengine.aws.cron.expression import Cron, CronError, Field, Item
from policyengine.aws.cron.lookalikes import meant
from policyengine.aws.facts import limits
from policyengine.base.records import record
from policyengine.base.text import quoted

# [0-9] and [A-Za-z], never \d or IGNORECASE: those let digits and letters of other scripts in.
_ITEM = re.compile(
    r"(?:\*|(?P<first>[0-9]+|[A-Za-z]{3})(?:-(?P<last>[0-9]+|[A-Za-z]{3}))?)"
    r"(?:/(?P<step>[0-9]+))?"
    r"(?:(?P<mark>[WwLl])|#(?P<number>[0-9]+))?"
)
_WORD = re.compile(r"[A-Za-z]+")
_LONGEST_NUMBER = 4
_MOST_IN_MONTH = 5
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@record
class Domain:
    """What a field may hold (facts 1.1.3): its lowest and highest value, their names, its wildcards and marks.

    `wraps`: a range may run over the end (`20-2`), as in every field but the year (facts 1.1.10).
    """

    name: str
    low: int
    high: int
    wildcards: str = "`,` `-` `*` `/`"
    names: tuple[str, ...] = ()
    marks: str = ""
    wraps: bool = True

    @property
    def takes(self) -> str:
        """What may be written in the field, for people."""
        names = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"the {self.name} field takes {self.low} to {self.high}{names}, and {self.wildcards}"


MINUTE = Domain("minute", 0, 59)
HOUR = Domain("hour", 0, 23)
DAY_OF_MONTH = Domain("day-of-month", 1, 31, "`,` `-` `*` `?` `/` `L` `W`", marks="W")
MONTH = Domain("month", 1, 12, names=_MONTHS)
DAY_OF_WEEK = Domain("day-of-week", 1, 7, "`,` `-` `*` `?` `/` `L` `#`", _WEEKDAYS, marks="L#")
YEAR = Domain("year", 1970, 2199, wraps=False)
DOMAINS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR)


@record
class Token:
    """A number or name and where it begins in the schedule."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def read_items(domain: Domain, field: Field) -> tuple[Item, ...]:
    """The members of a field's comma list; CronError at the first one that the field may not hold."""
    items: list[Item] = []
    start = field.start
    for text in field.text.split(","):
        items.append(_item(domain, Token(text, start)))
        start += len(text) + 1
    return tuple(items)


def values(domain: Domain, items: tuple[Item, ...]) -> tuple[int, ...]:
    """All values that the items stand for, ascending."""
    found: set[int] = set()
    for item in items:
        found.update(_expand(domain, item))
    return tuple(sorted(found))


def bounded(what: str, token: Token, low: int, high: int, hint: str = "") -> int:
    """The number that a token's digits write; CronError when it is not from `low` to `high`."""
    plain = token.text.lstrip("0") or "0"
    short = len(plain) <= _LONGEST_NUMBER
    if short and low <= int(plain) <= high:
        return int(plain)
    shown = plain if short else quoted(token.text)
    raise CronError(f"{what} {shown} is out of range: {low} to {high}", token.start, token.end, hint)


def _item(domain: Domain, whole: Token) -> Item:
    match = _ITEM.fullmatch(whole.text)
    if match is None:
        raise _unreadable(domain, whole)
    first, last, step, number = (
        Token(match[part], whole.start + match.start(part)) if match[part] else None
        for part in ("first", "last", "step", "number")
    )
    if first and last and first.text.isdigit() != last.text.isdigit():
        message = f"the range {quoted(whole.text)} mixes a name and a number"
        raise CronError(message, whole.start, whole.end, "write both ends the same way")
    item = Item(
        whole.text,
        first=_value(domain, first) if first else None,
        last=_value(domain, last) if last else None,
        step=bounded(f"{domain.name} step", step, 1, domain.high) if step else None,
        mark="#" if number else (match["mark"] or "").upper(),
        number=bounded("number after `#`", number, 1, _MOST_IN_MONTH) if number else None,
        named=first is not None and not first.text.isdigit(),
    )
    _check_direction(domain, item, whole)
    _check_mark(domain, item, whole)
    return item


def _check_direction(domain: Domain, item: Item, whole: Token) -> None:
    if domain.wraps or item.first is None or item.last is None or item.first <= item.last:
        return
    message = f"the range {quoted(item.text)} ends before it begins"
    raise CronError(message, whole.start, whole.end, f"{domain.name}s do not start over")


def _check_mark(domain: Domain, item: Item, whole: Token) -> None:
    if not item.mark:
        return
    if item.mark not in domain.marks:
        message = f"`{item.mark}` cannot follow a value in the {domain.name} field"
        raise CronError(message, whole.start, whole.end, domain.takes)
    # `1-5W` is admitted and runs on days 1 to 5: the W has no effect (facts 1.1.12a).
    ranged = item.last is not None and item.mark != "W"
    if item.first is None or item.step is not None or ranged:
        day = "`MON`" if domain is DAY_OF_WEEK else "`15`"
        message = f"`{item.mark}` in {quoted(item.text)} belongs to a single day such as {day}"
        raise CronError(message, whole.start, whole.end)


def _value(domain: Domain, token: Token) -> int:
    if token.text.isdigit():
        hint = "AWS counts from 1 for Sunday to 7 for Saturday" if domain is DAY_OF_WEEK else ""
        return bounded(domain.name, token, domain.low, domain.high, hint)
    name = token.text.upper()
    if name in domain.names:
        return domain.low + domain.names.index(name)
    raise _unknown_name(domain, token)


def _unknown_name(domain: Domain, token: Token) -> CronError:
    abbreviation = token.text[:3].upper()
    if abbreviation in domain.names:
        message = f"{quoted(token.text)} must be shortened to three letters"
        return CronError(message, token.start, token.end, f"write `{abbreviation}`")
    article = "an" if domain is HOUR else "a"
    return CronError(f"{quoted(token.text)} is not {article} {domain.name}", token.start, token.end, domain.takes)


def _unreadable(domain: Domain, whole: Token) -> CronError:
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


def _expand(domain: Domain, item: Item) -> range | list[int]:
    step = item.step or 1
    if item.first is None:
        return range(domain.low, domain.high + 1, step)
    if item.last is None:
        return range(item.first, (domain.high if item.step else item.first) + 1, step)
    size = domain.high - domain.low + 1
    span = (item.last - item.first) % size
    return [domain.low + (item.first - domain.low + ahead) % size for ahead in range(0, span + 1, step)]


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


_OPEN, _CLOSE = "cron(", ")"
_EXAMPLE = "`cron(0 5 ? * * *)` is daily at 05:00 UTC"
_FIELD = re.compile(r"[^ \t]+")
_LEAST_FIELDS = 5
_ORDER = "minute, hour, day-of-month, month, day-of-week, year"
_EVERY_YEAR = tuple(range(YEAR.low, YEAR.high + 1))


@lru_cache(maxsize=4096)
def parse_cron(text: str) -> Cron:
    """Read a whole `cron(...)` expression as a policy holds it; CronError with place and advice if AWS refuses it.

    Says nothing about how often or whether it runs: AWS's answer to that depends on the time it is asked (`next_two`).
    """
    try:
        return _read_cron(text)
    except CronError as error:
        raise meant(text, _is_sound) or error from None


def _is_sound(text: str) -> bool:
    try:
        _read_cron(text)
    except CronError:
        return False
    return True


def _read_cron(text: str) -> Cron:
    _check_wrapper(text)
    split = _split(text)
    fields = tuple(_read(domain, field) for domain, field in zip(DOMAINS, split, strict=False))
    check_one_is_open(split[2], split[4])
    of_month, of_week = fields[2], fields[4]
    return Cron(
        text,
        fields,
        minutes=values(MINUTE, fields[0].items),
        hours=values(HOUR, fields[1].items),
        days=days_of_week(of_week) if of_month.text == "?" else days_of_month(of_month),
        months=values(MONTH, fields[3].items),
        years=values(YEAR, fields[5].items) if len(fields) > _LEAST_FIELDS else _EVERY_YEAR,
    )


def _check_wrapper(text: str) -> None:
    end = len(text)
    most = limits()["policy_characters"]
    if end > most:
        raise CronError(f"the schedule has {end:,} characters, a whole policy at most {most:,}", 0, end)
    if not text.strip():
        raise CronError("the schedule is empty", 0, end, _EXAMPLE)
    if text[:5].lower() == "rate(":
        raise CronError("`rate(...)` is not accepted: write `cron(...)`", 0, end, _EXAMPLE)
    if not text.startswith(_OPEN):
        raise CronError(f"{quoted(text)} is not a `cron(...)` expression", 0, end, _wrapper_hint(text))
    _check_closing(text)


def _wrapper_hint(text: str) -> str:
    body = text.strip()
    if body[: len(_OPEN)].lower() == _OPEN:
        return "write `cron(` in small letters and nothing before it"
    if len(_FIELD.findall(body)) in {_LEAST_FIELDS, len(DOMAINS)} and not {"(", ")"} & set(body):
        return f"write {quoted(_OPEN + body + _CLOSE)}"
    return _EXAMPLE


def _check_closing(text: str) -> None:
    end, last = len(text), len(text.rstrip())
    if not text[:last].endswith(_CLOSE) and (close := text.rfind(_CLOSE)) >= 0:
        raise CronError(f"nothing may follow the `{_CLOSE}`", close + 1, last, f"end the schedule with the `{_CLOSE}`")
    if not text[:last].endswith(_CLOSE):
        raise CronError(f"the `{_CLOSE}` of `{_OPEN}` is missing", last, end, "end the schedule with it")
    if last < end:
        raise CronError(f"nothing may follow the `{_CLOSE}`, not even a blank", last, end)
    for place in (text.find("(", len(_OPEN)), text.find(_CLOSE, 0, end - 1)):
        if place >= 0:
            raise CronError(f"{quoted(text[place])} does not belong inside a schedule", place, place + 1)


def _split(text: str) -> list[Field]:
    words = islice(_FIELD.finditer(text, len(_OPEN), len(text) - 1), len(DOMAINS))
    found = [
        Field(domain.name, word[0], word.start(), word.end()) for domain, word in zip(DOMAINS, words, strict=False)
    ]
    if len(found) < _LEAST_FIELDS:
        count = f"{len(found)} {'field' if len(found) == 1 else 'fields'}"
        raise CronError(f"{count} found, six expected", len(_OPEN), len(text) - 1, f"they are {_ORDER}")
    return found


def _read(domain: Domain, field: Field) -> Field:
    read = read_day_items if domain in (DAY_OF_MONTH, DAY_OF_WEEK) else read_items
    return Field(field.name, field.text, field.start, field.end, read(domain, field))

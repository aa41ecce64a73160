"""Reads one field: comma list, ranges, steps, names, marks.

Takes the field's text, gives its items and the values they stand for. What the two day fields hold besides is read in
`dayfields.py`.
"""

from __future__ import annotations

import re

from policyengine.cron.errors import CronError
from policyengine.cron.value import Field, Item
from policyengine.value import value
from policyengine.wording import quoted

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


@value
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


@value
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

"""The probable meaning of a refused schedule: other schedulers' notations, and how to write them for AWS.

Wrong separators and a wrong number of fields are looked for before mistakes inside fields: until they are right, no
field is where it seems to be. Used for refused texts only, so that it cannot change what is admitted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from operator import add
from typing import NamedTuple

from policyengine.aws.cron.expression import CronError
from policyengine.aws.facts.foreign_keys import Fields, Wording
from policyengine.base.text import quoted

_NICKNAMES = {
    "@hourly": "0 * ? * * *",
    "@daily": "0 0 ? * * *",
    "@midnight": "0 0 ? * * *",
    "@weekly": "0 0 ? * SUN *",
    "@monthly": "0 0 1 * ? *",
    "@yearly": "0 0 1 1 ? *",
    "@annually": "0 0 1 1 ? *",
}
_RATES = {
    "1 hour": "0 * ? * * *",
    **{f"{hours} hours": f"0 0/{hours} ? * * *" for hours in (2, 3, 4, 6, 8, 12)},
    "24 hours": "0 5 ? * * *",
    "1 day": "0 5 ? * * *",
    "7 days": "0 5 ? * SUN *",
}
EXAMPLE = (Fields("0 5 ? * * *"), " is daily at 05:00 UTC")
"""Advice where nobody can say which schedule was meant."""
_BODY = re.compile(r"(?:cron\()?([^()]*)\)?", re.IGNORECASE)
_TWICE = re.compile(r"cron\(\s*(cron\(([^()]*)\))\s*\)", re.IGNORECASE)
_RATE = re.compile(r"rate\(\s*([0-9]+)\s+([a-z]+)\s*\)?", re.IGNORECASE)
_ZONE = re.compile(
    r"(?:CRON_)?TZ=\S+|\b(?:[A-Z][a-z]+|US)/[A-Z][A-Za-z_]+|(?<![^\s)])(?:UTC|GMT|CES?T|[ECMP][SD]T)(?=\s|\)|$)"
)
_OTHER_SPACE = re.compile(r"[^\S \t]")
_AT_BLANK = re.compile(r"\s+,\s*|,\s+")
_OTHER_BRACKETS = re.compile(r"cron(?!\()\W*?([*0-9][^()\[\]{}]*?)[\s)\]}]*", re.IGNORECASE)
_EVERYTHING_IN_LIST = re.compile(r"(?<![^ ,])[*?],|,[*?](?![^ ,])")
_NO_COMMAS = "fields are separated by blanks: the commas must go"
_NO_COMMA = "fields are separated by blanks: this comma must go"
_NO_BLANK = "no blank may stand within a list"
_BOTH = "fields are separated by blanks alone, and the items of a list by commas alone"
_UNIX_DAY = re.compile(r"(?<![0-9/#])[0-7](?![0-9L#])")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_LONGEST = 200  # characters; what is longer is not what anybody wrote by hand
_MOST_PARTS = 9  # between commas beside blanks: what has more is a sequence of fields, or nothing
_FIVE, _SIX, _SEVEN = 5, 6, 7

Sound = Callable[[str], bool]


def meant(text: str, sound: Sound) -> CronError | None:
    """The refusal of a text in a recognized notation, with what to write; `sound` says whether AWS admits a text."""
    if len(text) > _LONGEST:
        return None
    return next((error for way in _WAYS for error in way(text, sound)), None)


def _nickname(text: str, _sound: Sound) -> Iterator[CronError]:
    match = _BODY.fullmatch(text.strip())
    fields = _NICKNAMES.get(match[1].strip().lower()) if match else None
    if fields:
        yield CronError(f"{quoted(text)} is not for AWS's cron", 0, len(text), _write(fields))


def _wrapped_twice(text: str, sound: Sound) -> Iterator[CronError]:
    """`cron(cron(...))`: so is a whole schedule where the language wants its fields alone."""
    match = _TWICE.fullmatch(text.strip())
    if match and sound(_whole(match[2])):
        yield CronError("`cron(...)` stands in `cron(...)`: once is enough", *match.span(1), _write(match[2]))


def _rate(text: str, _sound: Sound) -> Iterator[CronError]:
    match = _RATE.fullmatch(text.strip())
    fields = _RATES.get(f"{match[1]} {match[2].lower()}") if match else None
    if fields:
        yield CronError("`rate(...)` is not accepted: write `cron(...)`", 0, len(text), _write(fields))


def _zone(text: str, sound: Sound) -> Iterator[CronError]:
    match = _ZONE.search(text)
    if match:
        rest = _body(text[: match.start()] + text[match.end() :])
        rest = f"{rest} *" if len(rest.split()) == _FIVE else rest
        hint = _write(rest) if sound(_whole(rest)) else EXAMPLE
        yield CronError(f"{quoted(match[0])} is a time zone: schedules are UTC, and name none", *match.span(), hint)


def _blank(text: str, sound: Sound) -> Iterator[CronError]:
    """White space other than blanks and tabs, such as a no-break space."""
    match = _OTHER_SPACE.search(text.rstrip())
    if match:
        body = " ".join(_body(text).split())
        hint = _write(body) if sound(_whole(body)) else "write a blank instead"
        message = f"{quoted(match[0])} stands in the schedule: fields are separated by blanks"
        yield CronError(message, *match.span(), hint)


def _commas(text: str, sound: Sound) -> Iterator[CronError]:
    """Commas between fields, or blanks within a list."""
    body, first = _body(text), text.find(",")
    parts = _AT_BLANK.split(body)
    if len(parts) == 1:
        parted = body.replace(",", " ")
        if "," in body and sound(_whole(parted)):
            yield CronError(_NO_COMMAS, first, first + 1, _write(parted))
    elif untangled := _untangled(parts, sound):
        place = text.index(",", text.index(body) + len(parts[0]))
        yield CronError(_misplaced(untangled.marks), place, place + 1, _write(untangled.body))
    elif len(parts) >= _FIVE and all(part.split() == [part] for part in parts):
        yield CronError(_NO_COMMAS, first, first + 1)


def _may_be_meant(body: str, sound: Sound) -> bool:
    """Whether AWS takes a text with other separators; a list with everything in it (`MON,*`) nobody means."""
    return not _EVERYTHING_IN_LIST.search(body) and sound(_whole(body))


def _misplaced(marks: Sequence[str]) -> str:
    """The message on commas beside blanks that are meant as these marks."""
    if "," in marks:
        return _BOTH if " " in marks else _NO_BLANK
    return _NO_COMMAS if len(marks) > 1 else _NO_COMMA


class _Untangled(NamedTuple):
    """A schedule in which each comma beside a blank is one of the two: the marks in their order, and the fields."""

    marks: tuple[str, ...]
    body: str


def _untangled(parts: Sequence[str], sound: Sound) -> _Untangled | None:
    """The one reading of six fields that AWS takes, else of five; none where there are several, or too many to try."""
    if len(parts) > _MOST_PARTS:
        return None
    readings = [
        _Untangled(marks, "".join(map(add, parts, (*marks, ""))))
        for marks in product((",", " "), repeat=len(parts) - 1)
    ]
    for fields in (_SIX, _FIVE):
        taken = [each for each in readings if len(each.body.split()) == fields and _may_be_meant(each.body, sound)]
        if taken:
            return taken[0] if len(taken) == 1 else None
    return None


def _other_separators(text: str, sound: Sound) -> Iterator[CronError]:
    body = _body(text)
    for mark in ";|":
        if mark in body:
            ways = (" ".join(body.replace(mark, " ").split()), body.replace(mark, ","))
            hint = next((_write(way) for way in ways if _may_be_meant(way, sound)), "")
            place = text.index(mark)
            yield CronError(f"fields are separated by blanks, not by {quoted(mark)}", place, place + 1, hint)


def _seconds(text: str, sound: Sound) -> Iterator[CronError]:
    """Six or seven fields, seconds first, as in Quartz and Spring."""
    words = _body(text).split()
    if len(words) in {_SIX, _SEVEN} and (words[0].isdigit() or words[0] == "*"):
        rest = " ".join([*words[1:], "*"][:_SIX])
        if sound(_whole(rest)):
            offset = text.index(words[0])
            message = f"the schedule has {len(words)} fields of which the first seems to be seconds: AWS has none"
            yield CronError(message, offset, offset + len(words[0]), _write(rest))


def _unix(text: str, sound: Sound) -> Iterator[CronError]:
    """The five fields of Unix, with both days set; there Sunday is 0 and Monday is 1."""
    words = _body(text).split()
    if len(words) != _FIVE or "*" not in (words[2], words[4]):
        return
    minute, hour, day, month, weekday = words
    named = _UNIX_DAY.sub(lambda match: _DAYS[int(match[0])], weekday)
    days = f"{day} {month} ?" if weekday == "*" else f"? {month} {named}"
    rest = f"{minute} {hour} {days} *"
    if sound(_whole(rest)):
        offset = text.index(minute)
        message = "five fields as Unix has them: AWS wants six, with a `?` for one of the days"
        yield CronError(message, offset, text.rindex(weekday) + len(weekday), _write(rest))


def _parentheses(text: str, sound: Sound) -> Iterator[CronError]:
    """A whole schedule in other brackets, or without any."""
    match = _OTHER_BRACKETS.fullmatch(text.strip())
    if match and sound(_whole(match[1])):
        yield CronError(f"{quoted(text)} is not a `cron(...)` expression", 0, len(text), _write(match[1]))


def _body(text: str) -> str:
    """The text inside the parentheses, with or without `cron` before them; empty where there are more brackets."""
    match = _BODY.fullmatch(text.strip())
    return match[1].strip() if match else ""


def _whole(body: str) -> str:
    """The schedule with some fields."""
    return f"cron({body})"


def _write(body: str) -> Wording:
    """Advice to write these fields, with one blank between them: a tab would be shown as an escape."""
    return "write ", Fields(" ".join(body.split()))


_WAYS = (_nickname, _wrapped_twice, _rate, _zone, _blank, _commas, _other_separators, _seconds, _unix, _parentheses)

"""From the text of a schedule to its `Cron`: the wrapper and the fields.

The grammar is that of facts 1.1: five fields or more, blanks or tabs between them; what follows the sixth is ignored.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from policyengine.cron.dayfields import check_one_is_open, days_of_month, days_of_week, read_day_items
from policyengine.cron.errors import CronError
from policyengine.cron.fields import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    DOMAINS,
    HOUR,
    MINUTE,
    MONTH,
    YEAR,
    Domain,
    read_items,
    values,
)
from policyengine.cron.meant import meant
from policyengine.cron.value import Cron, Field
from policyengine.facts import limits
from policyengine.wording import quoted

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

"""What builds the values: strings, numbers, durations, lists, names."""

from __future__ import annotations

from typing import cast

from policyengine.catalogue.language import malformed_duration, unknown_escape
from policyengine.syntax._reading import Reading, Token, excerpt
from policyengine.syntax._strings import unquote
from policyengine.syntax.values import (
    Boolean,
    Duration,
    DurationUnit,
    Forever,
    Integer,
    ListOf,
    Name,
    Reference,
    Text,
    Value,
)

_MOST_DIGITS = 18  # Python itself refuses to read numbers of some thousand digits
_DAYS_IN_MONTH = 30

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
    reading.report(malformed_duration.RULE, span, message, f"say `{days} days`")
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


def number(reading: Reading, token: Token) -> int:
    """The count that a token writes; 0 where it is too long for any use."""
    digits = token[0].lstrip("0")
    if len(digits) <= _MOST_DIGITS:
        return int(digits or "0")
    reading.report(malformed_duration.RULE, reading.at(token), f"a number of {len(digits)} digits is too large")
    return 0


def string(reading: Reading, token: Token) -> str:
    """The text that a string stands for."""

    def wrong(offset: int, escape: str) -> None:
        span = reading.span(token[1] + offset, token[1] + offset + len(escape))
        reading.report(unknown_escape.RULE, span, f"{excerpt(escape)} is no escape", _advice(escape))

    return unquote(token[0], wrong)


def _advice(escape: str) -> str:
    if escape == "\\u":
        return "`\\u` takes exactly four hexadecimal digits, as in `\\u00e9`"
    if escape.startswith("\\u"):
        return "it names one half of a character; write the character itself"
    return 'escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u00e9`; a backslash is written `\\\\`'

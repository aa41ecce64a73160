"""Durations in AWS's units (language.md section 2, semantics.md section 7), both ways."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.catalogue.language import duration_not_whole, duration_too_long, years_in_retention
from policyengine.compiler.mapping import Kind
from policyengine.diagnostics import Diagnostic
from policyengine.facts import limits
from policyengine.source import Span
from policyengine.syntax.values import Duration

UNITS = {Kind.MINUTES: "minutes", Kind.DAYS: "days"}
"""What AWS counts the duration of a setting in."""

_HOUR, _DAY, _YEAR = 60, 1_440, 525_600
_MINUTES = {"minute": 1, "hour": _HOUR, "day": _DAY, "week": 7 * _DAY, "year": _YEAR}
_PER_UNIT = {Kind.MINUTES: 1, Kind.DAYS: _DAY}
_LARGEST = 10**16 - 1  # AWS takes 16 digits and no more
_DIGITS = 16
_YEARS_PER_LEAP_DAY = 4


def amount(duration: Duration, kind: Kind, span: Span, found: list[Diagnostic]) -> str | Diagnostic:
    """AWS's text for the duration of a `kind` of setting, or what is wrong with it at `span`.

    Advice on a duration that is right goes to `found`, at the duration itself.
    """
    count, rest = divmod(duration.count * _MINUTES[duration.unit], _PER_UNIT[kind])
    if count > _LARGEST:
        advice = f"AWS takes numbers of up to {_DIGITS} digits"
        return duration_too_long.RULE.at(span, "this duration is longer than AWS can hold", help=advice)
    if rest:
        return _not_whole(duration, kind, count, span)
    if kind is Kind.DAYS and duration.unit == "year":
        found.extend(years_advice(duration))
    return str(count)


def duration_of(text: str, kind: Kind, span: Span) -> Duration | None:
    """The duration that compiles to exactly `text`, in the unit that reads best; None where none does."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS) or str(int(text)) != text:
        return None
    count = int(text)
    if kind is Kind.DAYS:
        return Duration(count, "day", span=span)
    if count % _DAY == 0 and count > _DAY:
        return Duration(count // _DAY, "day", span=span)
    if count % _HOUR == 0 and count:
        return Duration(count // _HOUR, "hour", span=span)
    return Duration(count, "minute", span=span)


def calendar_days(years: int) -> int:
    """The most days that so many calendar years can hold: 2557 for seven."""
    return years * 365 + -(-years // _YEARS_PER_LEAP_DAY)


def written(count: int, unit: str) -> str:
    """So many of a unit as the author writes them: `1 day`, `2 days`."""
    return f"`{count} {unit}`" if count == 1 else f"`{count} {unit}s`"


def _not_whole(duration: Duration, kind: Kind, count: int, span: Span) -> Diagnostic:
    units = UNITS[kind]
    nearby = [written(whole, units[:-1]) for whole in (count, count + 1) if whole]
    return duration_not_whole.RULE.at(
        span,
        f"{written(duration.count, duration.unit)} is not a whole number of {units}",
        help=f"AWS counts in {units} here: write {' or '.join(nearby)}",
    )


def years_advice(duration: Duration) -> Iterator[Diagnostic]:
    """How many days calendar years can hold, beside a retention that is written in years (language.md section 2).

    Nothing where AWS Backup keeps no backup for so long: its 36,500 days are 100 years (facts 1.3.1).
    """
    safe, sent = calendar_days(duration.count), duration.count * 365
    if safe > limits()["retention_most_days"]:
        return
    yield years_in_retention.RULE.at(
        duration.span,
        f"{written(duration.count, duration.unit)} is {sent} days; as many calendar years can hold {safe}",
        help=f"write `{safe} days` to cover the calendar",
    )

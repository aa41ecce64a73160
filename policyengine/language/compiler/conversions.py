"""Converts values between AWS's texts and the language's nodes, both ways.

Durations follow semantics.md section 7, schedules language.md 3.4; names of vaults and roles stand for ARNs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policyengine.aws.arns import air_gapped_vault_arn, copy_target, is_arn, role_arn
from policyengine.aws.facts import limits, regions
from policyengine.aws.setting_rows import MINUTES_IN, ValueFormat
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Span
from policyengine.language.language_rules import DURATION_NOT_WHOLE, DURATION_TOO_LONG, YEARS_IN_RETENTION
from policyengine.language.syntax import DAY_NAMES, MONTH_DAYS
from policyengine.language.syntax.literals import (
    CronNode,
    Daily,
    Duration,
    DurationUnit,
    EveryHours,
    Hourly,
    Monthly,
    Schedule,
    Time,
    Weekly,
    Yearly,
)

_HOUR, _DAY = MINUTES_IN["hours"], MINUTES_IN["days"]
_YEAR = 365 * _DAY
_MINUTES = {"minute": 1, "hour": _HOUR, "day": _DAY, "week": 7 * _DAY, "year": _YEAR}
_CALENDAR = "days"  # the unit in which it matters that a year is 365 days
_READABLE: tuple[tuple[DurationUnit, int], ...] = (("day", _DAY), ("hour", _HOUR), ("minute", 1))
"""The units in which durations read best, the largest first."""
_YEARS_PER_LEAP_DAY = 4


def amount(duration: Duration, form: ValueFormat, span: Span, diagnostics: list[Diagnostic]) -> str | Diagnostic:
    """AWS's text for the duration of a setting, or what is wrong with it at `span`.

    Advice on a duration that is right is added to `diagnostics`, at the duration itself.
    """
    count, rest = divmod(duration.count * _MINUTES[duration.unit], form.minutes)
    if count >= 10**form.digits:
        advice = f"AWS takes numbers of up to {form.digits} digits"
        return DURATION_TOO_LONG.at(span, "this duration is longer than AWS can hold", help=advice)
    if rest:
        return _not_whole(duration, form.unit, count, span)
    if form.unit == _CALENDAR and duration.unit == "year":
        diagnostics.extend(years_advice(duration))
    return str(count)


def duration_of(text: str, form: ValueFormat, span: Span) -> Duration | None:
    """The duration that compiles to exactly `text`, in the unit that reads best; None where none does.

    That is never a smaller one than AWS counts in; a day of hours or minutes stays 24 hours.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= form.digits) or str(int(text)) != text:
        return None
    length = int(text) * form.minutes
    units = [(unit, size) for unit, size in _READABLE if size >= form.minutes]
    least = {"day": _DAY + 1, "hour": _HOUR}
    for unit, size in units[:-1]:
        if length % size == 0 and length >= least[unit]:
            return Duration(length // size, unit, span=span)
    unit, size = units[-1]
    return Duration(length // size, unit, span=span)


def calendar_days(years: int) -> int:
    """The most days that a number of calendar years can have: 2557 for seven."""
    return years * 365 + -(-years // _YEARS_PER_LEAP_DAY)


def written(count: int, unit: str) -> str:
    """A count and a unit in the singular as the author writes them, in backticks: `1 day`, `2 days`."""
    return f"`{count} {unit}`" if count == 1 else f"`{count} {unit}s`"


def _not_whole(duration: Duration, units: str, count: int, span: Span) -> Diagnostic:
    nearby = [written(whole, units[:-1]) for whole in (count, count + 1) if whole]
    return DURATION_NOT_WHOLE.at(
        span,
        f"{written(duration.count, duration.unit)} is not a whole number of {units}",
        help=f"AWS counts in {units} here: write {' or '.join(nearby)}",
    )


def years_advice(duration: Duration) -> Iterator[Diagnostic]:
    """Advice on a retention in years: a year is 365 days, and calendar years can have more (language.md section 2).

    There is none where AWS Backup keeps no backup for so long: its 36,500 days are 100 years (facts 1.3.1).
    """
    safe, sent = calendar_days(duration.count), duration.count * 365
    if safe > limits()["retention_most_days"]:
        return
    yield YEARS_IN_RETENTION.at(
        duration.span,
        f"{written(duration.count, duration.unit)} is {sent} days; as many calendar years can hold {safe}",
        help=f"write `{safe} days` to cover the calendar",
    )


EVEN_HOURS = (1, 2, 3, 4, 6, 8, 12)
"""The hours of `every N hours` that divide a day evenly, and less than a day."""

_FIELDS = 6


def cron_text(schedule: Schedule) -> str:
    """AWS's text of a schedule, `cron(0 5 ? * * *)` for `daily at 05:00`."""
    return f"cron({_fields(schedule)})"


def _fields(schedule: Schedule) -> str:
    match schedule:
        case CronNode(text=text):
            return text
        case Hourly(minute=minute):
            return f"{minute} * ? * * *"
        case EveryHours(hours=step, at=at):
            return f"{at.minute if at else 0} {at.hour if at else 0}/{step} ? * * *"
    return f"{schedule.at.minute} {schedule.at.hour} {_day_fields(schedule)}"


def _day_fields(schedule: Daily | Weekly | Monthly | Yearly) -> str:
    match schedule:
        case Daily():
            return "? * * *"
        case Weekly(days=days):
            return f"? * {','.join(days)} *"
        case Yearly(day=day, month=month):
            return f"{day} {month} ? *"
        case Monthly(weekday=None):
            return f"{'L' if schedule.last_day else schedule.day} * ? *"
    return f"? * {schedule.weekday}{'L' if schedule.nth is None else f'#{schedule.nth}'} *"


def schedule_of(text: str, span: Span) -> Schedule | None:
    """The schedule that compiles to exactly `text`, in words where there are some, else as `cron(...)`.

    None where the text is no `cron(...)`.
    """
    if not (text.startswith("cron(") and text.endswith(")")):
        return None
    return _words(text[5:-1].split(" "), span) or CronNode(text[5:-1], span=span)


def _words(fields: list[str], span: Span) -> Schedule | None:
    if len(fields) != _FIELDS or fields[-1] != "*" or (minute := _count(fields[0], 0, 59)) is None:
        return None
    hour, days = fields[1], tuple(fields[2:5])
    if days == ("?", "*", "*"):
        if hour == "*":
            return Hourly(minute, span=span)
        if "/" in hour:
            return _steps(minute, hour, span)
    hours = _count(hour, 0, 23)
    return None if hours is None else _on_days(Time(hours, minute, span=span), days, span)


def _steps(minute: int, hour: str, span: Span) -> EveryHours | None:
    """`1/6` in words, unless it starts after the first interval: words would promise a run that AWS does not make."""
    first, _, step = hour.partition("/")
    start, hours = _count(first, 0, 23), _count(step, 1, 12)
    if start is None or hours not in EVEN_HOURS or start >= hours:
        return None
    return EveryHours(hours, Time(start, minute, span=span) if start or minute else None, span=span)


def _on_days(at: Time, days: tuple[str, ...], span: Span) -> Schedule | None:
    day, month, weekday = days
    if weekday == "?":
        return _on_date(at, day, month, span)
    if (day, month) != ("?", "*"):
        return None
    if weekday == "*":
        return Daily(at, span=span)
    if (named := weekday[:3]) in DAY_NAMES and weekday[3:4] in ("#", "L"):
        nth = _count(weekday[4:], 1, 5) if weekday[3] == "#" else None
        exact = weekday in (f"{named}L", f"{named}#{nth}")
        return Monthly(at, weekday=named, nth=nth, span=span) if exact else None
    names = tuple(weekday.split(","))
    expressible = len(set(names)) == len(names) and all(name in DAY_NAMES for name in names)
    return Weekly(names, at, span=span) if expressible else None


def _on_date(at: Time, day: str, month: str, span: Span) -> Schedule | None:
    if month == "*" and day == "L":
        return Monthly(at, last_day=True, span=span)
    number = _count(day, 1, MONTH_DAYS.get(month, 31))
    if number is None or month not in ("*", *MONTH_DAYS):
        return None
    return Monthly(at, day=number, span=span) if month == "*" else Yearly(number, month, at, span=span)


def _count(text: str, low: int, high: int) -> int | None:
    """The number of a text without leading zeros, from `low` to `high`; None for any other text."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(high))):
        return None
    number = int(text)
    return number if low <= number <= high and str(number) == text else None


def expand_role(name: str, partition: str) -> str:
    """The ARN of a role by its name or path; an ARN stays as it is."""
    return name if is_arn(name) else role_arn(name.removeprefix("/"), partition)


def shorten_role(arn: str, partition: str) -> str | None:
    """The shortest text from which `expand_role` gives this ARN; None where there is none."""
    return _shortest(arn, arn.removeprefix(role_arn("", partition)), expand_role, partition)


def expand_air_gapped(name: str, partition: str) -> str:
    """The ARN of a logically air-gapped vault by its name; an ARN stays as it is."""
    return name if is_arn(name) else air_gapped_vault_arn(name, partition)


def shorten_air_gapped(arn: str, partition: str) -> str | None:
    """The shortest text from which `expand_air_gapped` gives this ARN; None where there is none."""
    return _shortest(arn, arn.removeprefix(air_gapped_vault_arn("", partition)), expand_air_gapped, partition)


def vault_parts(arn: str, partition: str) -> tuple[str, str, str] | None:
    """Vault, Region and account as the language names the target of a copy; None where it has to name the ARN."""
    parts = copy_target(arn, partition)
    return parts if parts and parts[1] in regions() else None


def _shortest(arn: str, short: str, long: Callable[[str, str], str], partition: str) -> str | None:
    for text in (short, arn):
        if text and long(text, partition) == arn:
            return text
    return None

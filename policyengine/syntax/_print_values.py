"""Names, values and schedules as text, each on one line and in one way only."""

from __future__ import annotations

from policyengine.syntax._calendar import DAY_NAMES, MONTH_NAMES, ORDINALS
from policyengine.syntax._grammar import grammar
from policyengine.syntax._strings import is_bare_name, quote
from policyengine.syntax.nodes import ChildrenMay, Copy, Target, Where
from policyengine.syntax.values import (
    Boolean,
    Cron,
    Daily,
    Duration,
    EveryHours,
    Forever,
    Hourly,
    Integer,
    ListOf,
    Monthly,
    Name,
    Reference,
    Schedule,
    Text,
    Time,
    Value,
    Weekly,
    Yearly,
)

_ORDINALS = {number: word for word, number in ORDINALS.items()}


def name_text(name: Name) -> str:
    """A name, bare where it can be."""
    return name.text if is_bare_name(name.text) else quote(name.text)


def key_text(key: Name) -> str:
    """The key of a setting. Words of the language are quoted, but for `vault`, which is a setting itself."""
    return key.text if key.text == "vault" or not needs_quotes(key.text) else quote(key.text)


def tag_text(key: Name) -> str:
    """The key of a tag: words of the language are quoted."""
    return quote(key.text) if needs_quotes(key.text) else key.text


def needs_quotes(key: str) -> bool:
    """Whether a text must stand in quotes as the key of a tag (language.md section 2)."""
    return key in grammar().words or not is_bare_name(key)


def target_text(target: Target) -> str:
    """`root`, `ou "Workloads"`, `account "payments"`."""
    return "root" if target.kind == "root" else f"{target.kind} {quote(target.text)}"


def children_text(control: ChildrenMay) -> str:
    """`children may append, remove in rules/nightly`."""
    path = "/".join(name_text(segment) for segment in control.path)
    return f"children may {', '.join(control.operators)}" + (f" in {path}" if path else "")


def where_text(condition: Where) -> str:
    """`where production: "aws:ResourceTag/env" == "prod"`."""
    compared = f"{quote(condition.key.value)} {condition.operator} {quote(condition.value.value)}"
    return f"where {name_text(condition.name)}: {compared}"


def copy_text(copy: Copy) -> str:
    """`copy to vault "Central" in eu-central-1`, without its braces."""
    if copy.arn:
        return f"copy to {value_text(copy.arn)}"
    parts = ["copy to vault", value_text(copy.vault) if copy.vault else '""']
    if copy.region:
        parts += ["in", value_text(copy.region)]
    if copy.account:
        parts += ["account", value_text(copy.account)]
    return " ".join(parts)


def value_text(value: Value) -> str:  # noqa: PLR0911 - one for each kind
    """A value on one line."""
    match value:
        case Text(value=text):
            return quote(text)
        case Reference(name=name):
            return name
        case Integer(value=number):
            return str(number)
        case Duration(count=count, unit=unit):
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        case Forever():
            return "forever"
        case Boolean(value=truth):
            return "true" if truth else "false"
        case ListOf(items=items):
            return f"[{', '.join(value_text(item) for item in items)}]"
    return _schedule_text(value)


def _schedule_text(schedule: Schedule) -> str:  # noqa: PLR0911 - one for each kind
    match schedule:
        case Hourly(minute=minute):
            return f"hourly at :{minute:02}" if minute else "hourly"
        case EveryHours(hours=hours, at=at):
            return f"every {hours} {'hour' if hours == 1 else 'hours'}" + (f" at {_time(at)}" if at else "")
        case Daily(at=at):
            return f"daily at {_time(at)}"
        case Weekly(days=(day,), at=at):
            return f"weekly on {DAY_NAMES[day]} at {_time(at)}"
        case Weekly(days=days, at=at):
            return f"weekly on {', '.join(day.lower() for day in days)} at {_time(at)}"
        case Monthly(at=at):
            return f"monthly on {_moment(schedule)} at {_time(at)}"
        case Yearly(day=date, month=month, at=at):
            return f"yearly on {date} {MONTH_NAMES[month]} at {_time(at)}"
        case Cron(text=text):
            return f"cron({quote(text)})"


def _moment(schedule: Monthly) -> str:
    if schedule.last_day:
        return "last day"
    if schedule.weekday is None:
        return f"day {schedule.day}"
    ordinal = _ORDINALS[schedule.nth] if schedule.nth else "last"
    return f"{ordinal} {DAY_NAMES[schedule.weekday]}"


def _time(time: Time) -> str:
    return f"{time.hour:02}:{time.minute:02}"

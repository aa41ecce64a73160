from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.cron import Cron, Days, LastWeekday, NthWeekday, Weekdays, parse_cron
from policyengine.aws.deployment import UNKNOWN
from policyengine.aws.settings import SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE506", "schedule-weekday-number", Severity.INFO, harm=Harm.NOTHING)
_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_OF_WEEK = 4


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            cron = None if rule.interval is UNKNOWN else parse_cron(rule.schedule)
            if cron and (days := _days(cron.days)) and _has_numbers(cron):
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{SCHEDULE.place}",
                    message=f"the days of the week {quoted(cron.fields[_OF_WEEK].text)} are {days}:"
                    " AWS counts from 1 for Sunday",
                    advice="names such as `MON` cannot be misread",
                )


def _has_numbers(cron: Cron) -> bool:
    return any(item.first and not item.named for item in cron.fields[_OF_WEEK].items)


def _days(days: Days) -> str:
    """Which days these are; empty where it does not matter how they are counted."""
    match days:
        case Weekdays(numbers) if len(numbers) < len(_NAMES):
            names = [_NAMES[number - 1] for number in numbers]
            return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        case LastWeekday(weekday):
            return f"the last {_NAMES[weekday - 1]} of the month"
        case NthWeekday(weekday, number):
            return f"the {_ORDINALS[number - 1]} {_NAMES[weekday - 1]} of the month"
    return ""

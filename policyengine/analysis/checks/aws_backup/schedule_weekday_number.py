from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.cron import Cron, Days, LastWeekday, NthWeekday, Weekdays, parse_cron
from policyengine.aws.deployment import UNKNOWN
from policyengine.aws.settings import SCHEDULE
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

RULE = Rule(
    code="PE506",
    name="schedule-weekday-number",
    severity=Severity.INFO,
    title="a schedule gives days of the week as numbers",
    rationale=(
        "AWS counts the days of the week from 1 for Sunday to 7 for Saturday; other crons, and many people, count"
        " Monday as 1. So `1-5` is Sunday to Thursday, and AWS's own guide once took `1,3,5` for Monday, Wednesday,"
        " Friday. Nobody can see from the number whether it is meant, so this is only told; names cannot be misread."
    ),
    bad=one_rule('schedule = cron("0 5 ? * 1-5 *")\nvault = "Main"\nretain = 35 days'),
    good=one_rule('schedule = cron("0 5 ? * MON-FRI *")\nvault = "Main"\nretain = 35 days'),
    reference="facts 1.1.5, 8.A",
    aws_pages=(
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html",
    ),
    harm=Harm.NOTHING,
)
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

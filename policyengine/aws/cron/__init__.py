"""AWS's cron, exactly: does AWS admit a schedule, when does it run, how long is its longest gap.

Takes the text of a policy's `schedule_expression`, gives a `Cron` and times in UTC. It knows neither policies nor
documents nor the clock: the caller passes the time from which runs count.

What AWS documents or was observed to admit is admitted, with the documented meaning (facts 1.1). Where neither says
what a form means (a list with `W` or `#`, a range with `W`), the meaning explains all recorded answers of AWS;
`days.py` and `parse.py` state it. Everything else is refused with a reason.
"""

from __future__ import annotations

from policyengine.aws.cron.days import Days, LastDay, LastWeekday, MonthDays, NearestWeekday, NthWeekday, Weekdays
from policyengine.aws.cron.expression import Cron, CronError, Field, Item
from policyengine.aws.cron.parse import parse_cron
from policyengine.aws.cron.recurrence import longest_gap, next_two, occurrences
from policyengine.aws.cron.timelines import Bits, Timeline, combined, has_all, timeline

__all__ = [
    "Bits",
    "Cron",
    "CronError",
    "Days",
    "Field",
    "Item",
    "LastDay",
    "LastWeekday",
    "MonthDays",
    "NearestWeekday",
    "NthWeekday",
    "Timeline",
    "Weekdays",
    "combined",
    "has_all",
    "longest_gap",
    "next_two",
    "occurrences",
    "parse_cron",
    "timeline",
]

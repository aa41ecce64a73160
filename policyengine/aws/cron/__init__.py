"""AWS's cron, exactly: is a schedule written as AWS reads it, when does it run, how long is its longest gap.

Takes the text of a policy's `schedule_expression`, gives a `Cron` and times in UTC. It does not know of policies, of
documents or of the clock: whoever asks says from when on.

What AWS documents or was seen to admit is admitted, with the documented meaning (facts 1.1). Where neither says what
a form means (a list with `W` or `#`, a range with `W`), the meaning is the one that explains every recorded answer;
the functions in `days.py` and `fields.py` state it. Everything else is refused with a reason.
"""

from __future__ import annotations

from policyengine.aws.cron.days import Days, LastDay, LastWeekday, MonthDays, NearestWeekday, NthWeekday, Weekdays
from policyengine.aws.cron.expression import Cron, CronError, Field, Item
from policyengine.aws.cron.occurrences import longest_gap, next_two, occurrences
from policyengine.aws.cron.parse import parse_cron
from policyengine.aws.cron.timeline import Bits, Timeline, combined, has_all, timeline

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

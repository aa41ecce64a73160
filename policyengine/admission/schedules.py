"""Schedules as AWS judges them: by their next two runs from the moment that the policy is sent (facts 1.1.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from policyengine.admission.refusals import Complaint
from policyengine.catalogue.admission import schedule_ends, schedule_invalid, schedule_too_frequent
from policyengine.cron import CronError, next_two, parse_cron
from policyengine.wording import quoted

_LEAST = timedelta(hours=1)


@lru_cache(maxsize=4096)
def schedule_complaint(text: str, at: datetime) -> Complaint | None:
    """Why AWS does not take a schedule at a moment (with its zone), or None where it does."""
    try:
        cron = parse_cron(text)
    except CronError as error:
        return Complaint(schedule_invalid.RULE, error.message, error.hint)
    runs = next_two(cron, at)
    if runs is None:
        message = f"{quoted(text)} has fewer than two runs after {_minute(at)}"
        return Complaint(schedule_ends.RULE, message, "AWS wants two runs to come: look at its days and years")
    first, second = runs
    if second - first >= _LEAST:
        return None
    apart = int((second - first).total_seconds()) // 60
    gap = f"{apart} minute{'s' * (apart != 1)} apart, expected an hour or more"
    message = f"{quoted(text)} runs at {_minute(first)} and {_minute(second)}, {gap}"
    return Complaint(schedule_too_frequent.RULE, message, "run it hourly at most")


@lru_cache(maxsize=4096)
def next_gap(text: str, at: datetime) -> timedelta | None:
    """The time between the next two runs of a schedule that was found good."""
    runs = next_two(parse_cron(text), at)
    return runs[1] - runs[0] if runs else None


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"

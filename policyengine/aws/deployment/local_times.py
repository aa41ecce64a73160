"""How daylight saving shifts schedules, which are in UTC, to other local times (facts 1.1.18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from policyengine.aws.cron import Cron, parse_cron
from policyengine.aws.deployment.plans import UNKNOWN, BackupRule
from policyengine.aws.deployment.runs import END, MINUTE, minute, moment, upcoming

_DAY = 24 * 60
_YEAR = 366 * _DAY
_FIRST, _END = 0, minute(END)  # before and after them nothing runs


class ClockChange(NamedTuple):
    """A change of the clocks of a zone: its offset from UTC `before` and `after` the time `at`.

    `since` and `until` are the changes around it, or the ends of the period.
    """

    at: datetime
    before: timedelta
    after: timedelta
    since: datetime
    until: datetime


class ClockTime(NamedTuple):
    """A local time of a schedule before and after a change, in minutes of the day.

    `days` is -1 where the run moves to the day before, 1 where to the day after.
    """

    before: int
    after: int
    days: int


def clock_changes(zone: tzinfo, start: datetime, end: datetime) -> tuple[ClockChange, ...]:
    """The changes of a zone's clocks between two times; where there are none the next within a year."""
    first, last = (min(max(minute(at), _FIRST), _END) for at in (start, end))
    if first == last:
        return ()
    changes = list(_changes(zone, max(first - _YEAR, _FIRST), min(last + 2 * _YEAR, _END)))
    shown = [change for change in changes if first < minute(change.at) < last]
    return tuple(shown or [change for change in changes if last <= minute(change.at) < last + _YEAR][:1])


def clock_times(rule: BackupRule, change: ClockChange) -> tuple[ClockTime, ...]:
    """The local times of a rule before and after a change of the clocks.

    Empty where the change makes no difference: the rule runs on a single side of it, or at the same local times.
    """
    if rule.interval is UNKNOWN:
        return ()
    cron = parse_cron(rule.schedule)
    if not (_runs_within(cron, change.since, change.at) and _runs_within(cron, change.at, change.until)):
        return ()
    times = [_by_the_clock(60 * hour + minute, change) for hour in cron.hours for minute in cron.minutes]
    return () if {time.before for time in times} == {time.after for time in times} else tuple(times)


def _changes(zone: tzinfo, start: int, end: int) -> Iterator[ClockChange]:
    days = [*range(start, end, _DAY), end]
    at = [_change(zone, *pair) for pair in pairwise(days) if _offset(zone, pair[0]) != _offset(zone, pair[1])]
    for began, here, until in zip([start, *at], at, [*at[1:], end], strict=False):
        before, after = _offset(zone, here - 1), _offset(zone, here)
        yield ClockChange(moment(here), before, after, moment(began), moment(until))


def _change(zone: tzinfo, start: int, end: int) -> int:
    """The first minute after `start` with the offset of `end`."""
    while end - start > 1:
        middle = (start + end) // 2
        start, end = (start, middle) if _offset(zone, middle) == _offset(zone, end) else (middle, end)
    return end


def _offset(zone: tzinfo, at: int) -> timedelta:
    return moment(at).astimezone(zone).utcoffset() or timedelta()


def _runs_within(cron: Cron, start: datetime, end: datetime) -> bool:
    run = next(upcoming(cron, start), None)
    return run is not None and run < end


def _by_the_clock(time: int, change: ClockChange) -> ClockTime:
    before, after = (time + offset // MINUTE for offset in (change.before, change.after))
    return ClockTime(before % _DAY, after % _DAY, after // _DAY - before // _DAY)

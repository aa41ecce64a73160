"""The calendar of an account's plans: future runs by rule, runs that AWS leaves out, gaps without a run.

Takes plans as AWS publishes them and a period in UTC. A plan is assumed to exist before and after the period.

Also how daylight saving shifts schedules, which are in UTC, to other local times (facts 1.1.18).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from policyengine.aws.cron import Cron, parse_cron
from policyengine.aws.deployment.collisions import Collision, collisions
from policyengine.aws.deployment.plans import UNKNOWN, BackupRule, Minutes, Plan
from policyengine.aws.deployment.runs import (
    END,
    MINUTE,
    last_run,
    longest_stretch,
    minute,
    moment,
    next_run,
    run_outcomes,
    runs_of,
    shapes,
    since,
    upcoming,
)


class Suppressor(NamedTuple):
    """The run of another rule of the plan that a run is left out for."""

    rule: BackupRule
    time: datetime


class Run(NamedTuple):
    """A run by the schedule, in all Regions of the plan; left out where a rule suppresses it (facts 1.6)."""

    time: datetime
    plan: Plan
    rule: BackupRule
    suppressed_by: tuple[Suppressor, ...]


class Outlook(NamedTuple):
    """A rule: its runs in the period, how many of them are left out, and what follows.

    `next` is the first run that AWS starts, None where no run follows; `last` the last run of a rule that ends, None
    for other rules. `readable` is false where the schedule is no schedule.
    """

    plan: Plan
    rule: BackupRule
    runs: int
    suppressed: int
    next: datetime | None
    last: datetime | None
    readable: bool


class Gap(NamedTuple):
    """The longest time without a run on the resources of a plan, from the calendar's start on.

    Every rule of a plan backs up what its selections select, so all of them share the gap. `minutes` is None where
    fewer than two runs follow. It begins `first`, with a run or with the calendar's start, and ends with the run
    `last`. `rules` are those whose runs count: those with an unreadable schedule do not.
    """

    plan: Plan
    rules: tuple[BackupRule, ...]
    minutes: Minutes | None
    first: datetime | None
    last: datetime | None


class Calendar(NamedTuple):
    """The runs from `start` to before `end`, by time, then by plan and rule; and their gaps and collisions."""

    start: datetime
    end: datetime
    rules: tuple[Outlook, ...]
    runs: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    collisions: tuple[Collision, ...]


def calendar(plans: Sequence[Plan], start: datetime, days: int) -> Calendar:
    """The calendar of the plans of an account for a number of days from a time on."""
    end = start + timedelta(days=min(days, (datetime.max.replace(tzinfo=UTC) - start).days))
    runs = tuple(sorted((run for plan in plans for run in _runs(plan, start, end)), key=lambda run: run.time))
    return Calendar(
        start,
        end,
        tuple(_outlooks(plans, runs, start)),
        runs,
        tuple(_gap(plan, start) for plan in plans if plan.regions),
        collisions((run.time, run.plan, run.rule) for run in runs if not run.suppressed_by),
    )


def _gap(plan: Plan, start: datetime) -> Gap:
    rules = tuple(_readable(plan))
    longest = longest_stretch(shapes(rules, plan.reach), since(start))
    if longest is None:
        return Gap(plan, rules, None, None, None)
    return Gap(plan, rules, longest.length, moment(longest.first), moment(longest.first + longest.length))


def _runs(plan: Plan, start: datetime, end: datetime) -> Iterator[Run]:
    """The runs of a plan, rule by rule; none where it has no Region to run in."""
    rules = _readable(plan) if plan.regions else []
    for rule, fate in zip(rules, run_outcomes(shapes(rules, plan.reach), minute(start), minute(end)), strict=True):
        yield from (Run(moment(run), plan, rule, ()) for run in fate.taken)
        for run, causes in fate.lost.items():
            suppressors = tuple(Suppressor(rules[cause.place], moment(cause.run)) for cause in causes)
            yield Run(moment(run), plan, rule, suppressors)


def _outlooks(plans: Sequence[Plan], runs: Sequence[Run], start: datetime) -> Iterator[Outlook]:
    total: dict[BackupRule, int] = {}
    lost: dict[BackupRule, int] = {}
    for run in runs:
        total[run.rule] = total.get(run.rule, 0) + 1
        lost[run.rule] = lost.get(run.rule, 0) + bool(run.suppressed_by)
    for plan in plans:
        rules = _readable(plan)
        ahead = dict(zip(rules, runs_of(shapes(rules, plan.reach), since(start)), strict=True))
        for rule in plan.rules:
            runs_ahead = ahead.get(rule)
            beyond = (next_run(runs_ahead), last_run(runs_ahead), True) if runs_ahead else (None, None, False)
            yield Outlook(plan, rule, total.get(rule, 0), lost.get(rule, 0), *beyond)


def _readable(plan: Plan) -> list[BackupRule]:
    return [rule for rule in plan.rules if rule.interval is not UNKNOWN]


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

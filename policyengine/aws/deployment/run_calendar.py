"""The calendar of an account's plans: future runs by rule, runs that AWS leaves out, gaps without a run.

Takes plans as AWS publishes them and a period in UTC. A plan is assumed to exist before and after the period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from policyengine.aws.deployment.collisions import Collision, collisions
from policyengine.aws.deployment.plans import UNKNOWN, BackupRule, Minutes, Plan
from policyengine.aws.deployment.run_times import last_run, longest_stretch, next_run
from policyengine.aws.deployment.runs import minute, moment, run_outcomes, runs_of, shapes, since


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

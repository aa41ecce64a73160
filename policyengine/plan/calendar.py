"""The runs to come of an account's plans: when, by which rule, which of them are left out, where nothing runs.

Takes plans as AWS publishes them and a period in UTC. A plan is taken to have been there before it, and to stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from policyengine.plan.collisions import Collision, collisions
from policyengine.plan.known import UNKNOWN, Minutes
from policyengine.plan.runs import (
    fates,
    last_run,
    longest_stretch,
    minute,
    moment,
    next_run,
    runs_of,
    shapes,
    since,
)
from policyengine.plan.values import Plan, Rule


class Suppressor(NamedTuple):
    """The run of another rule of the plan because of which a run is left out."""

    rule: Rule
    time: datetime


class Run(NamedTuple):
    """A run by the schedule, in all Regions of the plan; left out where a rule suppresses it (facts 1.6)."""

    time: datetime
    plan: Plan
    rule: Rule
    suppressed_by: tuple[Suppressor, ...]


class Outlook(NamedTuple):
    """A rule: its runs in the period, how many of them are left out, and what comes beyond.

    `next` is the first run that AWS starts, None where none is to come; `last` the last one of a rule that ends, None
    for the others. Where `readable` is false nobody knows its runs.
    """

    plan: Plan
    rule: Rule
    runs: int
    suppressed: int
    next: datetime | None
    last: datetime | None
    readable: bool


class Gap(NamedTuple):
    """The longest time without a run on the resources of a plan, from the calendar's start on.

    Every rule of a plan backs up what its selections select, so the gap is one for all of them. `minutes` is None where
    fewer than two runs are to come. It begins `first`, with a run or with the calendar's start, and ends with the run
    `last`. `rules` are those of which runs count: schedules that cannot be read do not.
    """

    plan: Plan
    rules: tuple[Rule, ...]
    minutes: Minutes | None
    first: datetime | None
    last: datetime | None


class Calendar(NamedTuple):
    """What is to come from `start` to before `end`; runs by time, then in the order of plans and rules."""

    start: datetime
    end: datetime
    rules: tuple[Outlook, ...]
    runs: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    collisions: tuple[Collision, ...]


def calendar(plans: Sequence[Plan], start: datetime, days: int) -> Calendar:
    """The calendar of the plans of one account, for so many days from a time on."""
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
    found = longest_stretch(shapes(rules, plan.reach), since(start))
    if found is None:
        return Gap(plan, rules, None, None, None)
    return Gap(plan, rules, found.length, moment(found.first), moment(found.first + found.length))


def _runs(plan: Plan, start: datetime, end: datetime) -> Iterator[Run]:
    """The runs of a plan, rule by rule; none where it has no Region to run in."""
    rules = _readable(plan) if plan.regions else []
    for rule, fate in zip(rules, fates(shapes(rules, plan.reach), minute(start), minute(end)), strict=True):
        yield from (Run(moment(run), plan, rule, ()) for run in fate.taken)
        for run, causes in fate.lost.items():
            suppressors = tuple(Suppressor(rules[cause.place], moment(cause.run)) for cause in causes)
            yield Run(moment(run), plan, rule, suppressors)


def _outlooks(plans: Sequence[Plan], runs: Sequence[Run], start: datetime) -> Iterator[Outlook]:
    total: dict[Rule, int] = {}
    lost: dict[Rule, int] = {}
    for run in runs:
        total[run.rule] = total.get(run.rule, 0) + 1
        lost[run.rule] = lost.get(run.rule, 0) + bool(run.suppressed_by)
    for plan in plans:
        rules = _readable(plan)
        ahead = dict(zip(rules, runs_of(shapes(rules, plan.reach), since(start)), strict=True))
        for rule in plan.rules:
            found = ahead.get(rule)
            beyond = (next_run(found), last_run(found), True) if found else (None, None, False)
            yield Outlook(plan, rule, total.get(rule, 0), lost.get(rule, 0), *beyond)


def _readable(plan: Plan) -> list[Rule]:
    return [rule for rule in plan.rules if rule.interval is not UNKNOWN]

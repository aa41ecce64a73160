"""The longest time without a run on the resources of a plan: over all its rules, without runs that are left out.

Every rule of a plan backs up what its selections select, so the gap is one for all of them. Of one rule it is exact
over the calendar; where rules share the resources their runs are simulated, which is exact where all repeat weekly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from policyengine.cron import Cron, longest_gap, parse_cron
from policyengine.plan.known import DAY, UNKNOWN
from policyengine.plan.suppression import END, MINUTE, Shape, fates, minute, moment, repeat_weekly, shapes, upcoming
from policyengine.plan.values import Plan, Rule

_TWO_WEEKS = 14 * DAY
_YEAR = 1461 * DAY // 4
_MOST_YEARS = 28  # after that the weekdays fall on the same dates again, until 2099
_LEAST_YEARS = 4
_MOST_RUNS = 50_000  # that are simulated, where that is more than the least years
_MOST_LOOKED_AT = 10_000  # of the runs of one rule


class Gap(NamedTuple):
    """The longest time between two runs that take place, from a moment on.

    `minutes` is None where fewer than two runs are to come. `first` and `last` are the runs around it where it comes
    first, None where it comes too late to be looked up. `until` is None for an exact gap, else the end of what was
    simulated. `rules` are those of which runs count.
    """

    plan: Plan
    rules: tuple[Rule, ...]
    minutes: int | None
    first: datetime | None
    last: datetime | None
    until: datetime | None


class _Found(NamedTuple):
    """A gap in minutes since 1970; `until` is None for an exact one."""

    length: int | None
    first: int | None
    until: int | None


def longest_gap_of(plan: Plan, start: datetime) -> Gap:
    """The longest gap of a plan from a time on; rules whose schedules cannot be read do not count."""
    rules = tuple(rule for rule in plan.rules if rule.interval is not UNKNOWN)
    found = _of_one(rules[0].schedule, start) if len(rules) == 1 else _of_several(shapes(rules), max(minute(start), 0))
    first, until = (None if at is None else moment(at) for at in (found.first, found.until))
    last = first + found.length * MINUTE if first and found.length else None
    return Gap(plan, rules, found.length, first, last, until)


def _of_one(schedule: str, start: datetime) -> _Found:
    """Among the runs to come; of a great many of them that is what the calendar says."""
    cron = parse_cron(schedule)
    pairs = list(pairwise(islice(upcoming(cron, start), _MOST_LOOKED_AT)))
    gap = max((later - earlier for earlier, later in pairs), default=None)
    if len(pairs) == _MOST_LOOKED_AT - 1:
        gap = longest_gap(_from_year(cron, start.year))
    if gap is None:
        return _Found(None, None, None)
    first = next((minute(earlier) for earlier, later in pairs if later - earlier == gap), None)
    return _Found(gap // MINUTE, first, None)


def _from_year(cron: Cron, year: int) -> Cron:
    """The schedule without the years that are over."""
    return replace(cron, years=tuple(listed for listed in cron.years if listed >= year))


@lru_cache(maxsize=64)
def _of_several(shapes: tuple[Shape, ...], start: int) -> _Found:
    weekly = repeat_weekly(shapes)
    end = min(start + (_TWO_WEEKS if weekly else _span(shapes)), minute(END))
    taken = sorted({run for fate in fates(shapes, start, end) for run in fate.taken})
    length, first = max(_gaps(taken), default=(None, None))
    return _Found(length, None if first is None else -first, None if weekly else end)


def _gaps(runs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The gaps between runs, each with the negative of the run before it: of equal ones the first is the greatest."""
    return ((later - earlier, -earlier) for earlier, later in pairwise(runs))


def _span(shapes: Sequence[Shape]) -> int:
    """How much of the future is simulated, in minutes: whole years, as many as cost little."""
    crons = [parse_cron(shape.schedule) for shape in shapes]
    a_year = sum(365 * len(cron.hours) * len(cron.minutes) for cron in crons)
    return min(max(_MOST_RUNS // max(a_year, 1), _LEAST_YEARS), _MOST_YEARS) * _YEAR

"""Which runs of rules take place, and which AWS Backup leaves out (facts 1.6).

Where the start windows of two rules of a plan overlap for a resource, only the rule with the longer retention runs
there; the whole window counts, not just its first minute. Of rules with equal retention AWS does not say which one
runs, so both do here. Continuous rules take no part: their backups are not scheduled (facts 1.1.20).

Times are minutes since the first day of 1970, UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations, takewhile
from math import ceil
from typing import NamedTuple

from policyengine.cron import Cron, MonthDays, Weekdays, occurrences, parse_cron
from policyengine.plan.known import Minutes
from policyengine.plan.values import Rule

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)
"""Where AWS's calendar ends: no schedule runs from here on."""

MINUTE = timedelta(minutes=1)
_DAY = 24 * 60
_YEAR = 366 * _DAY
_EVERY_MONTH, _EVERY_DAY, _EVERY_YEAR = 12, 31, 230


class Shape(NamedTuple):
    """What of a rule decides about its runs.

    `rank` orders the rules of a plan by retention, shortest first; None for a rule that takes no part.
    """

    schedule: str
    window: Minutes
    rank: int | None


class Cause(NamedTuple):
    """A run because of which another one is left out, with the place of its shape."""

    place: int
    run: int


class Fate(NamedTuple):
    """What becomes of the runs of a shape: those that take place, and those that do not.

    A lost run has one cause per shape that it loses to: the run at the very same minute, else the first one.
    """

    taken: tuple[int, ...]
    lost: Mapping[int, tuple[Cause, ...]]


def minute(at: datetime) -> int:
    """The first whole minute that is not before a time."""
    return -((_FIRST - at) // MINUTE)


def moment(run: int) -> datetime:
    """The time of a minute."""
    return _FIRST + run * MINUTE


def upcoming(cron: Cron, start: datetime) -> Iterator[datetime]:
    """The runs of a schedule that are not before a time."""
    return (run for run in occurrences(cron, max(start, _FIRST) - MINUTE) if run >= start)


def shapes(rules: Sequence[Rule]) -> tuple[Shape, ...]:
    """The shapes of rules of one plan, whose schedules can be read."""
    lengths = sorted({rule.retention for rule in rules if not rule.continuous})
    return tuple(
        Shape(rule.schedule, rule.start_within, None if rule.continuous else lengths.index(rule.retention))
        for rule in rules
    )


def fates(shapes: Sequence[Shape], start: int, end: int) -> tuple[Fate, ...]:
    """What becomes of the runs of each shape of a plan, from `start` to before `end`.

    The plan is taken to have been there before, and to stay: windows reach into the period from outside of it.
    """
    margin = _margin(shapes)
    runs = [_runs(shape.schedule, start - margin, end + margin) for shape in shapes]
    taken: dict[int, Sequence[int]] = {}
    lost: dict[int, Mapping[int, tuple[Cause, ...]]] = {}
    for rank in sorted({shape.rank for shape in shapes if shape.rank is not None}, reverse=True):
        alike = [place for place, shape in enumerate(shapes) if shape.rank == rank]
        lost |= {place: _lost(runs[place], shapes[place].window, shapes, taken) for place in alike}
        taken |= {place: _without(runs[place], lost[place]) for place in alike}
    return tuple(
        Fate(
            _between(taken.get(place, runs[place]), start, end),
            {run: causes for run, causes in lost.get(place, {}).items() if start <= run < end},
        )
        for place in range(len(shapes))
    )


def may_overlap(shapes: Sequence[Shape]) -> bool:
    """Whether windows of rules that differ in rank cover the same minute of a day, be it of the same day or not.

    Where they do not, no run is lost, and nobody need look at the days.
    """
    covered: dict[int, int] = {}
    for shape in shapes:
        if shape.rank is not None:
            covered[shape.rank] = covered.get(shape.rank, 0) | _minutes_covered(shape.schedule, shape.window)
    return any(first & second for first, second in combinations(covered.values(), 2))


def repeat_weekly(shapes: Iterable[Shape]) -> bool:
    """Whether every schedule runs at the same times in every week, for good."""
    return all(_repeats_weekly(parse_cron(shape.schedule)) for shape in shapes)


def _without(runs: Sequence[int], lost: Mapping[int, object]) -> Sequence[int]:
    return [run for run in runs if run not in lost] if lost else runs


def _between(runs: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    """The runs, earliest first, from `start` to before `end`."""
    return tuple(runs[bisect_left(runs, start) : bisect_left(runs, end)])


def _margin(shapes: Sequence[Shape]) -> int:
    """How far outside a period a run can decide about one in it.

    A run that decides may have been lost to a still earlier one, and so on. Of windows over a year only that is seen.
    """
    ranks = {shape.rank for shape in shapes if shape.rank is not None}
    reach = max((shape.window for shape in shapes if shape.rank is not None), default=0)
    return int(min(reach * max(len(ranks) - 1, 0), _YEAR))


def _lost(
    runs: Sequence[int], window: Minutes, shapes: Sequence[Shape], taken: Mapping[int, Sequence[int]]
) -> dict[int, tuple[Cause, ...]]:
    """The runs whose windows overlap one of a run that takes place."""
    lost: dict[int, tuple[Cause, ...]] = {}
    for place, others in taken.items():
        for run, other in _overlapped(runs, window, others, shapes[place].window).items():
            lost[run] = (*lost.get(run, ()), Cause(place, other))
    return lost


def _overlapped(runs: Sequence[int], window: Minutes, others: Sequence[int], reach: Minutes) -> dict[int, int]:
    """The runs whose windows overlap that of another: with the one at the same minute, else the first of them."""
    found: dict[int, int] = {}
    done = 0
    for other in others:
        first = max(bisect_right(runs, other - window), done)
        done = bisect_left(runs, other + reach, first)
        if first < done:
            found.update(dict.fromkeys(runs[first:done], other))
    return found | {other: other for other in others if other in found} if found else found


@lru_cache(maxsize=1024)
def _minutes_covered(schedule: str, window: Minutes) -> int:
    """The minutes of a day that windows cover, as bits; a run takes up its own minute at least."""
    cron, length = parse_cron(schedule), ceil(min(max(window, 1), _DAY))
    starts = (hour * 60 + minute for hour in cron.hours for minute in cron.minutes)
    covered = 0
    for start in starts:
        covered |= ((1 << length) - 1) << start
    return (covered | covered >> _DAY) & ((1 << _DAY) - 1)


@lru_cache(maxsize=64)
def _runs(schedule: str, start: int, end: int) -> tuple[int, ...]:
    """The runs from `start` to before `end`, kept: an organization has thousands of plans and few schedules."""
    found = occurrences(parse_cron(schedule), moment(max(start, 0) - 1))
    return tuple(takewhile(lambda run: run < end, ((run - _FIRST) // MINUTE for run in found)))


def _repeats_weekly(cron: Cron) -> bool:
    daily = isinstance(cron.days, MonthDays) and len(cron.days.numbers) == _EVERY_DAY
    all_year = len(cron.months) == _EVERY_MONTH and len(cron.years) == _EVERY_YEAR
    return all_year and (daily or isinstance(cron.days, Weekdays))

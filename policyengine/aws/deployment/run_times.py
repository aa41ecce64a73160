"""When the runs are that AWS starts of a rule: the next, the last, the longest time without one, and what changes.

Schedules must be valid; results are exact up to the end of AWS's calendar. Which runs AWS starts `runs.py` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from policyengine.aws.cron import Bits, Timeline, has_all, longest_gap, parse_cron
from policyengine.aws.deployment.plans import DAY, FOREVER, Minutes, Runs, RunShape
from policyengine.aws.deployment.runs import (
    END,
    MINUTE,
    horizon,
    minute,
    moment,
    plan_timeline,
    repeat_weekly,
    started_bits,
    union,
    upcoming,
)

_WEEK = 7 * DAY
_YEAR = 365 * DAY
_LAST_YEARS = END.year - 10

Relation = Literal["same", "fewer", "more", "other"]
Period = Literal["week", "year"]


class RunComparison(NamedTuple):
    """How the runs of a rule relate to those of another: "fewer" is a proper subset of them, "more" the reverse.

    `before` and `after` count the runs of each in the first week, or year, from the moment on: where all repeat every
    week it is a week.
    """

    relation: Relation
    before: int
    after: int
    period: Period


class Stretch(NamedTuple):
    """The longest time without a run: its length in minutes and where it begins, at its first occurrence."""

    length: int
    first: int


@lru_cache(maxsize=16_384)
def interval(runs: Runs) -> Minutes:
    """The longest time without a run in minutes, the wait for the first included; `FOREVER` with fewer than two runs.

    The contract is language.md 5.1. A schedule that ends has an interval as long as it goes on.
    """
    if not runs.over:
        cron, start = parse_cron(runs.schedule), moment(min(runs.start, minute(END)))
        gap = longest_gap(cron, start)
        return FOREVER if gap is None else max(gap, next(upcoming(cron, start)) - start) / MINUTE
    line, bits = _bits_of(runs)
    stretch = _longest(bits, line, runs.start)
    return FOREVER if stretch is None else float(stretch.length)


@lru_cache(maxsize=16_384)
def compare_runs(before: Runs, after: Runs) -> RunComparison:
    """The relation of a rule's runs to those of another, or to its own after a change; both from the same moment on."""
    start, together = before.start, (*_plan_of(before), *_plan_of(after))
    end = horizon(together, start)
    line = plan_timeline(together, start, end)
    old, new = (line.within(started_bits(_plan_of(runs), line)[0], start, end) for runs in (before, after))
    period: Period = "week" if repeat_weekly(together) else "year"
    until = start + (_WEEK if period == "week" else _YEAR)
    counts = [line.within(bits, start, until).number for bits in (old, new)]
    return RunComparison(_relation(old, new), counts[0], counts[1], period)


@lru_cache(maxsize=16_384)
def next_run(runs: Runs) -> datetime | None:
    """The first run that AWS starts; None where there is no further run."""
    line, bits = _bits_of(runs)
    first = line.first(bits)
    return None if first is None else moment(first)


@lru_cache(maxsize=16_384)
def last_run(runs: Runs) -> datetime | None:
    """The last run that AWS starts, or has started; None where there is none, or where they go on for good.

    Runs that go on into the last ten years of AWS's calendar end with it alone.
    """
    years = parse_cron(runs.schedule).years
    if repeat_weekly(_plan_of(runs)) or (not runs.over and years and years[-1] >= _LAST_YEARS):
        return None
    line, bits = _bits_of(runs._replace(start=0))
    last = line.last(bits)
    return moment(last) if last is not None and moment(last).year < _LAST_YEARS else None


@lru_cache(maxsize=16_384)
def longest_without(kept: tuple[tuple[RunShape, Minutes], ...], start: int) -> int:
    """The longest time in minutes, from the first run on, without any backup of a plan; 0 where there always is one.

    `kept` has the shapes of its rules and the minutes that backups of each are kept.
    """
    shapes = tuple(shape for shape, _ in kept)
    if not shapes:
        return 0
    end = horizon(shapes, start)
    line = plan_timeline(shapes, start, end)
    lengths = zip((length for _, length in kept), started_bits(shapes, line), strict=True)
    there = (line.after(line.within(taken, start, end), length) for length, taken in lengths)
    distance, _ = line.longest_between(line.within(union(there), start, end))
    return max(distance - line.unit, 0)


def longest_stretch(shapes: Sequence[RunShape], start: int) -> Stretch | None:
    """The longest time without a run of any shape of a plan, from a minute on; None with fewer than two runs.

    The wait for the first run counts as well.
    """
    if not shapes:
        return None
    end = horizon(shapes, start)
    line = plan_timeline(shapes, start, end)
    return _longest(line.within(union(started_bits(shapes, line)), start, end), line, start)


def _plan_of(runs: Runs) -> tuple[RunShape, ...]:
    """The rule with the lowest rank, and those that outrank it."""
    return (RunShape(runs.schedule, runs.window, 0 if runs.over else None), *runs.over)


@lru_cache(maxsize=1024)
def _bits_of(runs: Runs) -> tuple[Timeline, Bits]:
    """The slots of all further runs until they repeat; cached, since several functions need them."""
    shapes = _plan_of(runs)
    end = horizon(shapes, runs.start)
    line = plan_timeline(shapes, runs.start, end)
    return line, line.within(started_bits(shapes, line)[0], runs.start, end)


def _relation(before: Bits, after: Bits) -> Relation:
    fewer, more = has_all(before, after), has_all(after, before)
    if fewer:
        return "same" if more else "fewer"
    return "more" if more else "other"


def _longest(bits: Bits, line: Timeline, start: int) -> Stretch | None:
    """The longest stretch between two runs, or from `start` to the first run; None with fewer than two runs."""
    first, (length, begin) = line.first(bits), line.longest_between(bits)
    if first is None or not length:
        return None
    return Stretch(first - start, start) if first - start > length else Stretch(length, begin)

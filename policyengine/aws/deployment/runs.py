"""Which runs of a rule AWS Backup starts from a moment on; the only module that decides this.

A schedule has runs. Where the start windows of two rules of a plan overlap for a resource, only the rule with the
longer retention runs there; the whole window counts, not just its first minute (facts 1.6). Of rules with equal
retention AWS does not say which one runs, so both do here. Continuous rules take part as well where the plan reaches a
type that they take snapshots of (facts 1.1.20, 1.4.2). `lost_runs.py` reports what is lost to other rules,
`run_times.py` when the runs are.

A plan is assumed to have no begin and no end. Times are minutes since the first day of 1970, UTC; results are exact up
to the end of AWS's calendar. Schedules must be valid.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial, reduce
from itertools import combinations
from math import ceil
from operator import or_
from typing import NamedTuple

from policyengine.aws.cron import (
    Bits,
    Cron,
    MonthDays,
    Timeline,
    Weekdays,
    combined,
    occurrences,
    parse_cron,
    timeline,
)
from policyengine.aws.deployment.plans import DAY, UNKNOWN, BackupRule, Minutes, Reach, Runs, RunShape

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)
"""Where AWS's calendar ends: no schedule runs from here on."""

MINUTE = timedelta(minutes=1)
_WEEK = 7 * DAY
_EVERY_MONTH, _EVERY_DAY, _EVERY_YEAR = 12, 31, 230


class TakenBy(NamedTuple):
    """A run that another run is left out for, with the index of its shape."""

    place: int
    run: int


class RunOutcome(NamedTuple):
    """The runs of a shape that AWS starts (`taken`) and that it leaves out (`lost`).

    A lost run has a cause for each shape that it loses to: the run at the same minute, else the first that overlaps.
    """

    taken: tuple[int, ...]
    lost: Mapping[int, tuple[TakenBy, ...]]


def minute(at: datetime) -> int:
    """The first whole minute that is not before a time."""
    return -((_FIRST - at) // MINUTE)


def moment(run: int) -> datetime:
    """The time in UTC of a run, which is counted in minutes as by `minute`."""
    return _FIRST + run * MINUTE


def since(at: datetime) -> int:
    """The minute from which runs count: nothing runs before 1970."""
    return max(minute(at), 0)


def upcoming(cron: Cron, start: datetime) -> Iterator[datetime]:
    """The runs of a schedule that are not before a time."""
    return (run for run in occurrences(cron, max(start, _FIRST) - MINUTE) if run >= start)


def takes_part(rule: BackupRule, reach: Reach) -> bool:
    """Whether a rule takes runs of other rules of its plan and loses runs to them, by what the plan's selections reach.

    The schedule of a continuous rule is that of its snapshots: types without continuous backup have them (facts 1.4.2).
    """
    return not (rule.continuous and reach.has_only_continuous)


def shapes(rules: Sequence[BackupRule], reach: Reach) -> tuple[RunShape, ...]:
    """The shapes of rules of a plan with valid schedules, given what the plan's selections reach."""
    ranked = [takes_part(rule, reach) for rule in rules]
    lengths = sorted({rule.retention for rule, part in zip(rules, ranked, strict=True) if part})
    return tuple(
        RunShape(rule.schedule, rule.start_within, lengths.index(rule.retention) if part else None)
        for rule, part in zip(rules, ranked, strict=True)
    )


def all_starts(schedule: str, start: int) -> Runs:
    """The runs of a rule that loses none to others."""
    return Runs(start, schedule, 0, ())


def runs_of(shapes: tuple[RunShape, ...], start: int) -> tuple[Runs, ...]:
    """The runs of each shape of a plan from a minute on."""
    return tuple(
        all_starts(shape.schedule, start)
        if lost is None
        else Runs(start, shape.schedule, shape.window, _over(shape, shapes))
        for shape, lost in zip(shapes, first_lost(shapes, start), strict=True)
    )


@lru_cache(maxsize=16_384)
def first_lost(shapes: tuple[RunShape, ...], start: int) -> tuple[int | None, ...]:
    """The first run of each shape of a plan that is lost to another shape, from a minute on; None where it loses none.

    Cached: an organization has thousands of plans and a handful of schedules.
    """
    if not may_overlap(shapes):
        return (None,) * len(shapes)
    end = horizon(shapes, start)
    line = plan_timeline(shapes, start, end)
    pairs = zip(_own_bits(shapes, line), started_bits(shapes, line), strict=True)
    return tuple(line.first(line.within(combined(_without, own, taken), start, end)) for own, taken in pairs)


def run_outcomes(shapes: Sequence[RunShape], start: int, end: int) -> tuple[RunOutcome, ...]:
    """The outcome of the runs of each shape of a plan, from `start` to before `end`."""
    if not shapes or end <= start:
        return tuple(RunOutcome((), {}) for _ in shapes)
    line = plan_timeline(shapes, start, end)
    own, taken = _own_bits(shapes, line), started_bits(shapes, line)
    return tuple(
        RunOutcome(
            line.minutes(line.within(taken[place], start, end)),
            _causes(place, _lost(own[place], taken[place], line, start, end), shapes, taken, line),
        )
        for place in range(len(shapes))
    )


def may_overlap(shapes: Sequence[RunShape]) -> bool:
    """Whether windows of rules that differ in rank cover the same minute of a day, of the same day or of another.

    Where they do not, no run is lost, and the days make no difference.
    """
    if len({shape.rank for shape in shapes if shape.rank is not None}) < 2:  # noqa: PLR2004 - a run loses to another
        return False
    covered: dict[int, int] = {}
    for shape in shapes:
        if shape.rank is not None:
            covered[shape.rank] = covered.get(shape.rank, 0) | _minutes_covered(shape.schedule, shape.window)
    return any(first & second for first, second in combinations(covered.values(), 2))


def may_meet(first: BackupRule, second: BackupRule) -> bool:
    """Whether start windows of two rules may overlap, as far as their times of day tell."""
    if UNKNOWN in (first.interval, second.interval):
        return True
    ranked = enumerate((first, second))
    return may_overlap([RunShape(rule.schedule, rule.start_within, rank) for rank, rule in ranked])


def repeat_weekly(shapes: Iterable[RunShape]) -> bool:
    """Whether every schedule runs at the same times in every week, for good."""
    return all(_repeats_weekly(parse_cron(shape.schedule)) for shape in shapes)


def _over(shape: RunShape, shapes: Sequence[RunShape]) -> tuple[RunShape, ...]:
    """The shapes that outrank a shape, each once, ranked anew: its runs depend on no others of the plan."""
    if shape.rank is None:
        return ()
    higher = sorted({(other.rank, other) for other in shapes if other.rank is not None and other.rank > shape.rank})
    ranks = sorted({rank for rank, _ in higher})
    return tuple(other._replace(rank=ranks.index(rank) + 1) for rank, other in higher)


def plan_timeline(shapes: Sequence[RunShape], start: int, end: int) -> Timeline:
    """The timeline of a period and of the time around it that runs in it depend on.

    A run that another run is lost to may itself be lost to a third, and so on, once for each rank.
    """
    windows = [shape.window for shape in shapes if shape.rank is not None]
    margin = int(min(max(windows, default=0) * len({shape.rank for shape in shapes}), minute(END)))
    return timeline([parse_cron(shape.schedule) for shape in shapes], start - margin, end + margin)


def horizon(shapes: Sequence[RunShape], start: int) -> int:
    """The minute after which runs only repeat: two weeks for weekly schedules, else the end of their years."""
    if repeat_weekly(shapes):
        return min(start + 2 * _WEEK, minute(END))
    last = max((cron.years[-1] for cron in (parse_cron(shape.schedule) for shape in shapes) if cron.years), default=0)
    return minute(datetime(last + 1, 1, 1, tzinfo=UTC))


def _own_bits(shapes: Sequence[RunShape], line: Timeline) -> list[Bits]:
    return [line.bits(parse_cron(shape.schedule)) for shape in shapes]


def started_bits(shapes: Sequence[RunShape], line: Timeline) -> list[Bits]:
    """The runs that AWS starts. Rules of longer retention first, since a run that is lost takes none itself."""
    taken = _own_bits(shapes, line)
    covered: list[Bits] = []
    for rank in sorted({shape.rank for shape in shapes if shape.rank is not None}, reverse=True):
        places = [place for place, shape in enumerate(shapes) if shape.rank == rank]
        for place in places:
            for longer in covered:
                taken[place] = combined(_without, taken[place], line.before(longer, shapes[place].window))
        covered = [union([*covered, *(line.after(taken[place], shapes[place].window) for place in places)])]
    return taken


def union(all_bits: Iterable[Bits]) -> Bits:
    """The slots that any of these have, all of one timeline."""
    return reduce(partial(combined, or_), all_bits)


def _without(block: int, other: int) -> int:
    return block & ~other


def _lost(own: Bits, taken: Bits, line: Timeline, start: int, end: int) -> tuple[int, ...]:
    return line.minutes(line.within(combined(_without, own, taken), start, end))


def _causes(
    place: int, lost: Sequence[int], shapes: Sequence[RunShape], taken: Sequence[Bits], line: Timeline
) -> dict[int, tuple[TakenBy, ...]]:
    """Each lost run with the runs that AWS starts and whose windows overlap its window."""
    causes: dict[int, tuple[TakenBy, ...]] = {}
    rank, window = shapes[place].rank, shapes[place].window
    higher = [other for other, shape in enumerate(shapes) if rank is not None and (shape.rank or 0) > rank]
    for other in sorted(higher, key=lambda other: -(shapes[other].rank or 0)) if lost else ():
        reach = max(shapes[other].window, 1)
        begin, end = lost[0] - min(ceil(reach), lost[0]), lost[-1] + min(ceil(max(window, 1)), minute(END))
        others = line.minutes(line.within(taken[other], begin, end))
        for run in lost:
            if met := _met(run, max(window, 1), others, reach):
                causes[run] = (*causes.get(run, ()), TakenBy(other, met[0]))
    return causes


def _met(run: int, window: Minutes, others: Sequence[int], reach: Minutes) -> list[int]:
    """The run of another rule whose window overlaps that of a run: the one at the same minute, else the first."""
    first, after = bisect_right(others, run - reach), bisect_left(others, run + window)
    if first >= after:
        return []
    same = bisect_left(others, run, first, after)
    return [run] if same < after and others[same] == run else [others[first]]


@lru_cache(maxsize=1024)
def _minutes_covered(schedule: str, window: Minutes) -> int:
    """The minutes of a day that windows cover, as bits; a run takes up its own minute at least."""
    cron, length = parse_cron(schedule), ceil(min(max(window, 1), DAY))
    starts = (hour * 60 + minute for hour in cron.hours for minute in cron.minutes)
    covered = 0
    for start in starts:
        covered |= ((1 << length) - 1) << start
    return (covered | covered >> DAY) & ((1 << DAY) - 1)


def _repeats_weekly(cron: Cron) -> bool:
    daily = isinstance(cron.days, MonthDays) and len(cron.days.numbers) == _EVERY_DAY
    all_year = len(cron.months) == _EVERY_MONTH and len(cron.years) == _EVERY_YEAR
    return all_year and (daily or isinstance(cron.days, Weekdays))

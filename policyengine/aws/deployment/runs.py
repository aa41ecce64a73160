"""Which runs of a rule AWS Backup starts from a moment on; the only module that decides this.

A schedule has runs. Where the start windows of two rules of a plan overlap for a resource, only the rule with the
longer retention runs there; the whole window counts, not just its first minute (facts 1.6). Of rules with equal
retention AWS does not say which one runs, so both do here. Continuous rules take part as well where the plan reaches a
type that they take snapshots of (facts 1.1.20, 1.4.2). `lost_runs.py` reports what is lost to other rules.

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
from typing import Literal, NamedTuple

from policyengine.aws.cron import (
    Bits,
    Cron,
    MonthDays,
    Timeline,
    Weekdays,
    combined,
    has_all,
    longest_gap,
    occurrences,
    parse_cron,
    timeline,
)
from policyengine.aws.deployment.plans import DAY, FOREVER, UNKNOWN, BackupRule, Minutes, Reach, Runs, RunShape

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)
"""Where AWS's calendar ends: no schedule runs from here on."""

MINUTE = timedelta(minutes=1)
_WEEK = 7 * DAY
_YEAR = 365 * DAY
_EVERY_MONTH, _EVERY_DAY, _EVERY_YEAR = 12, 31, 230
_LAST_YEARS = END.year - 10

Relation = Literal["same", "fewer", "more", "other"]
Period = Literal["week", "year"]


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


def minute(at: datetime) -> int:
    """The first whole minute that is not before a time."""
    return -((_FIRST - at) // MINUTE)


def moment(run: int) -> datetime:
    """The time of a minute."""
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


def undisturbed(schedule: str, start: int) -> Runs:
    """The runs of a rule that loses none to others."""
    return Runs(start, schedule, 0, ())


def runs_of(shapes: tuple[RunShape, ...], start: int) -> tuple[Runs, ...]:
    """The runs of each shape of a plan from a minute on."""
    return tuple(
        undisturbed(shape.schedule, start)
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
    end = _horizon(shapes, start)
    line = _line(shapes, start, end)
    pairs = zip(_own_bits(shapes, line), _taken_bits(shapes, line), strict=True)
    return tuple(line.first(line.within(combined(_without, own, taken), start, end)) for own, taken in pairs)


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
    """How the runs of a rule relate to those of another, or to its own after a change; both from the same moment on."""
    start, together = before.start, (*_plan_of(before), *_plan_of(after))
    end = _horizon(together, start)
    line = _line(together, start, end)
    old, new = (line.within(_taken_bits(_plan_of(runs), line)[0], start, end) for runs in (before, after))
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
    end = _horizon(shapes, start)
    line = _line(shapes, start, end)
    lengths = zip((length for _, length in kept), _taken_bits(shapes, line), strict=True)
    there = (line.after(line.within(taken, start, end), length) for length, taken in lengths)
    distance, _ = line.longest_between(line.within(_union(there), start, end))
    return max(distance - line.unit, 0)


def longest_stretch(shapes: Sequence[RunShape], start: int) -> Stretch | None:
    """The longest time without a run of any shape of a plan, from a minute on; None with fewer than two runs.

    The wait for the first run counts as well.
    """
    if not shapes:
        return None
    end = _horizon(shapes, start)
    line = _line(shapes, start, end)
    return _longest(line.within(_union(_taken_bits(shapes, line)), start, end), line, start)


def run_outcomes(shapes: Sequence[RunShape], start: int, end: int) -> tuple[RunOutcome, ...]:
    """What becomes of the runs of each shape of a plan, from `start` to before `end`."""
    if not shapes or end <= start:
        return tuple(RunOutcome((), {}) for _ in shapes)
    line = _line(shapes, start, end)
    own, taken = _own_bits(shapes, line), _taken_bits(shapes, line)
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


def _plan_of(runs: Runs) -> tuple[RunShape, ...]:
    """The rule with the lowest rank, and those that outrank it."""
    return (RunShape(runs.schedule, runs.window, 0 if runs.over else None), *runs.over)


@lru_cache(maxsize=1024)
def _bits_of(runs: Runs) -> tuple[Timeline, Bits]:
    """The slots of all further runs until they repeat; cached, since several functions need them."""
    shapes = _plan_of(runs)
    end = _horizon(shapes, runs.start)
    line = _line(shapes, runs.start, end)
    return line, line.within(_taken_bits(shapes, line)[0], runs.start, end)


def _line(shapes: Sequence[RunShape], start: int, end: int) -> Timeline:
    """A timeline of a period and of the time around it that runs in it depend on.

    A run that another run is lost to may itself be lost to a third, and so on, once for each rank.
    """
    windows = [shape.window for shape in shapes if shape.rank is not None]
    margin = int(min(max(windows, default=0) * len({shape.rank for shape in shapes}), minute(END)))
    return timeline([parse_cron(shape.schedule) for shape in shapes], start - margin, end + margin)


def _horizon(shapes: Sequence[RunShape], start: int) -> int:
    """The minute after which runs only repeat: two weeks for weekly schedules, else the end of their years."""
    if repeat_weekly(shapes):
        return min(start + 2 * _WEEK, minute(END))
    last = max((cron.years[-1] for cron in (parse_cron(shape.schedule) for shape in shapes) if cron.years), default=0)
    return minute(datetime(last + 1, 1, 1, tzinfo=UTC))


def _own_bits(shapes: Sequence[RunShape], line: Timeline) -> list[Bits]:
    return [line.bits(parse_cron(shape.schedule)) for shape in shapes]


def _taken_bits(shapes: Sequence[RunShape], line: Timeline) -> list[Bits]:
    """The runs that AWS starts. Rules of longer retention first, since a run that is lost takes none itself."""
    taken = _own_bits(shapes, line)
    covered: list[Bits] = []
    for rank in sorted({shape.rank for shape in shapes if shape.rank is not None}, reverse=True):
        places = [place for place, shape in enumerate(shapes) if shape.rank == rank]
        for place in places:
            for longer in covered:
                taken[place] = combined(_without, taken[place], line.before(longer, shapes[place].window))
        covered = [_union([*covered, *(line.after(taken[place], shapes[place].window) for place in places)])]
    return taken


def _union(all_bits: Iterable[Bits]) -> Bits:
    return reduce(partial(combined, or_), all_bits)


def _without(block: int, other: int) -> int:
    return block & ~other


def _lost(own: Bits, taken: Bits, line: Timeline, start: int, end: int) -> tuple[int, ...]:
    return line.minutes(line.within(combined(_without, own, taken), start, end))


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

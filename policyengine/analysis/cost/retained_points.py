"""The recovery points that rules make of a resource, from the calendar, and what a chain of them takes.

Runs that AWS leaves out make none (facts 1.6). A continuous backup holds every change: it is taken for a backup in each
hour. Retention and cold storage count from the run that makes the backup (facts 1.3.17).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from policyengine.analysis.cost.stored_versions import COLD_LEAST, ChainForm, ChainUse, StoredPoint, chain_uses
from policyengine.aws.deployment import DAY, FOREVER, Minutes, RunShape, run_outcomes

YEAR = 365 * DAY
MONTH = YEAR / 12
_HOUR = 60


class Keeping(NamedTuple):
    """The rule that keeps recovery points in a chain: the runs of a rule among those of its plan, and how long.

    `shapes` are the runs of the rules of the plan, `place` is that of the rule, None for a continuous backup.
    `cold_after` is `FOREVER` where nothing goes to cold storage.
    """

    shapes: tuple[RunShape, ...]
    place: int | None
    retention: Minutes
    cold_after: Minutes

    @property
    def longest(self) -> Minutes:
        """The time for which its points are billed, in minutes."""
        if self.cold_after < self.retention:
            return max(self.retention, self.cold_after + COLD_LEAST)
        return self.retention

    def points(self, start: int, end: int) -> Iterator[StoredPoint]:
        """Its points that are created from a minute to before another one."""
        runs: Sequence[int] = range(-(-start // _HOUR) * _HOUR, end, _HOUR)
        if self.place is not None:
            runs = run_outcomes(self.shapes, start, end)[self.place].taken
        return (StoredPoint(run, run + self.cold_after, run + self.retention) for run in runs)


Chain = tuple[Keeping, ...]
"""All that keeps points of a resource in one place."""


class ChainCalendar:
    """The storage that chains use from a minute on; caches its results, since many resources have equal chains."""

    def __init__(self, start: int) -> None:
        self.start = start
        self._known: dict[tuple[Chain, ChainForm, int], tuple[ChainUse, ...]] = {}

    def steady(self, chain: Chain, form: ChainForm) -> ChainUse | None:
        """The use in a year once every rule has deleted its first point; None where some points are kept forever."""
        lead = self.lead(chain)
        if lead is None:
            return None
        bounds = [self.start + lead, self.start + lead + YEAR]
        (use,) = self._cached(chain, form, -1, bounds)
        return use

    def months(self, chain: Chain, form: ChainForm, number: int) -> tuple[ChainUse, ...]:
        """The use in each of some months of a twelfth of a year; at the start there are no points."""
        return self._cached(chain, form, number, [self.start + round(MONTH * each) for each in range(number + 1)])

    def filled(self, chain: Chain) -> tuple[tuple[StoredPoint, ...], int]:
        """The points that are made up to the minute where the steady state begins, and that minute.

        Where points are kept forever it is one at which points have been in cold storage for a year.
        """
        lead = self.lead(chain)
        if lead is None:
            lead = ceil(max((each.cold_after for each in chain if each.cold_after != FOREVER), default=0)) + YEAR
        end = self.start + lead
        return tuple(point for keeping in chain for point in keeping.points(self.start, end)), end

    def lead(self, chain: Chain) -> int | None:
        """The minutes until the steady state of a chain; None where it has none."""
        longest = max((keeping.longest for keeping in chain), default=0)
        return None if longest == FOREVER else ceil(longest)

    def _cached(self, chain: Chain, form: ChainForm, number: int, bounds: Sequence[int]) -> tuple[ChainUse, ...]:
        key = (chain, form, number)
        if key not in self._known:
            points = (point for keeping in chain for point in keeping.points(self.start, bounds[-1]))
            self._known[key] = chain_uses(points, form, bounds)
        return self._known[key]

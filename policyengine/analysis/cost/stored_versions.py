"""How much data the backups of one resource hold together, in sizes of the resource, while they come and go.

A backup of a type with incremental backups adds what changed since the one before; what several share is stored once. A
share `change` of the blocks changes in a day, whichever they are, so that of two backups `g` days apart the later one
adds 1 - (1 - change) ** g. All backups of a chain together hold 1 for the oldest, and that for each gap (facts 4.4.21).

A warm backup has all its data in warm storage. Data goes to cold storage when no warm backup refers to it any more
(facts 1.3.21); a backup with no warm one before it is a full one, so that what it shares with cold ones is stored
twice. Where cold backups are full ones (facts 1.3.20) each takes one size there.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from policyengine.aws.deployment import DAY, FOREVER, Minutes
from policyengine.aws.facts import limits

COLD_LEAST = limits()["cold_least_days"] * DAY
"""The least time that a backup is billed in cold storage, in minutes (facts 1.3.6)."""

_CREATED, _COOLED, _DELETED = range(3)
"""The order of events of one minute: a backup that starts when another ends still finds it there."""


class ChainForm(NamedTuple):
    """How the backups of a chain are stored; `change` is the share of blocks that changes in a day.

    Without `incremental` every backup is a full one, and `change` counts for nothing.
    """

    incremental: bool
    cold: Literal["full", "incremental"]
    change: float


class StoredPoint(NamedTuple):
    """A recovery point: the minutes when it is created, moved to cold storage (`FOREVER`: never), and deleted."""

    created: int
    cold_at: Minutes
    expires: Minutes

    @property
    def ends(self) -> Minutes:
        """When it is billed no longer: a cold one is for 90 days at least."""
        return max(self.expires, self.cold_at + COLD_LEAST) if self.is_cold_once else self.expires

    @property
    def is_cold_once(self) -> bool:
        """Whether it goes to cold storage before it is deleted."""
        return self.cold_at < self.expires


class ChainUse(NamedTuple):
    """The means over a period of what is stored warm and cold, and the sum of what new backups add in it; in sizes."""

    warm: float
    cold: float
    added: float


class _Versions:
    """The blocks that backups at some times hold together, in sizes."""

    def __init__(self, change: float) -> None:
        self._left = 1 - change
        self._shares: dict[int, float] = {}
        self.times: list[int] = []
        self.total = 0.0

    def changed(self, gap: int) -> float:
        """The share of the blocks that change in some minutes."""
        if gap not in self._shares:
            self._shares[gap] = 1 - self._left ** (gap / DAY)
        return self._shares[gap]

    def add(self, time: int) -> None:
        self.total += self._difference(time)
        insort(self.times, time)

    def remove(self, time: int) -> None:
        del self.times[bisect_left(self.times, time)]
        self.total = self.total - self._difference(time) if self.times else 0.0

    def _difference(self, time: int) -> float:
        """The part of a backup's data that the others do not hold."""
        place = bisect_left(self.times, time)
        before = self.times[place - 1] if place else None
        after = self.times[place] if place < len(self.times) else None
        if before is None or after is None:
            return 1.0 if before == after else self.changed(abs(time - (before if before is not None else after or 0)))
        return self.changed(time - before) + self.changed(after - time) - self.changed(after - before)


class _Incremental:
    """A chain of incremental backups, cold ones included."""

    def __init__(self, change: float) -> None:
        self._warm = _Versions(change)
        self._apart = _Versions(change)  # cold backups from before the warm ones, of which none refers to them
        self._warm_and_apart, self._all = _Versions(change), _Versions(change)
        self._moved: list[int] = []  # the other cold ones

    @property
    def warm(self) -> float:
        return self._warm.total

    @property
    def cold(self) -> float:
        return self._apart.total + self._all.total - self._warm_and_apart.total

    def create(self, time: int) -> float:
        times = self._warm.times
        added = self._warm.changed(time - times[-1]) if times else 1.0
        if not times:
            for moved in self._moved:
                self._apart.add(moved)
                self._warm_and_apart.add(moved)
            self._moved = []
        for versions in (self._warm, self._warm_and_apart, self._all):
            versions.add(time)
        return added

    def move_to_cold(self, time: int) -> None:
        self._warm.remove(time)
        self._warm_and_apart.remove(time)
        self._moved.append(time)

    def delete(self, time: int, *, cold: bool) -> None:
        self._all.remove(time)
        if cold and time in self._moved:
            self._moved.remove(time)
            return
        self._warm_and_apart.remove(time)
        (self._apart if cold else self._warm).remove(time)


class _Full:
    """A chain whose cold backups are full ones; so are warm ones unless they are incremental."""

    def __init__(self, change: float | None) -> None:
        self._warm = _Versions(1.0 if change is None else change)
        self._whole = change is None
        self._cold = 0

    @property
    def warm(self) -> float:
        return len(self._warm.times) if self._whole else self._warm.total

    @property
    def cold(self) -> float:
        return self._cold

    def create(self, time: int) -> float:
        times = self._warm.times
        added = self._warm.changed(time - times[-1]) if times and not self._whole else 1.0
        insort(times, time) if self._whole else self._warm.add(time)
        return added

    def move_to_cold(self, time: int) -> None:
        self.delete(time, cold=False)
        self._cold += 1

    def delete(self, time: int, *, cold: bool) -> None:
        if cold:
            self._cold -= 1
        elif self._whole:
            del self._warm.times[bisect_left(self._warm.times, time)]
        else:
            self._warm.remove(time)


def chain_uses(points: Iterable[StoredPoint], form: ChainForm, bounds: Sequence[int]) -> tuple[ChainUse, ...]:
    """The storage that a chain's points use in each period between two bounds, which are minutes in ascending order."""
    events = sorted(event for point in points for event in _events(point) if event[0] < bounds[-1])
    chain, place, uses = _chain(form), 0, []
    while place < len(events) and events[place][0] < bounds[0]:
        _apply(chain, *events[place])
        place += 1
    for start, end in pairwise(bounds):
        now: Minutes = start
        warm, cold, added = 0.0, 0.0, 0.0
        while place < len(events) and events[place][0] < end:
            time, kind, created, is_cold = events[place]
            warm, cold, now = warm + chain.warm * (time - now), cold + chain.cold * (time - now), time
            added += _apply(chain, time, kind, created, is_cold)
            place += 1
        warm, cold = warm + chain.warm * (end - now), cold + chain.cold * (end - now)
        uses.append(ChainUse(warm / (end - start), cold / (end - start), added))
    return tuple(uses)


def early_deleted(points: Iterable[StoredPoint], form: ChainForm, at: int, keep: Minutes) -> float:
    """The billing that cold points under 90 days old have ahead, if those beyond a retention are deleted at a minute.

    Deleted are the cold points that are older than `keep`, the oldest first: each frees what no later one holds. In
    sizes times minutes.
    """
    there = [point for point in points if point.cold_at <= at < point.ends and point.is_cold_once]
    versions, left = _Versions(form.change), 0.0
    for point in there:
        versions.add(point.created)
    for point in sorted(there):
        if point.created + keep <= at:
            before = versions.total
            versions.remove(point.created)
            share = before - versions.total if form.incremental and form.cold == "incremental" else 1.0
            left += share * max(point.cold_at + COLD_LEAST - at, 0)
    return left


def _chain(form: ChainForm) -> _Incremental | _Full:
    if form.incremental and form.cold == "incremental":
        return _Incremental(form.change)
    return _Full(form.change if form.incremental else None)


def _events(point: StoredPoint) -> Iterable[tuple[Minutes, int, int, bool]]:
    """The events of a point: when, what, the minute when it was created, whether it is cold before."""
    yield point.created, _CREATED, point.created, False
    if point.is_cold_once:
        yield point.cold_at, _COOLED, point.created, False
    if point.ends != FOREVER:
        yield point.ends, _DELETED, point.created, point.is_cold_once


def _apply(chain: _Incremental | _Full, _time: Minutes, kind: int, created: int, is_cold: bool) -> float:  # noqa: FBT001 - an event as it is
    """Lets an event happen, and gives what it adds."""
    if kind == _CREATED:
        return chain.create(created)
    if kind == _COOLED:
        chain.move_to_cold(created)
    else:
        chain.delete(created, cold=is_cold)
    return 0.0

"""Backups block by block: what is stored warm and cold while blocks change, and points come, cool and go.

Written from the facts sheet (1.3.6, 1.3.17 to 1.3.21, 2.1, 4.3, 4.4.20, 4.4.21) and slow on purpose: a disk is a list of
blocks, each with the number of its version; a point is a copy of that list, and what is stored is counted block by
block. Sizes come in disks.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

LEAST_COLD = 90  # days


class When(NamedTuple):
    """A schedule: each hour that is a multiple of `every`, or at `hour` of each day, of a weekday, of a day of months."""

    every: int = 0
    hour: int = 5
    weekday: int | None = None  # 0 is Monday
    day: int | None = None
    months: tuple[int, ...] = ()

    def is_due(self, at: datetime) -> bool:
        if self.every:
            return at.hour % self.every == 0
        return (
            at.hour == self.hour
            and self.weekday in {None, at.weekday()}
            and self.day in {None, at.day}
            and (not self.months or at.month in self.months)
        )


class Rule(NamedTuple):
    """When points are made, for how many days they are kept, and after how many they go to cold storage."""

    when: When
    keep: int
    cold: int | None = None


class Kept(NamedTuple):
    """The means of a year, and what the points of that year added."""

    warm: float
    cold: float
    added: float


class _Point:
    def __init__(self, versions: list[int], made: datetime, rule: Rule) -> None:
        self.versions, self.made, self.rule = versions, made, rule
        self.is_cold = False
        self.over = made + timedelta(days=rule.keep)
        self.cools = None if rule.cold is None else made + timedelta(days=rule.cold)


class Store:
    """One chain of points; `form` is that of warm points, `cold_form` that of cold ones."""

    def __init__(self, form: Literal["incremental", "full"], cold_form: Literal["incremental", "full"]) -> None:
        self.form, self.cold_form = form, cold_form
        self.points: list[_Point] = []
        self.in_cold: set[tuple[int, int]] = set()
        self.warm_uses: Counter[tuple[int, int]] = Counter()
        self.cold_uses: Counter[tuple[int, int]] = Counter()

    def make(self, versions: list[int], at: datetime, rule: Rule) -> float:
        """Makes a point, and says how many blocks it moves."""
        warm = [point for point in self.points if not point.is_cold]
        new = _Point(list(versions), at, rule)
        moved = len(versions)
        if warm and self.form == "incremental":
            moved = sum(one != other for one, other in zip(warm[-1].versions, versions, strict=True))
        self.points.append(new)
        self.warm_uses.update(enumerate(new.versions))
        return moved

    def pass_time(self, at: datetime) -> None:
        """Moves points to cold storage, and deletes those that are over."""
        for point in list(self.points):
            if not point.is_cold and point.cools is not None and point.cools <= at and point.cools < point.over:
                point.is_cold = True
                point.over = max(point.over, at + timedelta(days=LEAST_COLD))  # gone before, perhaps, but billed
                _let_go(self.warm_uses, point)
                self.cold_uses.update(enumerate(point.versions))
            if point.over <= at:
                self.points.remove(point)
                _let_go(self.cold_uses if point.is_cold else self.warm_uses, point)
        if self.cold_form == "incremental" and self.form == "incremental":
            self.in_cold = {block for block in self.cold_uses if block in self.in_cold or block not in self.warm_uses}

    @property
    def warm(self) -> int:
        """Blocks in warm storage."""
        if self.form == "full":
            return sum(self.warm_uses.values())
        return len(self.warm_uses)

    @property
    def cold(self) -> int:
        """Blocks in cold storage."""
        if self.cold_form == "full" or self.form == "full":
            return sum(len(point.versions) for point in self.points if point.is_cold)
        return len(self.in_cold)


def _let_go(uses: Counter[tuple[int, int]], point: _Point) -> None:
    for block in enumerate(point.versions):
        if uses[block] == 1:
            del uses[block]
        else:
            uses[block] -= 1


def kept(  # noqa: PLR0913 - what a case is made of
    rules: tuple[Rule, ...],
    change: float,
    start: datetime,
    *,
    form: Literal["incremental", "full"] = "incremental",
    cold_form: Literal["incremental", "full"] = "incremental",
    blocks: int = 400,
) -> Kept:
    """What the rules keep of a disk, in the year after each has deleted its first point."""
    store, random = Store(form, cold_form), Random(f"{rules} {change}")
    longest = max(max(rule.keep, (rule.cold + LEAST_COLD) if rule.cold is not None else 0) for rule in rules)
    hours = min((rule.when.every or 24 for rule in rules), default=24)
    step = timedelta(hours=hours)
    in_a_step = 1 - (1 - change) ** (step / timedelta(days=1))
    first = start + timedelta(days=longest)
    end = first + timedelta(days=365)
    disk, at = [0] * blocks, start.replace(minute=0, hour=5 if hours == 24 else 12)
    warm = cold = added = steps = 0.0
    while at < end:
        disk = [version + (random.random() < in_a_step) for version in disk]
        for rule in rules:
            if rule.when.is_due(at):
                moved = store.make(disk, at, rule)
                added += moved if at >= first else 0
        store.pass_time(at)
        if at >= first:
            warm, cold, steps = warm + store.warm, cold + store.cold, steps + 1
        at += step
    return Kept(warm / steps / blocks, cold / steps / blocks, added / blocks)

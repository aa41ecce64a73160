"""The changes that are reported already, to be looked up by the place, Region and accounts of a finding.

Both changes and findings come in thousands: none of these lookups goes through all changes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from policyengine.analysis.diff.changes import Change, ChangeCause, ChangeClass, SideName
from policyengine.aws.merge import keys
from policyengine.aws.settings import REGIONS
from policyengine.base.diagnostics import Diagnostic

PLAN_DEPTH = 2
"""Steps of a path down to a plan."""

BETTER = {ChangeClass.LOST: ChangeClass.ADDED, ChangeClass.WEAKENED: ChangeClass.STRENGTHENED}
"""What takes back a change of each bad class."""


class Direction(NamedTuple):
    """Whether findings are new or gone: the side that has them, and the classes of changes that say the same."""

    side: SideName
    worse: Mapping[ChangeClass, ChangeClass]

    def at(self, change: Change) -> str:
        """The path on this side of what changed."""
        return change.path if self.side == "head" else change.was_at

    def elsewhere(self, change: Change) -> str:
        """The path of the same on the other side."""
        return change.was_at if self.side == "head" else change.path


NEW = Direction("head", {change_class: change_class for change_class in BETTER})
GONE = Direction("base", BETTER)


class ReportedChange(NamedTuple):
    """A change that is reported already, and its accounts."""

    change: Change
    accounts: frozenset[str]


class ChangeIndex:
    """Changes by where one side has them."""

    def __init__(self, reported: Iterable[ReportedChange], of: Direction) -> None:
        self.of = of
        self._at: dict[str, list[ReportedChange]] = {}
        self._in_plan: dict[tuple[str, ...], _ByAccount] = {}
        self._moved_at: dict[str, _ByAccount] = {}
        self._answers: dict[Hashable, frozenset[str]] = {}
        for entry in reported:
            here = of.at(entry.change)
            self._at.setdefault(here, []).append(entry)
            self._in_plan.setdefault(keys(here)[:PLAN_DEPTH], _ByAccount()).add(entry)
            if entry.change.path != entry.change.was_at:
                self._moved_at.setdefault(here, _ByAccount()).add(entry)

    def before(self, path: str, accounts: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """The paths that a path has on the other side, each with its accounts: blocks may have been renamed."""
        for here in _around(path, 1)[::-1] if self._moved_at else ():  # the nearest block first
            for change, ids in self._moved_at[here].touching(accounts) if here in self._moved_at else ():
                if moved := ids & accounts:
                    yield self.of.elsewhere(change) + path[len(here) :], moved
                    accounts -= ids
        yield path, accounts

    def reporting(self, finding: Diagnostic, change_class: ChangeClass) -> frozenset[str]:
        """The accounts for which a change says as much: the same setting in that Region, as bad at least."""
        question = ("reporting", finding.path, finding.region, change_class)
        if question not in self._answers:
            as_bad = {self.of.worse[bad] for bad in BETTER if bad.rank <= change_class.rank}
            places = self._at.get(finding.path, ()) if finding.path else self._whole_plans
            meant = (entry for entry in places if entry.change.region in {"", finding.region})
            self._answers[question] = _accounts(entry for entry in meant if entry.change.change_class in as_bad)
        return self._answers[question]

    def adding(self, finding: Diagnostic) -> frozenset[str]:
        """The accounts to which the block or Region of a finding was added, or from which it was removed with it."""
        question = ("adding", finding.path, finding.region)
        if question not in self._answers:
            one_sided = ChangeClass.ADDED if self.of.side == "head" else ChangeClass.LOST
            around = [entry for block in _around(finding.path, PLAN_DEPTH) for entry in self._at.get(block, ())]
            around += self._in_region(finding)
            self._answers[question] = _accounts(
                entry for entry in around if entry.change.change_class is one_sided and not entry.change.fact
            )
        return self._answers[question]

    def causes_of(self, path: str, accounts: AbstractSet[str]) -> Iterator[ChangeCause]:
        """The causes of the changes to the plan for some of the accounts."""
        in_plan = self._in_plan.get(keys(path)[:PLAN_DEPTH])
        for change, _ in in_plan.touching(accounts) if in_plan else ():
            yield from change.causes

    def _in_region(self, finding: Diagnostic) -> Iterator[ReportedChange]:
        """The changes of the Region of a finding in the Regions of its plan."""
        regions = "/".join([*finding.path.split("/")[:PLAN_DEPTH], REGIONS.place])
        for entry in self._at.get(regions, ()) if finding.region else ():
            if entry.change.region == finding.region:
                yield entry

    @cached_property
    def _whole_plans(self) -> tuple[ReportedChange, ...]:
        """Plans that are gone, or new: what a finding about no setting is about."""
        gone_or_new = {ChangeClass.LOST, ChangeClass.ADDED}
        return tuple(
            entry
            for entries in self._at.values()
            for entry in entries
            if entry.change.change_class in gone_or_new and len(keys(entry.change.path)) == PLAN_DEPTH
        )


class _ByAccount:
    """Changes in order, to be looked up by account."""

    def __init__(self) -> None:
        self._entries: list[ReportedChange] = []
        self._numbers: dict[str, list[int]] | None = None

    def add(self, entry: ReportedChange) -> None:
        """Adds a change; before the first lookup."""
        self._entries.append(entry)

    def touching(self, accounts: AbstractSet[str]) -> list[ReportedChange]:
        """The changes to any of the accounts, in order; goes by changes or by accounts, whichever are fewer."""
        if len(self._entries) <= len(accounts):
            return [entry for entry in self._entries if not entry.accounts.isdisjoint(accounts)]
        if self._numbers is None:
            self._numbers = {}
            for number, entry in enumerate(self._entries):
                for account in entry.accounts:
                    self._numbers.setdefault(account, []).append(number)
        numbers = {number for account in accounts for number in self._numbers.get(account, ())}
        return [self._entries[number] for number in sorted(numbers)]


def _accounts(reported: Iterable[ReportedChange]) -> frozenset[str]:
    return frozenset().union(*(entry.accounts for entry in reported))


def _around(path: str, shortest: int) -> list[str]:
    """The blocks around a path and itself, from so many steps on, the outermost first."""
    steps = path.split("/")
    return ["/".join(steps[:length]) for length in range(shortest, len(steps) + 1)]

"""Runs of several rules that start at the same minute on what may be the same resource.

AWS Backup runs one job per resource at a time (facts 1.6): the others wait, and their start windows go by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from policyengine.plan.meetings import meet
from policyengine.plan.values import Plan, Rule


class Collision(NamedTuple):
    """Rules of which each can select what another one of them selects, and the times when all of them start."""

    rules: tuple[tuple[Plan, Rule], ...]
    regions: tuple[str, ...]
    times: tuple[datetime, ...]


_Rules = tuple[tuple[Plan, Rule], ...]


def collisions(starts: Iterable[tuple[datetime, Plan, Rule]]) -> tuple[Collision, ...]:
    """The collisions among runs that take place, given by time; by first time."""
    together: dict[_Rules, list[datetime]] = {}
    for at, started in _by_time(starts).items():
        if len(started) > 1:
            together.setdefault(tuple(started), []).append(at)
    found: dict[tuple[_Rules, str], list[datetime]] = {}
    meetings = _Meetings()
    for rules, times in together.items():
        for region in dict.fromkeys(region for plan, _ in rules for region in plan.regions):
            for group in meetings.groups([(plan, rule) for plan, rule in rules if region in plan.regions]):
                found.setdefault((group, region), []).extend(times)
    return tuple(sorted(_over_regions(found), key=lambda collision: collision.times[0]))


def _by_time(starts: Iterable[tuple[datetime, Plan, Rule]]) -> Mapping[datetime, list[tuple[Plan, Rule]]]:
    found: dict[datetime, list[tuple[Plan, Rule]]] = {}
    for at, plan, rule in starts:
        found.setdefault(at, []).append((plan, rule))
    return found


def _over_regions(found: Mapping[tuple[_Rules, str], list[datetime]]) -> Iterator[Collision]:
    """What is the same in several Regions, once."""
    regions: dict[tuple[_Rules, tuple[datetime, ...]], list[str]] = {}
    for (rules, region), times in found.items():
        regions.setdefault((rules, tuple(sorted(times))), []).append(region)
    return (Collision(rules, tuple(names), times) for (rules, times), names in regions.items())


class _Meetings:
    """Which plans meet, looked at once."""

    def __init__(self) -> None:
        self._known: dict[frozenset[Plan], bool] = {}

    def groups(self, rules: Sequence[tuple[Plan, Rule]]) -> list[_Rules]:
        """The rules in groups of two and more of which each meets another, in their order."""
        groups: list[list[tuple[Plan, Rule]]] = []
        for plan, rule in rules:
            met = [group for group in groups if any(self._meet(plan, other) for other, _ in group)]
            groups = [group for group in groups if group not in met]
            groups.append([*(one for group in met for one in group), (plan, rule)])
        return [tuple(sorted(group, key=rules.index)) for group in groups if len(group) > 1]

    def _meet(self, first: Plan, second: Plan) -> bool:
        pair = frozenset((first, second))
        if pair not in self._known:
            self._known[pair] = bool(meet(first, second).types)
        return self._known[pair]

"""Which rules can back up the same resource, within a plan or across plans of an account, and when their runs collide.

AWS Backup runs a single job per resource at a time (facts 1.6), the others wait while their start windows pass. Where
it is unknown whether two selections select the same resource (a tag and a type, unlike conditions), they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, product
from typing import NamedTuple

from policyengine.aws.deployment.plans import BackupRule, Plan, Selection

_RESOURCE_TAG = "aws:resourcetag"
"""What stands before the key of a tag in a condition, folded."""


class Meeting(NamedTuple):
    """Two plans, or a plan and itself, that can select the same resource, by the types of such resources.

    `named` are those of the types that resource selections of both plans name.
    """

    first: Plan
    second: Plan
    types: frozenset[str]
    named: frozenset[str]

    @property
    def rules(self) -> Iterator[tuple[BackupRule, BackupRule]]:
        """Every two rules that back up these resources."""
        if self.first is self.second:
            return iter(combinations(self.first.rules, 2))
        return iter(product(self.first.rules, self.second.rules))

    def plan_of(self, rule: BackupRule) -> Plan:
        """The plan of a rule."""
        return self.first if rule in self.first.rules else self.second


def meet(first: Plan, second: Plan) -> Meeting:
    """The resource types that two plans of an account, or a plan and itself, can both select.

    No types where they share no Region.
    """
    if first is second:
        return Meeting(first, second, frozenset(first.resource_types), frozenset(first.named_types))
    shared = set(first.regions).intersection(second.regions)
    pairs = list(product(first.selections, second.selections)) if shared else []
    types = {name for pair in pairs for name in _common_types(*pair)}
    named = {
        name for pair in pairs if all(selection.names_types for selection in pair) for name in _common_types(*pair)
    }
    return Meeting(first, second, frozenset(types), frozenset(named))


def _common_types(first: Selection, second: Selection) -> set[str]:
    """The types of resources that both selections can select, as far as it is known."""
    conditions = [{(c.operator, c.key, c.value) for c in selection.conditions} for selection in (first, second)]
    distinct = all(conditions) and conditions[0] != conditions[1]
    if distinct or not _same_kind_of_choice(first, second):
        return set()
    return set(first.reach).intersection(second.reach)


def _same_kind_of_choice(first: Selection, second: Selection) -> bool:
    """Whether both select by the same tag, or both by type, or either selects all resources."""
    if first.kind == second.kind == "tag":
        return first.key == second.key and not set(first.values).isdisjoint(second.values)
    if first.kind == second.kind or any(_selects_all(selection) for selection in (first, second)):
        return True
    return _asks_for_tag_of(first, second) or _asks_for_tag_of(second, first)


def _asks_for_tag_of(typed: Selection, tagged: Selection) -> bool:
    """Whether the only condition of a selection by type is a tag that the other one selects by."""
    if tagged.kind != "tag" or tagged.conditions or not typed.types or len(typed.conditions) != 1:
        return False
    (condition,) = typed.conditions
    head, _, key = condition.key.partition("/")
    same_key = head.lower() == _RESOURCE_TAG and key == tagged.key
    return same_key and condition.operator == "string_equals" and condition.value in tagged.values


def _selects_all(selection: Selection) -> bool:
    return selection.kind == "resource" and "*" in selection.types and not selection.conditions


class Collision(NamedTuple):
    """Rules that can select the same resource, each with another of them, and the times when all of them start."""

    rules: tuple[tuple[Plan, BackupRule], ...]
    regions: tuple[str, ...]
    times: tuple[datetime, ...]


_Rules = tuple[tuple[Plan, BackupRule], ...]


def collisions(starts: Iterable[tuple[datetime, Plan, BackupRule]]) -> tuple[Collision, ...]:
    """The collisions among runs that take place, given by time; by first time."""
    together: dict[_Rules, list[datetime]] = {}
    for at, started in _by_time(starts).items():
        if len(started) > 1:
            together.setdefault(tuple(started), []).append(at)
    by_region: dict[tuple[_Rules, str], list[datetime]] = {}
    meetings = _Meetings()
    for rules, times in together.items():
        for region in dict.fromkeys(region for plan, _ in rules for region in plan.regions):
            for group in meetings.groups([(plan, rule) for plan, rule in rules if region in plan.regions]):
                by_region.setdefault((group, region), []).extend(times)
    return tuple(sorted(_over_regions(by_region), key=lambda collision: collision.times[0]))


def _by_time(starts: Iterable[tuple[datetime, Plan, BackupRule]]) -> Mapping[datetime, list[tuple[Plan, BackupRule]]]:
    by_time: dict[datetime, list[tuple[Plan, BackupRule]]] = {}
    for at, plan, rule in starts:
        by_time.setdefault(at, []).append((plan, rule))
    return by_time


def _over_regions(by_region: Mapping[tuple[_Rules, str], list[datetime]]) -> Iterator[Collision]:
    """Collisions of the same rules and times in several Regions, joined."""
    regions: dict[tuple[_Rules, tuple[datetime, ...]], list[str]] = {}
    for (rules, region), times in by_region.items():
        regions.setdefault((rules, tuple(sorted(times))), []).append(region)
    return (Collision(rules, tuple(names), times) for (rules, times), names in regions.items())


class _Meetings:
    """Which plans meet, each pair computed once."""

    def __init__(self) -> None:
        self._pairs: dict[frozenset[Plan], bool] = {}

    def groups(self, rules: Sequence[tuple[Plan, BackupRule]]) -> list[_Rules]:
        """The rules in groups of two or more, each of which overlaps another of its group, in their order."""
        groups: list[list[tuple[Plan, BackupRule]]] = []
        for plan, rule in rules:
            met = [group for group in groups if any(self._meet(plan, other) for other, _ in group)]
            groups = [group for group in groups if group not in met]
            groups.append([*(member for group in met for member in group), (plan, rule)])
        return [tuple(sorted(group, key=rules.index)) for group in groups if len(group) > 1]

    def _meet(self, first: Plan, second: Plan) -> bool:
        pair = frozenset((first, second))
        if pair not in self._pairs:
            self._pairs[pair] = bool(meet(first, second).types)
        return self._pairs[pair]

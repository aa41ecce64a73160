"""Which rules of a plan lose runs where start windows overlap (facts 1.6), counted over the week or year to come.

AWS does not say which of rules with equal retention runs, so none is reported. Continuous rules are left out where they
take no snapshots: continuous backups are not scheduled (facts 1.1.20).

Also which rules can back up the same resource, within a plan or across plans of an account, and the collisions of their
runs: AWS Backup runs a single job per resource at a time (facts 1.6), the others wait while their start windows pass.
Where it is unknown whether two selections select the same resource (a tag and a type, two conditions), they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from policyengine.aws.deployment.plans import UNKNOWN, BackupRule, Minutes, Plan, RunShape, Selection
from policyengine.aws.deployment.runs import (
    Period,
    RunOutcome,
    first_lost,
    interval,
    may_overlap,
    next_run,
    repeat_weekly,
    run_outcomes,
    shapes,
    takes_part,
)

_LENGTH: dict[Period, int] = {"week": 7 * 24 * 60, "year": 365 * 24 * 60}


class Overlap(NamedTuple):
    """A rule that loses `lost` of its `runs` in a period to the rules `by`.

    `together` has, for the lost runs, those of `by` that run at the same minute; an empty tuple where none does.
    `never`: no run of it remains, in this period or later.
    """

    rule: BackupRule
    by: tuple[BackupRule, ...]
    lost: int
    runs: int
    period: Period
    together: tuple[tuple[BackupRule, ...], ...]
    never: bool

    @property
    def replaced(self) -> bool:
        """Whether for each lost run another rule stores a backup wherever it would, at the same minute, for as long."""
        return all(any(_stands_in(other, self.rule) for other in others) for others in self.together)

    @property
    def covered(self) -> bool:
        """Whether another of the rules runs as often, and stores its backups wherever the rule would, for as long."""
        alone = self.rule.runs._replace(over=(), window=0) if self.rule.runs is not UNKNOWN else None
        return alone is not None and any(
            _stands_in(other, self.rule) and other.interval is not UNKNOWN and other.interval <= interval(alone)
            for other in self.by
        )


class _Loss(NamedTuple):
    """The lost runs of a shape; other shapes by their index."""

    by: frozenset[int]
    lost: int
    runs: int
    together: frozenset[frozenset[int]]


def overlaps(plan: Plan) -> tuple[Overlap, ...]:
    """Every rule of a plan that loses runs to rules with longer retention, from the moment of reading on."""
    rules = [rule for rule in plan.rules if rule.interval is not UNKNOWN and takes_part(rule, plan.reach)]
    ranked = shapes(rules, plan.reach)
    if not may_overlap(ranked):
        return ()
    started = [rule.runs for rule in rules if rule.runs is not UNKNOWN]
    period, losses = _losses(ranked, started[0].start)
    return tuple(
        Overlap(
            rule,
            tuple(rules[place] for place in sorted(loss.by)),
            loss.lost,
            loss.runs,
            period,
            tuple(tuple(rules[place] for place in sorted(places)) for places in loss.together),
            never=next_run(runs) is None,
        )
        for rule, runs, loss in zip(rules, started, losses, strict=True)
        if loss.lost
    )


def _stands_in(other: BackupRule, lost: BackupRule) -> bool:
    """Whether a rule stores its backups in every vault of another rule, for as long."""
    kept = _places(other)
    return all(kept.get(place, 0) >= retention for place, retention in _places(lost).items())


def _places(rule: BackupRule) -> dict[str, Minutes]:
    """The rule's vaults and those of its copies, each with the retention there."""
    vaults = [rule.vault, *([rule.air_gapped.arn] if rule.air_gapped else [])]
    return dict.fromkeys(vaults, rule.retention) | {copy.arn: copy.retention for copy in rule.copies}


@lru_cache(maxsize=16_384)
def _losses(shapes: tuple[RunShape, ...], start: int) -> tuple[Period, tuple[_Loss, ...]]:
    """The losses of shapes, cached: an organization has thousands of plans and a handful of schedules.

    They are counted from a minute on, or from the first lost run where that comes after the period.
    """
    period: Period = "week" if repeat_weekly(shapes) else "year"
    length = _LENGTH[period]
    near = run_outcomes(shapes, start, start + length)
    return period, tuple(
        _loss(fate if first is None or first < start + length else run_outcomes(shapes, first, first + length)[place])
        for place, (fate, first) in enumerate(zip(near, first_lost(shapes, start), strict=True))
    )


def _loss(fate: RunOutcome) -> _Loss:
    by = frozenset(cause.place for causes in fate.lost.values() for cause in causes)
    together = {frozenset(cause.place for cause in causes if cause.run == run) for run, causes in fate.lost.items()}
    return _Loss(by, len(fate.lost), len(fate.lost) + len(fate.taken), frozenset(together))


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
    """What two plans of an account, or a plan and itself, can both select; no types where they share no Region."""
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
    return first.kind == second.kind or any(_selects_all(selection) for selection in (first, second))


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

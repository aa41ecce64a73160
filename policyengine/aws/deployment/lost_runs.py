"""Which rules of a plan lose runs where start windows overlap (facts 1.6), counted over the week or year to come.

AWS does not say which of rules with equal retention runs, so none is reported. Continuous rules are left out where they
take no snapshots: continuous backups are not scheduled (facts 1.1.20). `runs.py` decides which run is lost to which.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from policyengine.aws.deployment.plans import UNKNOWN, BackupRule, Minutes, Plan, RunShape
from policyengine.aws.deployment.run_times import Period, interval, next_run
from policyengine.aws.deployment.runs import (
    RunOutcome,
    first_lost,
    may_overlap,
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

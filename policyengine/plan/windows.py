"""Which rules of a plan lose runs where start windows overlap (facts 1.6), counted over the week or year to come.

Of rules with equal retention AWS does not say which one runs, so nothing is said of them. Continuous rules are left
out: their backups are not scheduled (facts 1.1.20).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from policyengine.plan.known import UNKNOWN
from policyengine.plan.runs import Fate, Period, Shape, fates, may_overlap, repeat_weekly, shapes
from policyengine.plan.values import Plan, Rule

_LENGTH: dict[Period, int] = {"week": 7 * 24 * 60, "year": 365 * 24 * 60}


class Overlap(NamedTuple):
    """A rule of which `lost` of the `runs` in a period are left out, since `by` run there.

    `together` has, for the lost runs, those of `by` that run at the very same minute; an empty tuple for a run that
    none of them does.
    """

    rule: Rule
    by: tuple[Rule, ...]
    lost: int
    runs: int
    period: Period
    together: tuple[tuple[Rule, ...], ...]


class _Loss(NamedTuple):
    """What a shape loses, other shapes by their place."""

    by: frozenset[int]
    lost: int
    runs: int
    together: frozenset[frozenset[int]]


def overlaps(plan: Plan) -> tuple[Overlap, ...]:
    """Every rule of a plan that loses runs to rules with longer retention, from the moment of reading on."""
    rules = [rule for rule in plan.rules if not rule.continuous and rule.interval is not UNKNOWN]
    found = shapes(rules)
    if not may_overlap(found):
        return ()
    start = next(rule.runs.start for rule in rules if rule.runs is not UNKNOWN)
    period, losses = _losses(found, start)
    return tuple(
        Overlap(
            rule,
            tuple(rules[place] for place in sorted(loss.by)),
            loss.lost,
            loss.runs,
            period,
            tuple(tuple(rules[place] for place in sorted(places)) for places in loss.together),
        )
        for rule, loss in zip(rules, losses, strict=True)
        if loss.lost
    )


@lru_cache(maxsize=16_384)
def _losses(shapes: tuple[Shape, ...], start: int) -> tuple[Period, tuple[_Loss, ...]]:
    """The losses of shapes, kept: an organization has thousands of plans and a handful of schedules."""
    period: Period = "week" if repeat_weekly(shapes) else "year"
    return period, tuple(map(_loss, fates(shapes, start, start + _LENGTH[period])))


def _loss(fate: Fate) -> _Loss:
    by = frozenset(cause.place for causes in fate.lost.values() for cause in causes)
    together = {frozenset(cause.place for cause in causes if cause.run == run) for run, causes in fate.lost.items()}
    return _Loss(by, len(fate.lost), len(fate.lost) + len(fate.taken), frozenset(together))

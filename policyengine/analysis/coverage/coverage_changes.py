"""The effect of a change on resources: which lose or gain protection, compared on one inventory.

Only resources of accounts whose plans differ are judged twice: the plans that both sides share are the same objects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal, TypeAlias

from policyengine.analysis.coverage.account_plans import AccountPlans, plans_of
from policyengine.analysis.coverage.coverage_results import CoverageReason, JudgedResource
from policyengine.analysis.coverage.coverage_summary import SAMPLE, InventoryCoverage
from policyengine.aws.resources import NotVisible
from policyengine.base.records import Record

Turn: TypeAlias = Literal["lost", "gained", "undecided"]
TURNS: tuple[Turn, ...] = ("lost", "undecided", "gained")
"""What becomes of a resource: no plan protects it any more, nobody can tell any more, or now one does."""


class ChangedResources(Record):
    """Resources of an account, a Region and a type that change in the same way.

    `plans` are those that protected them before or, of what is gained, protect them now. `reason` is why none does now.
    """

    turn: Turn
    account: str | None
    region: str | None
    type: str | None
    plans: tuple[str, ...]
    reason: CoverageReason | None
    count: int
    sample: tuple[str, ...] = ()


class CoverageChange(Record):
    """The turns of a change, what is lost first, the most resources first; `resources` is how many were looked at.

    `not_visible` is what the lists of the inventory cannot have.
    """

    resources: int
    turns: tuple[ChangedResources, ...]
    not_visible: tuple[NotVisible, ...] = ()

    def number(self, turn: Turn) -> int:
        """The number of the resources."""
        return sum(each.count for each in self.turns if each.turn == turn)


def compare_coverage(before: InventoryCoverage, after: InventoryCoverage) -> CoverageChange:
    """The resources that two coverages of one inventory judge differently."""
    counts: Counter[tuple[object, ...]] = Counter()
    samples: dict[tuple[object, ...], list[str]] = {}
    turns: dict[tuple[object, ...], ChangedResources] = {}
    for turn in _turns(before, after):
        key = (turn.turn, turn.account, turn.region, turn.type, turn.plans, turn.reason)
        counts[key] += 1
        samples.setdefault(key, []).extend(turn.sample)
        turns[key] = turn
    whole = [_whole(turns[key], number, samples[key]) for key, number in counts.items()]
    inventory = before.inventory
    return CoverageChange(len(inventory.resources), tuple(sorted(whole, key=_order)), inventory.not_visible)


def _turns(before: InventoryCoverage, after: InventoryCoverage) -> Iterator[ChangedResources]:
    same: dict[str | None, bool] = {}
    for resource in before.inventory.resources:
        account = resource.account
        if account not in same:
            same[account] = _same(plans_of(account, before.accounts), plans_of(account, after.accounts))
        if not same[account] or resource.parents:
            was, is_now = before.judge.judged(resource), after.judge.judged(resource)
            if (turn := _turn(was, is_now)) is not None:
                yield turn


def _same(before: AccountPlans, after: AccountPlans) -> bool:
    """Whether two accounts have the same plans, with the same opt-in."""
    if before is after:
        return True
    sides = [(side.lacking, [(plan.plan, plan.opt_in) for plan in side.plans], side.local) for side in (before, after)]
    return sides[0] == sides[1]


def _turn(was: JudgedResource, is_now: JudgedResource) -> ChangedResources | None:
    if was.protected is is_now.protected or True not in (was.protected, is_now.protected):
        return None
    place = is_now.account, is_now.region, is_now.type
    if is_now.protected:
        return ChangedResources("gained", *place, is_now.plans, None, 1, (is_now.arn,))
    turn: Turn = "undecided" if is_now.protected is None else "lost"
    return ChangedResources(turn, *place, was.plans, is_now.reason, 1, (is_now.arn,))


def _whole(turn: ChangedResources, number: int, arns: list[str]) -> ChangedResources:
    return ChangedResources(
        turn.turn, turn.account, turn.region, turn.type, turn.plans, turn.reason, number, tuple(sorted(arns)[:SAMPLE])
    )


def _order(turn: ChangedResources) -> tuple[int, int, tuple[str, ...]]:
    return TURNS.index(turn.turn), -turn.count, turn.sample

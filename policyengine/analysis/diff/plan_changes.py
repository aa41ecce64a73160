"""The changes between the plans of an account."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.diff.causes import settings
from policyengine.analysis.diff.changes import Change, ChangeClass
from policyengine.analysis.diff.orderings import PLAN
from policyengine.analysis.diff.organization_changes import same_facts
from policyengine.analysis.diff.pairs import Pair, Sides, matched
from policyengine.analysis.diff.rule_changes import rule_changes
from policyengine.analysis.diff.selection_changes import selection_changes
from policyengine.analysis.diff.setting_changes import ElementSide, ordered_changes, plain_changes
from policyengine.aws.deployment import DeployedPlan, Plan
from policyengine.aws.settings import REGIONS, RULE_BLOCK, SELECTIONS
from policyengine.base.text import quoted

_LOOKED_AT = (REGIONS.place, RULE_BLOCK.place, SELECTIONS)


class PlanChanges:
    """The changes between the plans of accounts, computed once for every pair of plans that accounts share."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._switch = _switch(sides)
        self._computed: dict[tuple[DeployedPlan, DeployedPlan], tuple[Change, ...]] = {}

    def between(self, base: tuple[DeployedPlan, ...], head: tuple[DeployedPlan, ...]) -> Iterator[Change]:
        """The changes between all plans of an account; renamed ones are recognised where all else is equal."""
        pairs = matched(
            _by_name(base), _by_name(head), lambda plan: tuple(sorted(settings(plan.plan.document).items()))
        )
        for plan in pairs.lost:
            lost, effect = Pair(self._sides, plan, None), f"is gone{self._switch}"
            yield lost.change(ChangeClass.LOST, plan.plan.path, effect, before=plan.plan.name, written=not self._switch)
        for plan in pairs.added:
            added, effect = Pair(self._sides, None, plan), f"is new{self._switch}"
            yield added.change(
                ChangeClass.ADDED, plan.plan.path, effect, after=plan.plan.name, written=not self._switch
            )
        for before, after in pairs.renamed:
            yield _renamed(Pair(self._sides, before, after), before.plan, after.plan)
        for pair in (*pairs.kept, *pairs.renamed):
            if pair not in self._computed:
                self._computed[pair] = tuple(self._of_pair(*pair))
            yield from self._computed[pair]

    def _of_pair(self, before: DeployedPlan, after: DeployedPlan) -> Iterator[Change]:
        if before is after and self._sides.base is self._sides.head:
            return
        if not (same_facts(self._sides, before, after) and before.plan.document == after.plan.document):
            yield from _changes(Pair(self._sides, before, after), before, after)


def _switch(sides: Sides) -> str:
    """What switches every plan off or on at once; empty where that is as it was."""
    before, after = (side.backup_policies_enabled for side in (sides.base, sides.head))
    if before == after:
        return ""
    return f": backup policies are {'enabled' if after else 'not enabled'} for the organization"


def _by_name(plans: tuple[DeployedPlan, ...]) -> dict[str, DeployedPlan]:
    return {plan.plan.name: plan for plan in plans}


def _renamed(pair: Pair, base: Plan, head: Plan) -> Change:
    effect = f"was called {quoted(base.name)}"
    return pair.change(ChangeClass.CHANGED, head.path, effect, before=base.name, after=head.name, was_at=base.path)


def _changes(pair: Pair, base: DeployedPlan, head: DeployedPlan) -> Iterator[Change]:
    """The changes inside a plan."""
    yield from _regions(pair, base.plan, head.plan)
    yield from rule_changes(pair, base, head)
    yield from selection_changes(pair, base, head)
    before, after = map(_alone, (base.plan, head.plan))
    yield from ordered_changes(pair, "", before, after, PLAN)
    yield from plain_changes(pair, "", before, after, tuple(ordering.place for ordering in PLAN))


def _alone(plan: Plan) -> ElementSide:
    """A plan without its Regions, rules and selections."""
    own = {key: child for key, child in plan.document.items() if key not in _LOOKED_AT}
    return ElementSide(plan, plan.path, settings(own))


def _regions(pair: Pair, base: Plan, head: Plan) -> Iterator[Change]:
    """Each Region by itself, so that it is the same change whatever other Regions an account has."""
    path, was_at = f"{head.path}/{REGIONS.place}", f"{base.path}/{REGIONS.place}"
    for region in dict.fromkeys(base.regions):
        if region not in head.regions:
            effect = f"no longer runs in {region}"
            yield pair.change(ChangeClass.LOST, path, effect, before=region, region=region, was_at=was_at)
    for region in dict.fromkeys(head.regions):
        if region not in base.regions:
            effect = f"now runs in {region}"
            yield pair.change(ChangeClass.ADDED, path, effect, after=region, region=region, was_at=was_at)

"""What two deployments have in common, as the same objects, so that what is found out about them is found out once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from policyengine.effective import Node
from policyengine.plan.deployed import DeployedPlan, Deployment, View
from policyengine.plan.values import Plan


class Reuse:
    """The plans and views of a previous deployment, handed out again for those that are the same."""

    def __init__(self, previous: Deployment | None) -> None:
        views = (*previous.candidates, *previous.published) if previous else ()
        plans = dict.fromkeys(plan for view in views for plan in view.plans)
        self._views = {_of_view(view): view for view in views}
        self._plans = {deployed.plan.node: deployed.plan for deployed in plans}
        self._read = {(plan.name, id(plan.document)): plan for plan in self._plans.values()}
        self._deployed = {_of_deployed(plan): plan for plan in plans}

    @property
    def plans(self) -> Iterable[Plan]:
        """The plans that were read."""
        return self._plans.values()

    def plan(self, name: str, node: Node) -> Plan | None:
        """The previous plan of a state of the merge, or one of the same document: then with the new state."""
        known = self._plans.get(node)
        same = None if known else self._read.get((name, id(node.document)))
        return replace(same, node=node, origins={}) if same else known

    def deployed(self, plan: DeployedPlan) -> DeployedPlan:
        """The previous plan among the same surroundings, those of the accounts that it copies to included."""
        return self._deployed.get(_of_deployed(plan), plan) if self._deployed else plan

    def view(self, view: View) -> View:
        """The previous view with the same accounts and plans."""
        return self._views.get(_of_view(view), view) if self._views else view


def _of_deployed(plan: DeployedPlan) -> Hashable:
    return plan.plan, plan.surroundings, plan.placement.number, plan.abroad


def _of_view(view: View) -> Hashable:
    return view.plans, view.accounts, view.resolved, view.withheld

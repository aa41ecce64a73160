"""The plans of accounts where they run, and the views of accounts that have the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from policyengine.effective import Resolved
from policyengine.organization.tree import Entity
from policyengine.plan.inventory import Inventory
from policyengine.plan.placement import DeployedRule, PlacedRule, Placement
from policyengine.plan.values import Plan
from policyengine.plan.vaults import Surroundings
from policyengine.value import thing, value


class DeployedPlan:
    """A plan among the surroundings of accounts."""

    def __init__(self, plan: Plan, placement: Placement) -> None:
        self.plan = plan
        self.placement = placement

    @property
    def surroundings(self) -> Surroundings:
        """What there is in the accounts that have it."""
        return self.placement.surroundings

    @property
    def abroad(self) -> tuple[Surroundings, ...]:
        """The surroundings of the accounts that the plan's copies name, in the order of their ids."""
        return tuple(self.placement.inventory.of_id(number) for number in sorted(accounts_named(self.plan)))

    @cached_property
    def placed(self) -> tuple[PlacedRule, ...]:
        """Every rule where it runs: the same objects in all plans that have the same rule in the same place."""
        return tuple(map(self.placement.place, self.plan.rules))

    @cached_property
    def rules(self) -> tuple[DeployedRule, ...]:
        """Every rule in every Region, in the order of rules, then Regions."""
        return tuple(rule for placed in self.placed for rule in placed.in_regions)

    @cached_property
    def in_regions(self) -> Mapping[str, tuple[DeployedRule, ...]]:
        """The Regions of each rule, by the rule's name."""
        return {placed.rule.name: placed.in_regions for placed in self.placed}


@thing
class View:
    """What some accounts have: the same plans among the same surroundings.

    `resolved` is None where nothing is attached; `withheld` where AWS keeps a document that nobody knows, so that
    `plans` says nothing.
    """

    plans: tuple[DeployedPlan, ...]
    accounts: tuple[Entity, ...]
    resolved: Resolved | None
    withheld: bool = False


@value
class Deployment:
    """The views of all accounts, each account in one of them.

    `candidates` follow the merged documents, whether AWS would publish them or not; `published` what AWS would serve.
    """

    candidates: tuple[View, ...]
    published: tuple[View, ...]
    inventory: Inventory


def accounts_named(plan: Plan) -> frozenset[str]:
    """The accounts that a plan copies to, as its ARNs have them: ids and AWS's placeholder."""
    copies = [copy for rule in plan.rules for copy in rule.copies]
    return frozenset(copy.target.account for copy in copies if copy.target)

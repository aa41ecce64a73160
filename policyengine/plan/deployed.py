"""The plans of accounts where they run: rules per Region, with the vaults that they meet there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from policyengine.effective import Resolved
from policyengine.organization.tree import Entity
from policyengine.plan.destinations import Destination, destinations
from policyengine.plan.inventory import Inventory
from policyengine.plan.known import UNKNOWN, Known
from policyengine.plan.values import Copy, Plan, Rule, Target
from policyengine.plan.vaults import OWN, Surroundings, Vault
from policyengine.value import thing, value


@thing
class DeployedCopy:
    """A copy action of a rule in a Region. `account` is `OWN` or an id; `vault` is None where the ARN is none."""

    copy: Copy
    vault: Vault | None
    region: str
    account: str
    cross_region: Known[bool]
    cross_account: Known[bool]


@thing
class DeployedRule:
    """A rule in one of its plan's Regions. `air_gapped` is None where the rule names no air-gapped vault."""

    rule: Rule
    plan: Plan
    region: str
    vault: Vault
    air_gapped: Vault | None
    copies: tuple[DeployedCopy, ...]


class DeployedPlan:
    """A plan among the surroundings of accounts.

    `number` is the account's id where the plan's copies name it, else "": the same for all accounts that share this.
    """

    def __init__(self, plan: Plan, surroundings: Surroundings, inventory: Inventory, number: str) -> None:
        self.plan = plan
        self.surroundings = surroundings
        self._inventory = inventory
        self.number = number

    @property
    def abroad(self) -> tuple[Surroundings, ...]:
        """The surroundings of the accounts that the plan's copies name, in the order of their ids."""
        return tuple(self._inventory.of_id(number) for number in sorted(accounts_named(self.plan)))

    @cached_property
    def rules(self) -> tuple[DeployedRule, ...]:
        """Every rule in every Region, in the order of rules, then Regions."""
        regions = dict.fromkeys(self.plan.regions)
        return tuple(self.in_region(rule, region) for rule in self.plan.rules for region in regions)

    @cached_property
    def in_regions(self) -> Mapping[str, tuple[DeployedRule, ...]]:
        """The Regions of each rule, by the rule's name."""
        return {rule.name: tuple(found for found in self.rules if found.rule is rule) for rule in self.plan.rules}

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        """Every vault that the plan stores into or copies to, each setting and Region once."""
        return destinations(self)

    def in_region(self, rule: Rule, region: str) -> DeployedRule:
        """A rule of the plan in a Region, be it one of the plan's or not."""
        vault = self.surroundings.vault(rule.vault, region)
        air_gapped = self.surroundings.vault(rule.air_gapped.name, region) if rule.air_gapped else None
        copies = tuple(self._copy(copy, region) for copy in rule.copies)
        return DeployedRule(rule, self.plan, region, vault, air_gapped, copies)

    def _copy(self, copy: Copy, region: str) -> DeployedCopy:
        target = copy.target
        if target is None:
            return DeployedCopy(copy, None, "", "", UNKNOWN, UNKNOWN)
        own = target.account.lower() == OWN or target.account == self.number
        account = OWN if target.account.lower() == OWN else target.account
        vault = self._vault(target, account, own=own)
        return DeployedCopy(copy, vault, target.region, account, target.region != region, not own)

    def _vault(self, target: Target, account: str, *, own: bool) -> Vault:
        surroundings = self.surroundings if own else self._inventory.of_id(target.account)
        return surroundings.vault(target.name, target.region, account)


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

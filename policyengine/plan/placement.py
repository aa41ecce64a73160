"""Rules where they run: in the Regions of their plan, for what its selections reach, among the vaults of an account.

Share, then judge: plans that differ in one rule have the others in common. A rule in the same place is one object in
all of them, so that what is found out about it is found out once.
"""

from __future__ import annotations

from functools import cached_property

from policyengine.plan.destinations import Destination, destinations
from policyengine.plan.inventory import Inventory
from policyengine.plan.known import UNKNOWN, Known
from policyengine.plan.values import Copy, Reach, Rule, Target
from policyengine.plan.vaults import OWN, Surroundings, Vault
from policyengine.value import thing


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
    """A rule in one of its plan's Regions.

    `types` are the resource types that it reaches there, `continuous` whether it makes continuous backups of one of
    them. `air_gapped` is the vault that it names as its air-gapped one, None where it names none, and
    `air_gapped_vault` that vault as an air-gapped one: not there if it is of another type.
    """

    rule: Rule
    reach: Reach
    region: str
    types: tuple[str, ...]
    continuous: bool
    vault: Vault
    air_gapped: Vault | None
    air_gapped_vault: Vault | None
    copies: tuple[DeployedCopy, ...]


class PlacedRule:
    """A rule in all Regions of its plan."""

    def __init__(self, rule: Rule, placement: Placement) -> None:
        self.rule = rule
        self.placement = placement

    @cached_property
    def in_regions(self) -> tuple[DeployedRule, ...]:
        """The rule in each Region."""
        return tuple(self.placement.in_region(self.rule, region) for region in self.placement.regions)

    @cached_property
    def copies(self) -> tuple[DeployedCopy, ...]:
        """Its copies from each Region."""
        return tuple(copy for deployed in self.in_regions for copy in deployed.copies)

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        """Every vault that it stores into or copies to, each setting and Region of the vault once."""
        return destinations(self.in_regions)


class Placement:
    """Where rules of plans run, and for which resources; `regions` has each Region once.

    `number` is the account's id where the plan's copies name it, else "": the same for all accounts that share this.
    """

    def __init__(
        self,
        regions: tuple[str, ...],
        reach: Reach,
        surroundings: Surroundings,
        number: str,
        inventory: Inventory,
    ) -> None:
        self.regions = regions
        self.reach = reach
        self.surroundings = surroundings
        self.number = number
        self.inventory = inventory
        self._rules: dict[Rule, PlacedRule] = {}
        self._types: dict[str, tuple[str, ...]] = {}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The resource types that are reached in each of the Regions."""
        return self.surroundings.opt_in.reached_by(self.reach.selections, self.regions)

    def types_in(self, region: str) -> tuple[str, ...]:
        """The resource types that are reached in a Region, given the opt-in of the management account."""
        if region not in self._types:
            self._types[region] = self.surroundings.opt_in.reached(self.reach, region)
        return self._types[region]

    def place(self, rule: Rule) -> PlacedRule:
        """A rule here, the same for every plan that has it."""
        if rule not in self._rules:
            self._rules[rule] = PlacedRule(rule, self)
        return self._rules[rule]

    def in_region(self, rule: Rule, region: str) -> DeployedRule:
        """A rule in a Region, be it one of these or not."""
        around, named, types = self.surroundings, rule.air_gapped, self.types_in(region)
        return DeployedRule(
            rule=rule,
            reach=self.reach,
            region=region,
            types=types,
            continuous=rule.continuous and around.opt_in.has_continuous(types, region),
            vault=around.vault(rule.vault, region),
            air_gapped=around.vault(named.name, region) if named else None,
            air_gapped_vault=around.air_gapped_vault(named.name, region) if named else None,
            copies=tuple([self._copy(copy, region) for copy in rule.copies]),
        )

    def _copy(self, copy: Copy, region: str) -> DeployedCopy:
        target = copy.target
        if target is None:
            return DeployedCopy(copy, None, "", "", UNKNOWN, UNKNOWN)
        own = target.account.lower() == OWN or target.account == self.number
        account = OWN if target.account.lower() == OWN else target.account
        vault = self._vault(target, account, own=own)
        return DeployedCopy(copy, vault, target.region, account, target.region != region, not own)

    def _vault(self, target: Target, account: str, *, own: bool) -> Vault:
        surroundings = self.surroundings if own else self.inventory.of_id(target.account)
        return surroundings.vault(target.name, target.region, account)

"""Rules where they run: in the Regions of their plan, for what its selections reach, among the vaults of an account.

Plans that differ in a rule share the others: a rule in the same placement is the same object in all of them, so that
results for it are computed once. A `Destination` is a vault that a rule stores into or copies to, with the setting that
names it; a `View` has the accounts with equal plans in equal environments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from policyengine.aws.arns import VaultArn
from policyengine.aws.deployment.account_environment import OWN, AccountEnvironment, DeployedVault
from policyengine.aws.deployment.environments_by_account import EnvironmentsByAccount
from policyengine.aws.deployment.plans import (
    FOREVER,
    UNKNOWN,
    BackupRule,
    Copy,
    Minutes,
    OrUnknown,
    Plan,
    Reach,
)
from policyengine.aws.facts import regions as known_regions
from policyengine.aws.merge import Resolved
from policyengine.aws.organization import Entity
from policyengine.aws.settings import AIR_GAPPED_VAULT, COPY_RETAIN, COPY_TARGET, RETAIN, VAULT
from policyengine.base.records import Record
from policyengine.base.text import quoted

Setting = Literal["vault", "air_gapped", "copy"]


class Destination(NamedTuple):
    """A vault, and what brings backups there: the rule's vault, its air-gapped vault, or a copy."""

    rule: BackupRule
    copy: Copy | None
    setting: Setting
    vault: DeployedVault
    crosses: bool
    """Whether it is in another account than the plan."""

    @property
    def path(self) -> str:
        """The effective path of the setting that names the vault."""
        if self.copy:
            return f"{self.copy.path}/{COPY_TARGET.place}"
        row = VAULT if self.setting == "vault" else AIR_GAPPED_VAULT
        return f"{self.rule.path}/{row.place}"

    @property
    def retention(self) -> Minutes:
        """The retention of the backups there, in minutes; a copy without one has the rule's (facts 4.3)."""
        return self.copy.retention if self.copy else self.rule.retention

    @property
    def retention_paths(self) -> tuple[str, ...]:
        """The effective paths of the settings that keep backups there that long, that to change first at the head."""
        if self.retention == FOREVER:
            return (self.path,)
        if self.copy and self.copy.inherits_retention:
            return (self.path, f"{self.rule.path}/{RETAIN.place}")
        kept = f"{self.copy.path}/{COPY_RETAIN.place}" if self.copy else f"{self.rule.path}/{RETAIN.place}"
        return (kept, self.path)

    @property
    def air_gapped(self) -> bool:
        """Whether backups go into an air-gapped vault, by the setting or by the type of the vault."""
        return self.setting == "air_gapped" or self.vault.type == "air_gapped"

    @property
    def name(self) -> str:
        """The vault in words: "vault `Main` in eu-west-1"."""
        return f"vault {quoted(self.vault.name)} in {self.where}"

    @property
    def where(self) -> str:
        """The place of the vault in words: "eu-west-1", "eu-west-1 of account 999999999999"."""
        account = self.vault.account
        return self.vault.region if account == OWN else f"{self.vault.region} of account {account}"


def destinations(in_regions: Iterable[DeployedRule]) -> tuple[Destination, ...]:
    """Every destination of a rule in its Regions, each setting and Region once; vaults without a name are left out."""
    distinct = {(place.path, place.vault.region): place for deployed in in_regions for place in _of_rule(deployed)}
    return tuple(distinct.values())


def _of_rule(deployed: DeployedRule) -> Iterator[Destination]:
    rule = deployed.rule
    if rule.vault:
        yield Destination(rule, None, "vault", deployed.vault, crosses=False)
    if deployed.air_gapped:
        yield Destination(rule, None, "air_gapped", deployed.air_gapped, crosses=False)
    for copied in (*deployed.copies, *deployed.stranded_copies):
        if copied.vault:
            yield Destination(rule, copied.copy, "copy", copied.vault, crosses=copied.cross_account is True)


class DeployedCopy(Record, eq=False):
    """A copy action of a rule in a Region. `account` is `OWN` or an id; `vault` is None where the text is no ARN."""

    copy: Copy
    vault: DeployedVault | None
    region: str
    account: str
    cross_region: OrUnknown[bool]
    cross_account: OrUnknown[bool]


class DeployedRule(Record, eq=False):
    """A rule in a Region of its plan.

    `types` are the resource types that it can reach there, `sure_types` those of which nobody doubts it, and
    `continuous` whether it takes continuous backups of any of them. `air_gapped` is the vault of the name of its
    air-gapped vault, None where it has none, and `air_gapped_vault` the same, absent if it is of another type, None if
    the ARN is of another partition.
    `copies` are those that AWS makes as far as it is up to Regions, `stranded_copies` the others: no backup leaves its
    partition. `unsure_copies` are those of which nobody can tell whether there are any.
    """

    rule: BackupRule
    reach: Reach
    region: str
    types: tuple[str, ...]
    sure_types: tuple[str, ...]
    continuous: OrUnknown[bool]
    vault: DeployedVault
    air_gapped: DeployedVault | None
    air_gapped_vault: DeployedVault | None
    copies: tuple[DeployedCopy, ...]
    stranded_copies: tuple[DeployedCopy, ...] = ()
    unsure_copies: tuple[DeployedCopy, ...] = ()

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Every vault that it stores into or copies to from its Region; vaults without a name are left out."""
        return destinations((self,))


class PlacedRule:
    """A rule in all Regions of its plan."""

    def __init__(self, rule: BackupRule, placement: Placement) -> None:
        self.rule = rule
        self.placement = placement

    @cached_property
    def in_regions(self) -> tuple[DeployedRule, ...]:
        """The rule in each Region."""
        return tuple(self.placement.in_region(self.rule, region) for region in self.placement.regions)

    @cached_property
    def copies(self) -> tuple[DeployedCopy, ...]:
        """Its copies from each Region, the stranded ones included."""
        return tuple(copy for deployed in self.in_regions for copy in (*deployed.copies, *deployed.stranded_copies))

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        """Every vault that it stores into or copies to, each setting and Region of the vault once."""
        return destinations(self.in_regions)


class _Types(NamedTuple):
    """Resource types that may be reached in a Region, and those that surely are."""

    types: tuple[str, ...]
    sure_types: tuple[str, ...]


class Placement:
    """Where rules of plans run, and for which resources; `regions` has each Region once.

    `account_id` is the account's id where the plan's copies name it, else "", so that accounts share placements.
    """

    def __init__(
        self,
        regions: tuple[str, ...],
        reach: Reach,
        environment: AccountEnvironment,
        account_id: str,
        environments: EnvironmentsByAccount,
    ) -> None:
        self.regions = regions
        self.reach = reach
        self.environment = environment
        self.account_id = account_id
        self.environments = environments
        self._rules: dict[BackupRule, PlacedRule] = {}
        self._types: dict[str, _Types] = {}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The resource types that can be reached in each of the Regions."""
        return self.environment.opt_in.reached_by(self.reach.selections, self.regions)

    @cached_property
    def sure_types(self) -> tuple[str, ...]:
        """The resource types that surely are reached in each of the Regions."""
        if not self.reach.doubtful:
            return self.types
        return self.environment.opt_in.surely_reached_by(self.reach.selections, self.regions)

    def types_in(self, region: str) -> tuple[str, ...]:
        """The resource types that can be reached in a Region, given the opt-in of the management account."""
        return self._types_in(region).types

    def _types_in(self, region: str) -> _Types:
        if region not in self._types:
            opt_in, where = self.environment.opt_in, (region,)
            types = opt_in.reached_by(self.reach.selections, where)
            sure = opt_in.surely_reached_by(self.reach.selections, where) if self.reach.doubtful else types
            self._types[region] = _Types(types, sure)
        return self._types[region]

    def place(self, rule: BackupRule) -> PlacedRule:
        """A rule here, the same for every plan that has it."""
        if rule not in self._rules:
            self._rules[rule] = PlacedRule(rule, self)
        return self._rules[rule]

    def in_region(self, rule: BackupRule, region: str) -> DeployedRule:
        """A rule in a Region, of the placement or not."""
        environment, named, reached = self.environment, rule.air_gapped, self._types_in(region)
        partition = known_regions().get(region)
        stranded = [copy for copy in rule.copies if leaves_partition(copy.target, partition)]
        ours = None if leaves_partition(named, partition) else named
        return DeployedRule(
            rule=rule,
            reach=self.reach,
            region=region,
            types=reached.types,
            sure_types=reached.sure_types,
            continuous=rule.continuous and self._has_continuous(reached, region),
            vault=environment.vault(rule.vault, region),
            air_gapped=environment.vault(named.name, region) if named else None,
            air_gapped_vault=environment.air_gapped_vault(ours.name, region) if ours else None,
            copies=tuple([self._copy(copy, region) for copy in rule.copies if copy not in stranded]),
            stranded_copies=tuple([self._copy(copy, region) for copy in stranded]),
        )

    def _has_continuous(self, reached: _Types, region: str) -> OrUnknown[bool]:
        """Whether any of the types has continuous backup; unknown where only one has that may not be reached."""
        has_continuous = self.environment.opt_in.has_continuous
        if has_continuous(reached.sure_types, region):
            return True
        return UNKNOWN if has_continuous(reached.types, region) else False

    def _copy(self, copy: Copy, region: str) -> DeployedCopy:
        target = copy.target
        if target is None:
            return DeployedCopy(copy, None, "", "", UNKNOWN, UNKNOWN)
        own = target.account.lower() == OWN or target.account == self.account_id
        account = OWN if target.account.lower() == OWN else target.account
        vault = self._vault(target, account, own=own)
        return DeployedCopy(copy, vault, target.region, account, target.region != region, not own)

    def _vault(self, target: VaultArn, account: str, *, own: bool) -> DeployedVault:
        environment = self.environment if own else self.environments.of_id(target.account)
        return environment.vault(target.name, target.region, account)


class DeployedPlan:
    """A plan in the environment of accounts."""

    def __init__(self, plan: Plan, placement: Placement) -> None:
        self.plan = plan
        self.placement = placement

    @property
    def environment(self) -> AccountEnvironment:
        """The vaults and roles of the accounts that have it."""
        return self.placement.environment

    @property
    def target_environments(self) -> tuple[AccountEnvironment, ...]:
        """The environments of the accounts that the plan's copies name, in the order of their ids."""
        return tuple(self.placement.environments.of_id(account) for account in sorted(accounts_named(self.plan)))

    @cached_property
    def placed(self) -> tuple[PlacedRule, ...]:
        """Every rule where it runs: the same objects in all plans with the same rule in the same placement."""
        return tuple(map(self.placement.place, self.plan.rules))

    @cached_property
    def rules(self) -> tuple[DeployedRule, ...]:
        """Every rule in every Region, in the order of rules, then Regions."""
        return tuple(rule for placed in self.placed for rule in placed.in_regions)

    @cached_property
    def in_regions(self) -> Mapping[str, tuple[DeployedRule, ...]]:
        """The Regions of each rule, by the rule's name."""
        return {placed.rule.name: placed.in_regions for placed in self.placed}


class View(Record, eq=False):
    """Accounts with equal plans in equal environments.

    `resolved` is None where no policy is attached. `withheld`: AWS keeps an earlier document that is unknown, so that
    `plans` is empty.
    """

    plans: tuple[DeployedPlan, ...]
    accounts: tuple[Entity, ...]
    resolved: Resolved | None
    withheld: bool = False


class Deployment(Record):
    """The views of all accounts, each account in exactly one of `candidates` and one of `published`.

    `candidates` are of the merged documents, even if AWS would not publish them; `published` of those AWS would serve.
    """

    candidates: tuple[View, ...]
    published: tuple[View, ...]
    environments: EnvironmentsByAccount


def leaves_partition(target: VaultArn | None, partition: str | None) -> bool:
    """Whether a copy out of a partition, None for one that nobody knows, surely leads nowhere (facts 2.4).

    Backups are copied within a partition alone, and an ARN of one partition names no vault in a Region of another.
    """
    if target is None:
        return False
    of_region = known_regions().get(target.region.lower())
    return len({partition, of_region, target.partition.lower()} - {None}) > 1


def accounts_named(plan: Plan) -> frozenset[str]:
    """The accounts that a plan copies to, as its ARNs have them: ids and AWS's placeholder."""
    copies = [copy for rule in plan.rules for copy in rule.copies]
    return frozenset(copy.target.account for copy in copies if copy.target)

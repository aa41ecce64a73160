"""The rules that store into a vault or copy to it, and how long the vault may be silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from policyengine.aws.deployment import FOREVER, OWN, UNKNOWN, DeployedRule, DeployedVault, Deployment, Minutes
from policyengine.aws.facts import DEFAULT_VAULT
from policyengine.base.records import Record


class Duty(NamedTuple):
    """The duty of a vault by a rule: by a copy or not, at least how often, and the types that it reaches.

    `gap` is the longest time in minutes between two runs, `FOREVER` where the schedule ends or cannot be read.
    """

    copied: bool
    gap: Minutes
    start_within: Minutes
    complete_within: Minutes
    types: tuple[str, ...]


class VaultDuties(Record):
    """A vault of an account and a Region with the distinct duties of all rules, those that store first."""

    name: str
    duties: tuple[Duty, ...]

    @property
    def stores(self) -> tuple[Duty, ...]:
        """The duties of rules that store into it."""
        return tuple(duty for duty in self.duties if not duty.copied)

    @property
    def copies(self) -> tuple[Duty, ...]:
        """The duties of rules that copy to it."""
        return tuple(duty for duty in self.duties if duty.copied)


class AccountsWithVaults(Record):
    """Accounts in which the vaults of a Region have the same duties.

    `absent` has the accounts that lack a vault, by its name, as far as the snapshot says so.
    """

    region: str
    accounts: tuple[str, ...]
    vaults: tuple[VaultDuties, ...]
    absent: Mapping[str, tuple[str, ...]]


class _Site(NamedTuple):
    """A vault of an account; `account` is `OWN` while the account of the plan is open."""

    account: str
    region: str
    vault: str
    absent: bool


def accounts_with_vaults(deployment: Deployment) -> tuple[AccountsWithVaults, ...]:
    """The vaults of every Region, by accounts with the same, by Region and first account."""
    duties: dict[str, dict[tuple[str, str], set[Duty]]] = {}
    absent: set[tuple[str, str, str]] = set()
    for view in deployment.published:
        own = [(site, duty) for plan in view.plans for rule in plan.rules for site, duty in _of_rule(rule)]
        for account in view.accounts:
            for site, duty in own:
                number = account.id or "" if site.account == OWN else site.account
                duties.setdefault(number, {}).setdefault((site.region, site.vault), set()).add(duty)
                if site.absent:
                    absent.add((number, site.region, site.vault))
    groups: dict[tuple[str, tuple[VaultDuties, ...]], list[str]] = {}
    for number, vaults in sorted(duties.items()):
        for region in sorted({region for region, _ in vaults}):
            here = sorted((name, tuple(sorted(of))) for (where, name), of in vaults.items() if where == region)
            key = (region, tuple(VaultDuties(name, listed) for name, listed in here))
            groups.setdefault(key, []).append(number)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], group[1]))
    return tuple(
        AccountsWithVaults(region, tuple(numbers), vaults, _absent(region, numbers, vaults, absent))
        for (region, vaults), numbers in ordered
    )


def _absent(
    region: str, numbers: Iterable[str], vaults: Iterable[VaultDuties], absent: AbstractSet[tuple[str, str, str]]
) -> dict[str, tuple[str, ...]]:
    lacking = {vault.name: tuple(n for n in numbers if (n, region, vault.name) in absent) for vault in vaults}
    return {name: accounts for name, accounts in lacking.items() if accounts}


def unknown_accounts(deployment: Deployment) -> tuple[str, ...]:
    """The accounts whose plans nobody knows: AWS keeps an earlier document that the snapshot does not have."""
    return tuple(account.id or "" for view in deployment.published if view.withheld for account in view.accounts)


def _of_rule(rule: DeployedRule) -> Iterator[tuple[_Site, Duty]]:
    """The duties of the vaults that a rule names, each with its place."""
    interval = rule.rule.interval
    gap = FOREVER if interval is UNKNOWN else interval
    for copied, vaults in ((False, _stored(rule)), (True, _copied(rule))):
        duty = Duty(copied, gap, rule.rule.start_within, rule.rule.complete_within, rule.types)
        for site in vaults:
            yield site, duty


def _stored(rule: DeployedRule) -> Iterable[_Site]:
    """The ordinary vault alone: backups for an air-gapped one stand there for a time, too (facts 4.4.11, 4.4.17)."""
    return [_Site(OWN, rule.region, rule.vault.name, _is_absent(rule.vault))] if rule.vault.name else []


def _copied(rule: DeployedRule) -> Iterator[_Site]:
    for copy in rule.copies:
        if copy.vault:
            yield _Site(copy.account, copy.vault.region, copy.vault.name, _is_absent(copy.vault))


def _is_absent(vault: DeployedVault) -> bool:
    """Whether the snapshot says that there is no such vault; AWS creates the default vault itself."""
    return vault.exists is False and vault.name != DEFAULT_VAULT

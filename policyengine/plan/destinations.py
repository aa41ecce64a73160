"""The vaults that a rule stores into and copies to, each with the setting that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from policyengine.plan.known import FOREVER, Minutes
from policyengine.plan.values import Copy, Rule
from policyengine.plan.vaults import OWN, Vault
from policyengine.wording import quoted

if TYPE_CHECKING:
    from policyengine.plan.placement import DeployedRule

Setting = Literal["vault", "air_gapped", "copy"]


class Destination(NamedTuple):
    """A vault, and what brings backups there: the rule's vault, its air-gapped vault, or a copy."""

    rule: Rule
    copy: Copy | None
    setting: Setting
    vault: Vault
    crosses: bool
    """Whether it lies in another account than the one that runs the plan."""

    @property
    def path(self) -> str:
        """The effective path of the setting that names the vault."""
        if self.copy:
            return f"{self.copy.path}/target_backup_vault_arn"
        key = "target_backup_vault_name" if self.setting == "vault" else "target_logically_air_gapped_backup_vault_arn"
        return f"{self.rule.path}/{key}"

    @property
    def retention(self) -> Minutes:
        """How long backups are kept there; a copy without a retention has the rule's (facts 4.3)."""
        return self.copy.retention if self.copy else self.rule.retention

    @property
    def retention_paths(self) -> tuple[str, ...]:
        """The effective paths of the settings that keep backups there that long, the one to change first."""
        if self.retention == FOREVER:
            return (self.path,)
        if self.copy and self.copy.inherits_retention:
            return (self.path, f"{self.rule.path}/lifecycle/delete_after_days")
        return (f"{(self.copy or self.rule).path}/lifecycle/delete_after_days", self.path)

    @property
    def air_gapped(self) -> bool:
        """Whether backups go into an air-gapped vault, by the setting or by what is known of the vault."""
        return self.setting == "air_gapped" or self.vault.type == "air_gapped"

    @property
    def name(self) -> str:
        """The vault in words: "vault `Main` in eu-west-1"."""
        return f"vault {quoted(self.vault.name)} in {self.where}"

    @property
    def where(self) -> str:
        """Where the vault is, in words: "eu-west-1", "eu-west-1 of account 999999999999"."""
        account = self.vault.account
        return self.vault.region if account == OWN else f"{self.vault.region} of account {account}"


def destinations(in_regions: Iterable[DeployedRule]) -> tuple[Destination, ...]:
    """Every destination of a rule in its Regions, each setting and Region once; vaults without a name are left out."""
    found = {(place.path, place.vault.region): place for deployed in in_regions for place in _of_rule(deployed)}
    return tuple(found.values())


def _of_rule(deployed: DeployedRule) -> Iterator[Destination]:
    rule = deployed.rule
    if rule.vault:
        yield Destination(rule, None, "vault", deployed.vault, crosses=False)
    if deployed.air_gapped:
        yield Destination(rule, None, "air_gapped", deployed.air_gapped, crosses=False)
    for copied in deployed.copies:
        if copied.vault:
            yield Destination(rule, copied.copy, "copy", copied.vault, crosses=copied.cross_account is True)

"""Where the backups of a workload form chains, and which rules keep points in each.

Backups of fully managed types form a chain in a vault, others in a Region (facts 4.4.21); copies form chains of their
own where they go, since the first one is full (facts 4.4.20).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from policyengine.analysis.cost.price_table import CostItem
from policyengine.analysis.cost.retained_points import Chain, Keeping
from policyengine.analysis.cost.stored_versions import ChainForm
from policyengine.analysis.cost.workloads import Workload
from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    OWN,
    UNKNOWN,
    BackupRule,
    Copy,
    DeployedCopy,
    DeployedPlan,
    DeployedRule,
    Minutes,
    shapes,
)
from policyengine.aws.facts import Features, limits, resource_features
from policyengine.base.text import quoted

_CONTINUOUS_MOST = limits()["continuous_most_days"] * DAY
_RETENTION_MOST = limits()["retention_most_days"] * DAY  # AWS Backup takes no more, whatever a policy says


class ChainPlace(NamedTuple):
    """Where a chain lies: `account` is `OWN` or an id, `vault` empty where all vaults of the Region share it.

    `item` is what its warm data costs. `source` is the Region that copies come from, empty where none leaves a Region.
    """

    account: str
    region: str
    vault: str
    item: CostItem
    copied: bool
    source: str


class KeepingRule(NamedTuple):
    """A rule, or one of its copies, that keeps points in a chain."""

    plan: DeployedPlan
    rule: BackupRule
    copy: Copy | None
    keeping: Keeping


class PlacedChain(NamedTuple):
    """A chain where it lies, how it is stored, who keeps points in it, and the names of their plans.

    `chain` has what keeps its points, each once, in an order of its own: equal chains are equal.
    """

    place: ChainPlace
    form: ChainForm
    keepers: tuple[KeepingRule, ...]
    chain: Chain
    plans: tuple[str, ...]


class UndecidedError(Exception):
    """Nobody can say what a workload costs; the message says what is missing, and what to do."""


def placed_chains(workload: Workload, advanced: Mapping[str, bool]) -> tuple[PlacedChain, ...]:
    """The chains of a workload in a known Region; `advanced` says where DynamoDB has the advanced features.

    Raises `UndecidedError` where they rest on what nobody says.
    """
    kind = _Kind(workload, advanced)
    keepers: dict[ChainPlace, list[KeepingRule]] = {}
    for place, keeper in kind.keepers():
        keepers.setdefault(place, []).append(keeper)
    return tuple(_placed(place, kind.form(place), each) for place, each in keepers.items())


def _placed(place: ChainPlace, form: ChainForm, keepers: Sequence[KeepingRule]) -> PlacedChain:
    chain = tuple(sorted({keeper.keeping for keeper in keepers}, key=repr))
    return PlacedChain(place, form, tuple(keepers), chain, tuple(sorted({each.plan.plan.name for each in keepers})))


class _Kind:
    """How AWS Backup stores the resources of a workload."""

    def __init__(self, workload: Workload, advanced: Mapping[str, bool]) -> None:
        self._workload, self._region = workload, workload.region or ""
        self._features: Features = resource_features()[workload.type]
        given = workload.rate.advanced
        self._advanced = advanced.get(self._region) if given is None else given

    def form(self, place: ChainPlace) -> ChainForm:
        """The form in which a chain is stored."""
        rate, features = self._workload.rate, self._features
        known = {"yes": "incremental", "no": "full"}.get(features.incremental)
        written = rate.backups or known
        if written is None:
            raise UndecidedError(
                f"AWS does not say whether all backups of {self._workload.type} are incremental: write `backups:"
                " incremental` or `backups: full` for the type"
            )
        if place.copied and written == "incremental":
            written = rate.copies or ("full" if features.full_copies else written)
        cold: Literal["full", "incremental"] = "full" if features.cold_form == "none" else features.cold_form
        if written == "full":
            return ChainForm(incremental=False, cold=cold, change=1.0)
        if rate.daily_change is None:
            raise UndecidedError(f"no `daily_change` for {self._workload.type}")
        return ChainForm(incremental=True, cold=cold, change=rate.daily_change)

    def keepers(self) -> Iterator[tuple[ChainPlace, KeepingRule]]:
        """Each rule and copy that keeps points of the resources, with the chain."""
        for plan in self._workload.view.plans:
            if plan.plan.name in self._workload.plans and self._region in plan.plan.regions:
                for placed in plan.placed:
                    yield from self._of_rule(plan, plan.placement.in_region(placed.rule, self._region))

    def _of_rule(self, plan: DeployedPlan, deployed: DeployedRule) -> Iterator[tuple[ChainPlace, KeepingRule]]:
        rule = deployed.rule
        if rule.interval is UNKNOWN:
            raise UndecidedError(
                f"the schedule of rule {quoted(rule.name)} of plan {quoted(plan.plan.name)} cannot be read"
            )
        isolated = rule.air_gapped is not None and self._has(self._features.air_gapped, "air-gapped vaults")
        vault = rule.air_gapped.name if isolated and rule.air_gapped else rule.vault
        item = CostItem.AIR_GAPPED if isolated or deployed.vault.type == "air_gapped" else CostItem.WARM
        place = ChainPlace(OWN, self._region, self._vault(vault, item), item, copied=False, source="")
        continuous = self._is_continuous(rule)
        retention = min(rule.retention, _CONTINUOUS_MOST) if continuous else rule.retention
        cold = FOREVER if continuous else self._cold(rule.cold_after, archive=rule.archive)
        yield place, KeepingRule(plan, rule, None, _keeping(plan, rule, retention, cold, continuous=continuous))
        if deployed.copies and self._has(self._features.copy, "copies"):
            yield from self._of_copies(plan, deployed)

    def _of_copies(self, plan: DeployedPlan, deployed: DeployedRule) -> Iterator[tuple[ChainPlace, KeepingRule]]:
        for copied in deployed.copies:
            if copied.vault is None:
                raise UndecidedError(f"a copy of rule {quoted(deployed.rule.name)} names no vault")
            if self._is_possible(copied):
                copy, item = copied.copy, CostItem.AIR_GAPPED if copied.vault.type == "air_gapped" else CostItem.WARM
                source = self._region if copied.cross_region else ""
                account = OWN if copied.account == self._workload.account else copied.account
                place = ChainPlace(
                    account, copied.region, self._vault(copied.vault.name, item), item, copied=True, source=source
                )
                cold = self._cold(copy.cold_after, archive=copy.archive)
                yield (
                    place,
                    KeepingRule(
                        plan, deployed.rule, copy, _keeping(plan, deployed.rule, copy.retention, cold, continuous=False)
                    ),
                )

    def _is_possible(self, copied: DeployedCopy) -> bool:
        features = self._features
        across = copied.cross_account is not True or self._has(features.copy_account, "copies to other accounts")
        return across and (
            copied.cross_region is not True or self._has(features.copy_region, "copies to other Regions")
        )

    def _vault(self, name: str, item: CostItem) -> str:
        """The vault that a chain keeps to, empty where all vaults of the Region share it."""
        managed = self._features.fully_managed
        own = managed in {"yes", "unknown"} or (managed == "advanced" and self._advanced is True)
        return name if own or item is CostItem.AIR_GAPPED else ""

    def _is_continuous(self, rule: BackupRule) -> bool:
        return rule.continuous and self._features.continuous in {"yes", "some"}

    def _cold(self, after: Minutes, *, archive: bool) -> Minutes:
        """When points go to cold storage: never where the type has none, which AWS ignores (facts 1.3.11)."""
        cold = self._features.cold
        if after == FOREVER or cold == "no" or (cold == "archive" and not archive):
            return FOREVER
        return after if cold == "archive" or self._has(cold, "cold storage") else FOREVER

    def _has(self, support: str, what: str) -> bool:
        """Whether the type has a feature. Of names that share a pattern each one has what some of them have."""
        if support == "unknown":
            raise UndecidedError(f"AWS does not say whether {self._workload.type} has {what}")
        if support == "advanced" and self._advanced is None:
            raise UndecidedError(
                f"nobody says whether {self._workload.type} has the advanced features in {self._region}: write"
                " `advanced: true` or `advanced: false` for the type"
            )
        return support in {"yes", "some"} or (support == "advanced" and self._advanced is True)


def _keeping(plan: DeployedPlan, rule: BackupRule, retention: Minutes, cold: Minutes, *, continuous: bool) -> Keeping:
    retention = retention if retention == FOREVER else min(retention, _RETENTION_MOST)
    readable = [each for each in plan.plan.rules if each.interval is not UNKNOWN]
    if continuous:
        return Keeping((), None, retention, cold)
    return Keeping(shapes(readable, plan.plan.reach), readable.index(rule), retention, cold)

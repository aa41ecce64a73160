"""Plans as they back up a resource: without what AWS Backup does not do for its type (facts 2.1, 2.3.5, 2.4).

A rule that copies, or stores into an air-gapped vault, does so for the types that can be copied and go there. For other
types the backups succeed all the same, and nothing says that there is no copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from policyengine.analysis.coverage.coverage_results import CoverageNote, LabelledResource
from policyengine.analysis.coverage.matching import CLUSTER
from policyengine.analysis.requirements import LimitedPlan
from policyengine.aws.deployment import UNKNOWN, DeployedCopy, DeployedPlan, DeployedRule, DeployedVault, OrUnknown
from policyengine.aws.facts import available, copy_between, features
from policyengine.aws.resources.identity import identify


class BackedUpAs(NamedTuple):
    """The type as which AWS Backup backs up a resource: its own, or that of what contains it.

    `type` is None where it has none, `is_cluster` whether it is a Multi-AZ cluster of RDS. `advanced` says whether
    DynamoDB has advanced features where it is, None where nobody knows. `is_kept` says that it is an instance which a
    key that AWS manages keeps in its account and out of air-gapped vaults (facts 4.4.10, 4.4.11). `of_any_type` says
    that it is a cluster of which nobody tells whether it is of `type`, of a type that shares its ARNs, or of RDS.
    """

    type: str | None
    is_cluster: bool
    advanced: bool | None
    is_kept: bool
    of_any_type: bool = False


class LimitedPlans:
    """Plans as they back up resources, each once for all resources with the same limits.

    `advanced` says by Region whether DynamoDB has advanced features.
    """

    def __init__(self, advanced: Mapping[str, bool]) -> None:
        self._advanced = advanced
        self._plans: dict[tuple[DeployedPlan, BackedUpAs], DeployedPlan] = {}

    def of(self, listed: LabelledResource, plan: DeployedPlan) -> DeployedPlan:
        """The plan as it backs up a resource; itself where nothing is missing."""
        key = plan, self._backed_up_as(listed)
        if key not in self._plans:
            limited = LimitedPlan(plan, partial(_limited, key[1]))
            self._plans[key] = plan if limited.rules == plan.rules else limited
        return self._plans[key]

    def _backed_up_as(self, listed: LabelledResource) -> BackedUpAs:
        judged = listed.row
        around = identify(judged.through) if judged.through else None
        kind = around.type if around else judged.type
        is_cluster = kind == "RDS" and CLUSTER in judged.arn
        is_table = kind is not None and features(kind).copy == "advanced"
        is_kept = kind == "EC2" and CoverageNote.PRECONDITION in judged.notes
        advanced = self._advanced.get(judged.region or "") if is_table else None
        return BackedUpAs(kind, is_cluster, advanced, is_kept, listed.of_any_type and around is None)


def _limited(what: BackedUpAs, rule: DeployedRule) -> DeployedRule:
    """A rule in a Region with what it does for a resource; the same object where that is all."""
    answers = {copied: _is_copied(what, rule.region, copied) for copied in rule.copies}
    copies = tuple([copied for copied, answer in answers.items() if answer])
    unsure = tuple([copied for copied, answer in answers.items() if answer is None])
    vault, is_continuous = _air_gapped_vault(what, rule), rule.rule.continuous and _has_continuous(what)
    if (copies, vault, is_continuous) == (rule.copies, rule.air_gapped_vault, rule.continuous):
        return rule
    return replace(rule, copies=copies, unsure_copies=unsure, air_gapped_vault=vault, continuous=is_continuous)


def _is_copied(what: BackedUpAs, source: str, copied: DeployedCopy) -> bool | None:
    """Whether there is such a copy of a resource; None where nobody knows."""
    if what.type is None or what.is_cluster:
        return False
    can, region = features(what.type), copied.region
    across = what.is_kept or can.copy_account == "no" or available("cross_account_copy", source, what.type) == "no"
    if (copied.cross_account is True and across) or copy_between(source, region, what.type) == "no":
        return False
    is_air_gapped = copied.vault is not None and copied.vault.type == "air_gapped"
    if is_air_gapped and _stays_out(what, region):
        return False
    if what.of_any_type:
        return None  # of Multi-AZ clusters of RDS there are none
    return what.advanced if can.copy == "advanced" else can.copy != "no"


def _stays_out(what: BackedUpAs, region: str) -> bool:
    """Whether no backup of a resource goes into air-gapped vaults of a Region."""
    if what.type is None or what.is_cluster or what.is_kept or features(what.type).air_gapped == "no":
        return True
    return available("air_gapped_vault", region, what.type) == "no"


def _air_gapped_vault(what: BackedUpAs, rule: DeployedRule) -> DeployedVault | None:
    """The air-gapped vault that a resource's backups go into; one of which nobody can tell whether they do."""
    vault = rule.air_gapped_vault
    if vault is None or what.type is None or _stays_out(what, rule.region):
        return None
    is_basic = features(what.type).air_gapped == "advanced" and what.advanced is not True
    if not (is_basic or what.of_any_type) or vault.exists is False:
        return vault
    is_open = what.of_any_type or what.advanced is None
    return DeployedVault(vault.name, vault.region, vault.account, exists=UNKNOWN) if is_open else None


def _has_continuous(what: BackedUpAs) -> OrUnknown[bool]:
    """Whether a continuous rule makes continuous backups of a resource (facts 1.4.1)."""
    if what.of_any_type:
        return UNKNOWN  # of Aurora alone of the types that it may be
    return what.type is not None and not what.is_cluster and features(what.type).continuous in {"yes", "some"}

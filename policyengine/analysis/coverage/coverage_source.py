"""The protocols of an inventory whose coverage is computed, in this process or in an engine for SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from policyengine.analysis.coverage.account_plans import AccountPlans, plans_by_account
from policyengine.analysis.coverage.coverage_results import CoverageResult, JudgedResource, LabelledResource
from policyengine.analysis.coverage.coverage_summary import InventoryCoverage
from policyengine.analysis.coverage.limited_plans import LimitedPlans
from policyengine.analysis.coverage.local_selections import local_plans
from policyengine.analysis.requirements import AccountResources, ResourceRow, ResourceRows
from policyengine.aws.deployment import DeployedPlan, Deployment
from policyengine.aws.organization import Organization
from policyengine.aws.resources import NotVisible, ResourceInventory

_NONE: Mapping[str, DeployedPlan] = {}


class ResourceCoverage(Protocol):
    """The coverage of an inventory by the plans of accounts."""

    @property
    def not_visible(self) -> tuple[NotVisible, ...]:
        """The resources that the sources of the inventory cannot list."""

    @property
    def unlisted(self) -> frozenset[str]:
        """The types that none of the sources can list."""

    def result(self) -> CoverageResult:
        """The coverage of all resources: how many count as what, and those that are not protected in groups."""

    def resources(self) -> Iterator[JudgedResource]:
        """The row of every resource."""

    def labelled(self) -> Iterator[LabelledResource]:
        """The row of every resource with its tags."""


class CoverageSource(Protocol):
    """An inventory whose resources stay where they are."""

    def coverage(
        self, accounts: Mapping[str, AccountPlans], dynamodb_advanced: Mapping[str, bool] | None
    ) -> ResourceCoverage:
        """Its coverage by the plans of accounts, as `plans_by_account` has them."""


def coverage_of(
    inventory: ResourceInventory | CoverageSource, organization: Organization, deployment: Deployment
) -> ResourceCoverage:
    """The coverage of an inventory by what AWS serves the accounts of an organization, and by plans of their own."""
    if isinstance(inventory, ResourceInventory):
        return inventory_coverage(inventory, organization, deployment)
    return inventory.coverage(plans_by_account(deployment, local_plans(organization)), _advanced(organization))


def inventory_coverage(
    inventory: ResourceInventory, organization: Organization, deployment: Deployment
) -> InventoryCoverage:
    """The same of an inventory in this process."""
    own, advanced = local_plans(organization), _advanced(organization)
    return InventoryCoverage(inventory, deployment, local_plans=own, dynamodb_advanced=advanced)


def _advanced(organization: Organization) -> Mapping[str, bool] | None:
    return organization.settings.dynamodb_advanced if organization.settings else None


def _resource_row(listed: LabelledResource, deployed: Mapping[str, DeployedPlan], limited: LimitedPlans) -> ResourceRow:
    """The row of a resource; `deployed` are the plans of policies in its account, by their names."""
    judged = listed.row
    return ResourceRow(
        arn=judged.arn,
        kind=judged.type,
        place=judged.region,
        labels=listed.tags,
        is_protected=judged.protected,
        deployed=tuple([limited.of(listed, deployed[name]) for name in judged.policy_plans if name in deployed]),
        names=judged.plans,
        reason=judged.reason.value if judged.reason else "",
        has_local_plan=bool(judged.local_plans) or not deployed.keys() >= set(judged.policy_plans),
        of_any_type=listed.of_any_type,
    )


def resource_rows(
    coverage: ResourceCoverage, deployment: Deployment, dynamodb_advanced: Mapping[str, bool] | None = None
) -> ResourceRows:
    """The resources of an inventory by account, each with the plans of policies that protect it.

    `dynamodb_advanced` says by Region whether DynamoDB has advanced features, without which there are no copies of it.
    Resources that nobody can say the account of belong to no account, and requirements do not meet them.
    """
    plans = {
        account.id: {deployed.plan.name: deployed for deployed in view.plans}
        for view in deployment.published
        for account in view.accounts
    }
    rows: dict[str, list[ResourceRow]] = {}
    limited = LimitedPlans(dynamodb_advanced or {})
    for listed in coverage.labelled():
        account = listed.row.account
        if account is not None:
            rows.setdefault(account, []).append(_resource_row(listed, plans.get(account, _NONE), limited))
    by_account = {account: AccountResources(tuple(found)) for account, found in rows.items()}
    return ResourceRows(by_account, coverage.unlisted)

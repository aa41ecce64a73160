"""Resources as requirements ask for them: rows of coverage with the plans of the account's view."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.analysis.coverage.coverage_source import ResourceCoverage
from policyengine.analysis.requirements import AccountResources, ResourceRow, ResourceRows
from policyengine.aws.deployment import DeployedPlan, Deployment

_NONE: Mapping[str, DeployedPlan] = {}


def resource_rows(coverage: ResourceCoverage, deployment: Deployment) -> ResourceRows:
    """The resources of an inventory by account, each with the plans of policies that protect it.

    Resources that nobody can say the account of belong to no account, and requirements do not meet them.
    """
    plans = {
        account.id: {deployed.plan.name: deployed for deployed in view.plans}
        for view in deployment.published
        for account in view.accounts
    }
    rows: dict[str, list[ResourceRow]] = {}
    for judged, tags in coverage.labelled():
        if judged.account is None:
            continue
        held = plans.get(judged.account, _NONE)
        row = ResourceRow(
            arn=judged.arn,
            kind=judged.type,
            place=judged.region,
            labels=tags,
            is_protected=judged.protected,
            deployed=tuple([held[name] for name in judged.policy_plans if name in held]),
            names=judged.plans,
            reason=judged.reason.value if judged.reason else "",
            has_local_plan=bool(judged.local_plans) or not held.keys() >= set(judged.policy_plans),
        )
        rows.setdefault(judged.account, []).append(row)
    by_account = {account: AccountResources(tuple(listed)) for account, listed in rows.items()}
    return ResourceRows(by_account, coverage.unlisted)

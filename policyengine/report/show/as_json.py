"""`show --format json`."""

from __future__ import annotations

from collections.abc import Collection

from policyengine.aws.documents import PolicyDocument
from policyengine.aws.merge import Effective
from policyengine.aws.organization import Entity, Organization
from policyengine.report.json_output import target, to_json

SCHEMA = "policyengine/show/1"


def render(
    organization: Organization, effective: Effective, at: str, *, refused: Collection[PolicyDocument] = ()
) -> str:
    """Every entity in tree order with its policies, every account with its status and plans."""
    outcomes = {account.account: account for account in effective.accounts}

    def entry(entity: Entity) -> dict[str, object]:
        attached: dict[str, object] = {
            "target": target(entity),
            "policies": [policy.name for policy in entity.policies],
        }
        if entity not in outcomes:
            return attached
        account = outcomes[entity]
        plans = account.resolved.policy.get("plans") if account.resolved else None
        return {**attached, "status": account.status, "plans": list(plans) if isinstance(plans, dict) else []}

    entities = [entry(entity) for entity in organization.entities]
    return to_json({"schema": SCHEMA, "at": at, "refused": [policy.name for policy in refused], "entities": entities})

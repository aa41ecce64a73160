"""Preconditions that a protected resource must meet beside a plan, so that its backups and copies work (facts 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policyengine.analysis.coverage.matching import SelectingPlan
from policyengine.aws.deployment import FOREVER, OWN, BackupRule
from policyengine.aws.resources import Resource

AWS_MANAGED_KEY = "alias/aws/"
"""What the aliases of keys begin with that AWS manages."""
_VERSIONED = "enabled"


class Preconditions:
    """Which resources of an inventory certainly lack what the plans that take them need.

    `dynamodb_advanced` says by Region whether DynamoDB has advanced features; a Region that is missing is unknown.
    """

    def __init__(self, resources: Iterable[Resource], dynamodb_advanced: Mapping[str, bool]) -> None:
        self._advanced = dynamodb_advanced
        volumes = (resource for resource in resources if resource.type == "EBS" and has_aws_managed_key(resource))
        self._uncopyable = frozenset(arn for volume in volumes for arn in volume.parents)

    def lacks(self, resource: Resource, plans: Iterable[SelectingPlan], *, uncopyable: bool = False) -> bool:
        """Whether a resource that plans take lacks a precondition (facts 3.19, 2.3.5 and 4.4).

        `uncopyable`: it is known to be an instance with a volume whose key AWS manages.
        """
        if resource.type == "S3":
            return is_unversioned(resource)
        if resource.type == "DynamoDB":
            return self._advanced.get(resource.region or "") is False and any(map(_needs_features, _rules(plans)))
        if resource.type == "EC2" and (uncopyable or resource.arn in self._uncopyable):
            return any(_leaves(rule, resource.account) for rule in _rules(plans))
        return False


def is_unversioned(bucket: Resource) -> bool:
    """Whether a bucket certainly has no versioning, which backups of S3 need (facts 3.19)."""
    versioning = bucket.facts.get("versioning")
    return versioning is not None and versioning is not True and str(versioning).casefold() != _VERSIONED


def has_aws_managed_key(resource: Resource) -> bool:
    """Whether a resource is certainly encrypted with a key that AWS manages: such a backup cannot leave the account."""
    return resource.kms is not None and AWS_MANAGED_KEY in resource.kms


def _rules(plans: Iterable[SelectingPlan]) -> list[BackupRule]:
    return [rule for plan in plans if plan.plan for rule in plan.plan.rules]


def _needs_features(rule: BackupRule) -> bool:
    """Whether a rule asks for more than plain backups of DynamoDB (facts 2.3.5)."""
    return bool(rule.copies or rule.air_gapped) or rule.cold_after != FOREVER


def _leaves(rule: BackupRule, account: str | None) -> bool:
    """Whether a rule sends backups out of an account, or into an air-gapped vault."""
    targets = [copy.target for copy in rule.copies if copy.target]
    return rule.air_gapped is not None or any(target.account.lower() not in {OWN, account} for target in targets)

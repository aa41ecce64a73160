"""What policies do to each other on the way down, that AWS does not tell."""

from policyengine.analysis.checks.merging import (
    assign_shadowed,
    key_blocked,
    lock_does_not_reach,
    operator_blocked,
    override_without_effect,
    peer_order_unknown,
    policy_not_attached,
    regions_emptied,
    too_many_policies_attached,
    unverified_rendering,
)

CHECKS = (
    operator_blocked,
    key_blocked,
    assign_shadowed,
    peer_order_unknown,
    lock_does_not_reach,
    override_without_effect,
    regions_emptied,
    too_many_policies_attached,
    policy_not_attached,
    unverified_rendering,
)

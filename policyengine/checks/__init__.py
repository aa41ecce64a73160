"""Everything that is said about a resolved organization; the door is `run_checks`.

One file a check, with its page. A new check is written, listed in `CHECKS`, and that is all.
"""

from __future__ import annotations

from policyengine.checks.effective import account_without_plan, effective_policy_invalid
from policyengine.checks.facts import Facts
from policyengine.checks.merging import (
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
from policyengine.diagnostics import Diagnostic

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
    effective_policy_invalid,
    account_without_plan,
)

__all__ = ["CHECKS", "Facts", "run_checks"]


def run_checks(facts: Facts) -> tuple[Diagnostic, ...]:
    """The findings of every check, in the order of `CHECKS`."""
    return tuple(found for check in CHECKS for found in check.check(facts))

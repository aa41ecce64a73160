"""Accounts that end up with no plan, or with a policy that AWS would withhold."""

from policyengine.analysis.checks.effective import account_without_plan, effective_policy_invalid

CHECKS = (
    effective_policy_invalid,
    account_without_plan,
)

"""Accounts that end up with no plan, or with a policy that AWS would withhold."""

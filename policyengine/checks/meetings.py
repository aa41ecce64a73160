"""The meetings of plans that accounts have side by side, and those of continuous rules."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, combinations_with_replacement

from policyengine.checks.facts import Facts
from policyengine.plan import Meeting, Plan, meet


def meetings_of_continuous(facts: Facts) -> Mapping[Meeting, tuple[str, ...]]:
    """The meetings in which a rule backs up continuously, with the ids of the accounts that have both plans."""
    continuous = {plan for plan in facts.plans if any(rule.continuous for rule in plan.rules)}
    accounts: dict[tuple[Plan, Plan], list[str]] = {}
    for view in facts.deployment.candidates:
        plans = [deployed.plan for deployed in view.plans]
        for pair in () if continuous.isdisjoint(plans) else combinations_with_replacement(plans, 2):
            if not continuous.isdisjoint(pair):
                accounts.setdefault(pair, []).extend(account.id or "" for account in view.accounts)
    found = {meet(*pair): tuple(sorted(ids)) for pair, ids in accounts.items()}
    return {meeting: ids for meeting, ids in found.items() if meeting.types}


def meetings_of_plans(facts: Facts) -> Mapping[Meeting, tuple[str, ...]]:
    """The meetings of two plans of one account, with the ids of all accounts that have both."""
    together: dict[tuple[Plan, ...], list[str]] = {}
    for view in facts.deployment.candidates:
        plans = tuple(deployed.plan for deployed in view.plans)
        if len(plans) > 1:
            together.setdefault(plans, []).extend(account.id or "" for account in view.accounts)
    accounts: dict[tuple[Plan, Plan], list[str]] = {}
    for plans, ids in together.items():
        for pair in combinations(plans, 2):
            accounts.setdefault(pair, []).extend(ids)
    found = {meet(*pair): tuple(sorted(ids)) for pair, ids in accounts.items()}
    return {meeting: ids for meeting, ids in found.items() if meeting.types}

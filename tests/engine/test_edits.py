"""Runs of one session share what an edit leaves as it is."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from support.moment import AT

from policyengine.aws.deployment import Plan
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.session import Session

TREE = Source(
    "organization.yaml",
    """\
version: 1
root:
  name: Root
  units:
    - {name: Prod, accounts: [{id: "111111111111", name: shop}]}
    - {name: Test, accounts: [{id: "222222222222", name: lab}]}
""",
)
ATTACHED = Source("attached.bpol", 'attach base to root\nattach own to ou "Prod"\nattach fewer to ou "Test"\n')


def policy(name: str, plan: str, days: int) -> Source:
    text = f"""\
policy {name} {{
  plan {plan} {{
    regions = [eu-west-1]
    rule nightly {{ schedule = daily at 05:00  vault = "Main"  retain = {days} days }}
    rule weekly {{ schedule = weekly on sunday at 06:00  vault = "Main"  retain = 90 days }}
    tag selection all {{ role = "Backup"  key = "backup"  values = ["yes"] }}
  }}
}}
"""
    return Source(f"{name}.bpol", text)


Plans: TypeAlias = dict[tuple[str, str], Plan]

OWN = policy("own", "ledger", 35)
FEWER = Source("fewer.bpol", "policy fewer { plan daily { rule nightly { retain = 7 days } } }\n")


def plans(session: Session, days: int) -> Plans:
    """The plans by account and name, with a retention in the policy at the root."""
    sources = [policy("base", "daily", days), OWN, FEWER, ATTACHED]
    deployment = evaluate(sources, TREE, at=AT, stages=session).deployment
    assert deployment is not None
    views = deployment.published
    return {
        (account.name, deployed.plan.name): deployed.plan
        for view in views
        for account in view.accounts
        for deployed in view.plans
    }


@pytest.fixture
def sides() -> tuple[Plans, Plans]:
    session = Session()
    return plans(session, 35), plans(session, 36)


def test_a_plan_of_another_policy_is_the_same_plan(
    sides: tuple[Plans, Plans],
) -> None:
    before, after = sides
    assert [key for key, plan in after.items() if plan is before[key]] == [("shop", "ledger")]


def test_rules_whose_documents_are_equal_are_the_same_rules(
    sides: tuple[Plans, Plans],
) -> None:
    before, after = sides
    shared = {
        key: [rule.name for rule, other in zip(plan.rules, before[key].rules, strict=True) if rule is other]
        for key, plan in after.items()
    }
    both = ["nightly", "weekly"]
    assert shared == {("shop", "daily"): ["weekly"], ("shop", "ledger"): both, ("lab", "daily"): both}

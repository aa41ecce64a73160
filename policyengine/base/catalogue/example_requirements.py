"""The projects that the examples about requirements share."""

from __future__ import annotations

from textwrap import indent

from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule

LOCKED = """\
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: {mode: compliance, min_retention_days: 7}}
"""


def requiring(clauses: str, more: str = "", *, tree: str = ONE_UNIT) -> dict[str, str]:
    """A project with one rule, kept for 35 days, and the requirement `long-retention` with the given clauses."""
    files = one_rule(tree=tree)
    body = indent(clauses, "  ")
    requirement = f"\nrequire long-retention {{\n{body}\n}}\n" if clauses else ""
    return {**files, "policy.bpol": files["policy.bpol"] + requirement + (f"\n{more}\n" if more else "")}


def testing(expectation: str) -> str:
    """A test of the account `shop`."""
    return f'test "shop" {{\n  given account "shop"\n  {expectation}\n}}'

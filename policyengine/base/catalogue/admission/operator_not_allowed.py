"""PE206: an operator stands where it does not apply."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE206",
    name="operator-not-allowed",
    severity=Severity.ERROR,
    title="an operator stands where it does not apply",
    rationale=(
        "A setting with a single value takes `@@assign` alone; `@@append` and `@@remove` are for lists. "
        "Containers such as `rules` take no value at all, only their settings do."
    ),
    bad={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"target_backup_vault_name": {"@@append": ["Main"]}}}}}}
"""
    },
    good={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"target_backup_vault_name": {"@@assign": "Main"}}}}}}
"""
    },
    reference="semantics.md 2, R11",
    aws_pages=(
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html",
    ),
)

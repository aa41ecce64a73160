"""A finding about a value that hangs on an unknown attachment order is no error."""

from __future__ import annotations

import json

from support.evaluation import settled
from support.moment import AT

from policyengine.base.rules import Family, family_of
from policyengine.base.source import Source
from policyengine.engine import evaluate

TREE = """\
version: 1
attachment_order: ORDER
root:
  name: Root
  policies: [first, second]
  accounts: [{id: "111111111111", name: management}]
policies: POLICIES
vaults:
  - {name: Ledger, accounts: "*", regions: [eu-west-1], lock: {mode: governance, min_retention_days: 30}}
"""


def assigned(vault: str = "Ledger", days: int = 35, regions: tuple[str, ...] = ("eu-west-1",)) -> str:
    """A policy of AWS's own, complete."""
    rule = {
        "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
        "target_backup_vault_name": {"@@assign": vault},
        "lifecycle": {"delete_after_days": {"@@assign": str(days)}},
    }
    role = {"@@assign": "arn:aws:iam::$account:role/Backup"}
    selection = {"iam_role_arn": role, "tag_key": {"@@assign": "k"}, "tag_value": {"@@assign": ["v"]}}
    plan = {"regions": {"@@assign": list(regions)}, "rules": {"r": rule}, "selections": {"tags": {"all": selection}}}
    return json.dumps({"plans": {"daily": plan}})


def told(first: str, second: str, order: str = "unknown") -> set[tuple[str, str]]:
    policies = json.dumps({"first": {"content": first}, "second": {"content": second}})
    tree = Source("organization.yaml", TREE.replace("POLICIES", policies).replace("ORDER", order))
    diagnostics = settled(evaluate([], tree, at=AT))
    return {(f.name, f.severity.value) for f in diagnostics if family_of(f.code) is Family.ENVIRONMENT}


def test_the_vault_that_another_order_names_may_exist() -> None:
    assert told(assigned("Main"), assigned("Ledger")) == {("vault-missing", "warning")}
    assert told(assigned("Main"), assigned("Ledger"), "known") == {("vault-missing", "error")}


def test_the_retention_of_another_order_may_suit_the_lock() -> None:
    assert told(assigned(days=7), assigned(days=35)) == {("retention-outside-vault-lock", "warning")}


def test_the_regions_of_another_order_may_have_the_vault() -> None:
    assert told(assigned(regions=("eu-west-3",)), assigned()) == {("vault-missing", "warning")}


def test_what_no_order_changes_stays_an_error() -> None:
    assert told(assigned("Main", days=40), assigned("Main", days=50)) == {("vault-missing", "error")}

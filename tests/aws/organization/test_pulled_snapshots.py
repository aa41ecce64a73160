"""What only a pulled snapshot says: inferred orders, where was looked, what accounts have of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations

import pytest
from aws.organization.projects import compiled, joined, names_of

from policyengine.aws.deployment import UNKNOWN, AccountEnvironment, EnvironmentsByAccount
from policyengine.aws.merge import resolve
from policyengine.aws.note_words import note_detail
from policyengine.aws.organization import MOST_ORDERS
from policyengine.base.errors import SnapshotError

AT = datetime(2026, 12, 1, tzinfo=UTC)
SHOP, LEDGER = "222222222222", "333333333333"
TREE = f"""\
version: 1
root:
  units:
    - name: Workloads
      policies: [a, b]
      accounts: [{{id: "{SHOP}", name: shop}}]
  accounts: [{{id: "{LEDGER}", name: ledger, policies: [b, c, a]}}]
policies:
  a: {{content: {{plans: {{daily: {{regions: {{"@@assign": [eu-west-1]}}}}}}}}}}
  b: {{content: {{plans: {{daily: {{regions: {{"@@assign": [eu-west-2]}}}}}}}}}}
  c: {{content: {{plans: {{daily: {{regions: {{"@@assign": [eu-west-3]}}}}}}}}}}
"""


def told(parts: str) -> list[tuple[str, str]]:
    with pytest.raises(SnapshotError) as caught:
        joined(TREE + parts)
    return [(fault.path, fault.message) for fault in caught.value.faults]


def other_values(parts: str, account: str) -> list[str]:
    """What is said of orders that would give another value."""
    organization = joined(TREE + parts).value
    (outcome,) = [each for each in resolve(organization, at=AT).accounts if each.account.id == account]
    assert outcome.resolved
    return [note_detail(note) for note in outcome.resolved.notes if "attachment order" in note_detail(note)]


def test_an_order_that_alone_explains_what_aws_publishes_is_known() -> None:
    organization = joined(TREE + "attachment_order: inferred\norders: {Workloads: [[b, a]]}").value
    (unit,) = [entity for entity in organization.entities if entity.kind == "ou"]
    assert (names_of(unit), unit.unordered) == (["b", "a"], 0)


def test_of_several_orders_only_what_they_differ_in_is_open() -> None:
    same_first = f'attachment_order: inferred\norders: {{"{LEDGER}": [[b, c, a], [b, a, c]]}}'
    assert other_values(same_first, LEDGER) == []
    two = f'attachment_order: inferred\norders: {{"{LEDGER}": [[b, c, a], [c, a, b]]}}'
    assert other_values(two, LEDGER) == ["the attachment order is not known; another order gives `[eu-west-3]`"]


def test_an_order_that_nobody_could_infer_is_unknown() -> None:
    assert other_values("attachment_order: inferred\norders: {}", SHOP) == [
        "the attachment order is not known; another order gives `[eu-west-2]`"
    ]


def test_a_statement_of_the_project_decides_between_inferred_orders() -> None:
    parts = f'attachment_order: inferred\norders: {{"{LEDGER}": [[b, c, a], [c, a, b]]}}'
    outcome = joined(TREE + parts, compiled(attached=f"c, b to account {LEDGER}"))
    (ledger,) = [entity for entity in outcome.value.entities if entity.id == LEDGER]
    assert (names_of(ledger), ledger.unordered, outcome.diagnostics) == (["c", "a", "b"], 0, ())
    refused = joined(TREE + parts, compiled(attached=f"a, c to account {LEDGER}"))
    assert [finding.name for finding in refused.diagnostics] == ["attachment-order-contradicts"]


def of_many_orders(attached: str) -> tuple[list[str], int, list[str]]:
    """Six policies of which `a` is before `b` in all of the orders that are listed, and more are possible."""
    names = "abcdef"
    many = [order for order in permutations(names) if order.index("a") < order.index("b")][::2]
    assert len(many) >= MOST_ORDERS
    documents = "".join(f"  {name}: {{content: {{}}}}\n" for name in "def")
    tree = TREE.replace("[b, c, a]", f"[{', '.join(names)}]") + documents
    parts = f'attachment_order: inferred\norders: {{"{LEDGER}": {json.dumps(many)}}}'
    outcome = joined(tree + parts, compiled(attached=f"{attached} to account {LEDGER}"))
    (ledger,) = [entity for entity in outcome.value.entities if entity.id == LEDGER]
    return names_of(ledger), ledger.unordered, [finding.name for finding in outcome.diagnostics]


def test_a_statement_may_name_an_order_that_is_not_among_many() -> None:
    assert of_many_orders("f, e, d") == (["a", "b", "c", "f", "e", "d"], 6, [])
    assert of_many_orders("b, a")[2] == ["attachment-order-contradicts"]


@pytest.mark.parametrize(
    ("parts", "path", "message"),
    [
        ("orders: {}", "orders", "`orders` belongs to `attachment_order: inferred`"),
        (
            "attachment_order: inferred\norders: {Worklods: [[a, b]]}",
            "orders.Worklods",
            "there is no unit or account `Worklods`; did you mean `Workloads`?",
        ),
        (
            "attachment_order: inferred\norders: {Workloads: [[a, b], [a]]}",
            "orders.Workloads[1]",
            "expected an order of what is attached there: `a` and `b`",
        ),
        (
            "attachment_order: inferred\norders: {'': [[a]]}",
            'orders[""][0]',
            "expected an order of what is attached there: no policy",
        ),
        (
            "pulled: {looked: {roles: {accounts: {ou: Worklods}}}}",
            "pulled.looked.roles.accounts.ou",
            "there is no unit `Worklods`; did you mean `Workloads`?",
        ),
        (
            "frameworks: [{name: f, accounts: {ou: Worklods}, content: {}}]",
            "frameworks[0].accounts.ou",
            "there is no unit `Worklods`; did you mean `Workloads`?",
        ),
    ],
)
def test_what_does_not_fit_the_tree_is_a_fault(parts: str, path: str, message: str) -> None:
    assert told(parts) == [(path, message)]


def environment(parts: str, account: str = SHOP) -> AccountEnvironment:
    organization = joined(TREE + parts).value
    (entity,) = [each for each in organization.accounts if each.id == account]
    return EnvironmentsByAccount(organization, AT).of(entity)


def test_a_pull_that_did_not_look_for_roles_misses_none() -> None:
    around = environment("vaults: []\nroles: []\npulled: {looked: {vaults: {regions: [eu-west-1]}}}")
    assert around.has_role("Backup") is UNKNOWN
    assert around.vault("Main", "eu-west-1").exists is False
    assert around.vault("Main", "eu-west-2").exists is UNKNOWN


def test_a_pull_that_looked_for_roles_alone_knows_of_no_vault() -> None:
    parts = f'vaults: []\nroles: []\npulled: {{looked: {{roles: {{accounts: ["{SHOP}"]}}}}}}'
    assert environment(parts).has_role("Backup") is False
    assert environment(parts).vault("Main", "eu-west-1").exists is UNKNOWN
    assert environment(parts, LEDGER).has_role("Backup") is UNKNOWN


def test_without_a_word_on_where_was_looked_all_is_listed() -> None:
    around = environment(
        "vaults: []\nroles: []\npulled: {at: '2026-12-01T06:30:00Z', by: someone, calls: 7, skipped: [x]}"
    )
    assert around.has_role("Backup") is False
    assert around.vault("Main", "eu-west-1").exists is False


def test_parts_of_accounts_are_kept_as_aws_has_them() -> None:
    organization = joined(
        TREE
        + f"""\
local_plans:
  - name: own
    accounts: ["{SHOP}"]
    regions: [eu-west-1]
    content: {{BackupPlan: {{BackupPlanName: own, Rules: []}}}}
    selections: [{{BackupSelection: {{SelectionName: all, Resources: ["*"]}}}}]
restore_testing:
  - {{name: weekly, accounts: "*", content: {{RestoreTestingPlan: {{RestoreTestingPlanName: weekly}}}}}}
frameworks:
  - {{name: audit, accounts: {{ou: Workloads}}, content: {{FrameworkControls: []}}}}
vaults:
  - {{name: Main, policy: none}}
  - {{name: Main, policy: '{{"Statement": []}}'}}
  - {{name: Main, policy: {{Statement: []}}}}
"""
    ).value
    (own,) = organization.local_plans or ()
    (weekly,) = organization.restore_testing or ()
    (audit,) = organization.frameworks or ()
    assert own.selections == ({"BackupSelection": {"SelectionName": "all", "Resources": ["*"]}},)
    assert (weekly.name, weekly.selections) == ("weekly", None)
    assert audit.content == {"FrameworkControls": []}
    assert [vault.policy for vault in organization.vaults or ()] == ["none", '{"Statement": []}', {"Statement": []}]
    assert joined(TREE).value.local_plans is None


@pytest.mark.parametrize(
    ("state", "accounts"),
    [
        ("ACTIVE", [SHOP, LEDGER]),
        ("PENDING_ACTIVATION", [SHOP, LEDGER]),
        ("SUSPENDED", [SHOP]),
        ("PENDING_CLOSURE", [SHOP]),
        ("CLOSED", [SHOP]),
    ],
)
def test_accounts_that_leave_are_no_part_of_the_tree(state: str, accounts: list[str]) -> None:
    organization = joined(TREE.replace("name: ledger,", f"name: ledger, state: {state},")).value
    assert [account.id for account in organization.accounts] == accounts


def test_accounts_that_leave_are_looked_at_for_faults() -> None:
    twice = f'accounts: [{{id: "{SHOP}", name: shop, state: SUSPENDED, parent: r-ab12}}]\n'
    with pytest.raises(SnapshotError, match="the account 222222222222 stands twice"):
        joined(TREE.replace("root:\n", "root:\n  id: r-ab12\n") + twice)


def test_what_aws_publishes_of_a_suspended_account_is_no_fault() -> None:
    facts = f'last_valid: {{"{LEDGER}": {{plans: {{}}}}}}\npulled: {{published: all, invalid: ["{LEDGER}"]}}\n'
    assert joined(TREE.replace("name: ledger,", "name: ledger, state: CLOSED,") + facts).value.last_valid

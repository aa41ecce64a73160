from __future__ import annotations

from random import Random

import pytest
from aws.organization.projects import attached, joined
from hypothesis import given
from hypothesis import strategies as st

from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import Snapshot
from policyengine.base.errors import SnapshotError

TREE = """
version: 1
organization: {id: o-example, management_account: "111111111111"}
root:
  policies: [base]
  units:
    - name: Workloads
      id: ou-1
      units:
        - name: Fin/ance
          policies: [ledger, base]
          accounts:
            - {id: "222222222222", name: pay/ments, tags: {env: prod}}
            - {id: "333333333333", name: legacy, policies: [ledger]}
    - name: Sandbox
  accounts:
    - {id: "111111111111", name: management}
policies:
  base: {content: {plans: {a: {}}}}
  ledger: {content: '{"plans":   {}}'}
  unused: {content: {}}
last_valid: {"222222222222": {plans: {}}}
"""


def test_entities_stand_in_written_order_after_their_parents() -> None:
    organization = joined(TREE).value
    assert [(entity.kind, entity.path) for entity in organization.entities] == [
        ("root", ""),
        ("ou", "Workloads"),
        ("ou", r"Workloads/Fin\/ance"),
        ("account", r"Workloads/Fin\/ance/pay\/ments"),
        ("account", r"Workloads/Fin\/ance/legacy"),
        ("ou", "Sandbox"),
        ("account", "management"),
    ]
    assert [account.id for account in organization.accounts] == ["111111111111", "222222222222", "333333333333"]
    assert [entity.name for entity in organization.accounts[1].chain] == ["Root", "Workloads", "Fin/ance", "pay/ments"]


def test_a_walk_hands_out_each_entity_with_its_parent_and_chain() -> None:
    organization = joined(TREE).value
    walked = list(organization.walk())
    assert [visit.entity for visit in walked] == list(organization.entities)
    assert all(visit.parent is visit.entity.parent and visit.chain == visit.entity.chain for visit in walked)


def test_a_walk_to_some_accounts_leaves_out_what_is_not_above_them() -> None:
    organization = joined(TREE).value
    walked = organization.walk([organization.accounts[2]])
    assert [visit.entity.name for visit in walked] == ["Root", "Workloads", "Fin/ance", "legacy"]


def test_depths_and_subtrees_of_the_tree() -> None:
    organization = joined(TREE).value
    assert {entity.name: organization.depth(entity) for entity in organization.entities} == {
        "Root": 0,
        "Workloads": 1,
        "Fin/ance": 2,
        "pay/ments": 3,
        "legacy": 3,
        "Sandbox": 1,
        "management": 1,
    }
    workloads = organization.entities[1]
    assert [entity.name for entity in organization.below(workloads)] == ["Workloads", "Fin/ance", "pay/ments", "legacy"]
    assert organization.children[workloads] == (organization.entities[2],)


def test_entities_have_their_policies_and_tags() -> None:
    organization = joined(TREE).value
    assert attached(organization) == {
        "": ["base"],
        r"Workloads/Fin\/ance": ["ledger", "base"],
        r"Workloads/Fin\/ance/legacy": ["ledger"],
    }
    assert [dict(account.tags) for account in organization.accounts] == [{}, {"env": "prod"}, {}]
    assert [(entity.unordered, entity.project_order) for entity in organization.entities] == [(0, ())] * 7


def test_documents_are_there_attached_or_not_with_their_sizes() -> None:
    policies = joined(TREE).value.policies
    assert list(policies) == ["base", "ledger", "unused"]
    assert policies["base"].content == {"plans": {"a": {}}}
    assert [(policy.size, policy.minified_size) for policy in policies.values()] == [(18, 18), (15, 12), (2, 2)]


def test_facts_of_the_snapshot_are_kept() -> None:
    organization = joined(TREE).value
    assert (organization.id, organization.management_account) == ("o-example", "111111111111")
    assert organization.last_valid == {"222222222222": {"plans": {}}}
    assert (organization.vaults, organization.roles, organization.settings) == (None, None, None)


@pytest.mark.parametrize(
    ("facts", "enabled"),
    [
        ("", True),
        ("organization: {}", True),
        ("organization: {backup_policies_enabled: true}", True),
        ("organization: {backup_policies_enabled: false}", False),
    ],
)
def test_backup_policies_count_as_enabled_unless_the_snapshot_denies_it(facts: str, enabled: bool) -> None:  # noqa: FBT001 - a table
    assert joined(f"version: 1\nroot: {{}}\n{facts}").value.backup_policies_enabled is enabled


def test_unknown_order_is_reported_for_every_list_of_the_snapshot() -> None:
    organization = joined(f"{TREE}\nattachment_order: unknown").value
    assert [(entity.path, entity.unordered) for entity in organization.entities if entity.policies] == [
        ("", 1),
        (r"Workloads/Fin\/ance", 2),
        (r"Workloads/Fin\/ance/legacy", 1),
    ]


def test_a_listed_tree_is_the_nested_one() -> None:
    listed = """
version: 1
root: {id: r-1, units: [{name: Prod, id: ou-1}, {name: Plain}]}
units:
  - {id: ou-3, name: Ledger, parent: ou-2, policies: [base]}
  - {id: ou-2, name: Finance, parent: ou-1}
accounts:
  - {id: "222222222222", name: payments, parent: ou-3, tags: {env: prod}}
  - {id: "111111111111", name: management, parent: r-1, policies: [base]}
policies: {base: {content: {}}}
"""
    organization = joined(listed).value
    assert [entity.path for entity in organization.entities] == [
        "",
        "Prod",
        "Prod/Finance",
        "Prod/Finance/Ledger",
        "Prod/Finance/Ledger/payments",
        "Plain",
        "management",
    ]
    assert attached(organization) == {"Prod/Finance/Ledger": ["base"], "management": ["base"]}
    assert dict(organization.accounts[1].tags) == {"env": "prod"}


def test_five_levels_of_units_are_taken() -> None:
    units = "{name: a, units: [{name: b, units: [{name: c, units: [{name: d, units: [{name: e}]}]}]}]}"
    organization = joined(f"version: 1\nroot: {{units: [{units}]}}").value
    assert organization.entities[-1].path == "a/b/c/d/e"


def test_a_snapshot_may_be_made_by_a_program() -> None:
    snapshot = Snapshot.model_validate({"version": 1, "root": {"accounts": [{"id": "111111111111", "name": "one"}]}})
    assert [account.path for account in attach(snapshot).value.accounts] == ["one"]


@st.composite
def parents(draw: st.DrawFn) -> list[int]:
    """For each unit the index of its parent, -1 for the root, so that no unit is deeper than five."""
    above: list[int] = []
    depths: list[int] = []
    for _ in range(draw(st.integers(0, 12))):
        candidates = [-1, *(index for index, depth in enumerate(depths) if depth < 5)]
        parent = draw(st.sampled_from(candidates))
        above.append(parent)
        depths.append(1 + (depths[parent] if parent >= 0 else 0))
    return above


@given(parents(), st.randoms(use_true_random=False))
def test_the_order_of_a_listed_tree_does_not_matter(above: list[int], random: Random) -> None:
    units = [
        {"id": f"ou-{index}", "name": f"u{index}", "parent": f"ou-{parent}" if parent >= 0 else "r-1"}
        for index, parent in enumerate(above)
    ]
    accounts = [{"id": f"{index:012}", "name": "a", "parent": unit["id"]} for index, unit in enumerate(units)]
    shuffled = list(units)
    random.shuffle(shuffled)
    plain, mixed = (
        Snapshot.model_validate({"version": 1, "root": {"id": "r-1"}, "units": listed, "accounts": accounts})
        for listed in (units, shuffled)
    )
    paths = {entity.path for entity in attach(plain).value.entities}
    assert paths == {entity.path for entity in attach(mixed).value.entities}
    assert len(paths) == 1 + 2 * len(above)


@given(st.lists(st.integers(-1, 7), max_size=8))
def test_a_listed_tree_is_taken_where_every_unit_leads_to_the_root(above: list[int]) -> None:
    units = [{"id": f"ou-{index}", "name": f"u{index}", "parent": f"ou-{up}"} for index, up in enumerate(above)]
    snapshot = Snapshot.model_validate({"version": 1, "root": {"id": "ou--1"}, "units": units})
    if all(leads_to_the_root(above, index) for index in range(len(above))):
        assert len(attach(snapshot).value.entities) == 1 + len(above)
    else:
        with pytest.raises(SnapshotError):
            attach(snapshot)


def leads_to_the_root(above: list[int], index: int) -> bool:
    for _ in range(5):
        index = above[index] if 0 <= index < len(above) else index
    return index == -1

"""Units that a snapshot names as the scope of vaults and roles have to be in its tree; accounts need not."""

from __future__ import annotations

import pytest
from aws.organization.projects import joined

from policyengine.base.errors import SnapshotError

TREE = """\
version: 1
root:
  name: Root
  units:
    - name: Workloads
      units: [{name: Finance}, {name: a/b}]
"""


def told(parts: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SnapshotError) as caught:
        joined(TREE + parts)
    return [(fault.line, fault.path, fault.message) for fault in caught.value.faults]


def test_unknown_units_of_vaults_roles_and_searches_are_faults() -> None:
    parts = """\
vaults:
  - {name: Main, accounts: {ou: Workloads}}
  - {name: Main, accounts: {ou: Worklods}}
roles:
  - {name: Backup, accounts: {ou: Elsewhere}}
searched:
  accounts: {ou: workloads/finance}
"""
    assert told(parts) == [
        (9, "vaults[1].accounts.ou", "there is no unit `Worklods`; did you mean `Workloads`?"),
        (11, "roles[0].accounts.ou", "there is no unit `Elsewhere`"),
        (13, "searched.accounts.ou", "there is no unit `workloads/finance`; did you mean `Workloads/Finance`?"),
    ]


@pytest.mark.parametrize(
    ("unit", "advice"),
    [
        ("Finance", "did you mean `Workloads/Finance`?"),
        ("Root", 'write "*" for all accounts'),
        ("/", 'write "*" for all accounts'),
    ],
)
def test_the_advice_knows_the_usual_slips(unit: str, advice: str) -> None:
    parts = f"vaults: [{{name: Main, accounts: {{ou: {unit}}}}}]\n"
    assert told(parts) == [(7, "vaults[0].accounts.ou", f"there is no unit `{unit}`; {advice}")]


def test_they_are_reported_beside_wrong_lists_of_policies() -> None:
    parts = "  policies: [gone]\nvaults: [{name: Main, accounts: {ou: Nowhere}}]\n"
    assert [path for _, path, _ in told(parts)] == ["root.policies[0]", "vaults[0].accounts.ou"]


def test_a_tree_with_faults_is_reported_alone() -> None:
    parts = "    - name: Workloads\nvaults: [{name: Main, accounts: {ou: Nowhere}}]\n"
    assert [path for _, path, _ in told(parts)] == ["root.units[1].name"]


@pytest.mark.parametrize(
    "scope",
    ['"*"', '["999999999999"]', "{ou: Workloads/Finance}", r"{ou: 'Workloads/a\/b'}"],
    ids=["everywhere", "an account that is not in the tree", "a path", "a slash in a name"],
)
def test_other_scopes_are_no_faults(scope: str) -> None:
    parts = f"vaults: [{{name: Main, accounts: {scope}}}, {{name: Other}}]\nsearched: {{accounts: {scope}}}\n"
    vaults = joined(TREE + parts).value.vaults
    assert vaults is not None
    assert [vault.name for vault in vaults] == ["Main", "Other"]

from __future__ import annotations

import json

import pytest
from aws.organization.projects import compiled, joined

from policyengine.aws.documents import Compiled
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import Snapshot
from policyengine.base.errors import SnapshotError


def told(snapshot: str, project: Compiled | None = None, *, only_project: bool = False) -> list[tuple[int, str, str]]:
    with pytest.raises(SnapshotError) as caught:
        joined(snapshot, project, only_project=only_project)
    assert {fault.file for fault in caught.value.faults} == {"organization.yaml"}
    return [(fault.line, fault.path, fault.message) for fault in caught.value.faults]


NESTED = """
version: 1
organization: {management_account: "999999999999"}
root:
  policies: [a, A, a]
  units:
    - name: W
      id: ou-1
      units:
        - name: l2
          units: [{name: l3, units: [{name: l4, units: [{name: l5, units: [
            {name: l6, units: [{name: l7}]}]}]}]}]
    - name: W
      id: ou-1
      accounts:
        - {id: "111111111111", name: first}
  accounts:
    - id: "111111111111"
      name: second
      policies: [gone]
policies:
  a: {content: '{"plans": {}}'}
  broken:
    content: '{"plans": '
last_valid:
  "888888888888": {}
"""


def test_all_faults_of_a_nested_tree_are_reported_at_once() -> None:
    assert told(NESTED) == [
        (5, "root.policies[1]", "there is no policy `A`; did you mean `a`?"),
        (5, "root.policies[2]", "`a` is attached twice, first at root.policies[0]"),
        (12, "root.units[0].units[0].units[0].units[0].units[0].units[0]",
         "units nest at most 5 levels below the root, `l6` stands on level 6"),
        (13, "root.units[1].name", "the unit `W` has a sibling of the same name, root.units[0]"),
        (14, "root.units[1].id", "the id `ou-1` is that of root.units[0] already"),
        (16, "root.units[1].accounts[0].id", "the account 111111111111 stands twice, first at root.accounts[0]"),
        (20, "root.accounts[0].policies[0]", "there is no policy `gone`"),
        (26, "last_valid.888888888888", "no account of the tree has the id 888888888888"),
    ]  # fmt: skip


LISTED = """
version: 1
root: {id: r-1, name: Root}
units:
  - {id: ou-a, name: A, parent: r-1}
  - {id: ou-c, name: C, parent: ou-d}
  - {id: ou-d, name: D, parent: ou-c}
  - {id: ou-e, name: E, parent: ou-e}
  - {id: ou-f, name: F}
  - {id: ou-g, name: G, parent: null}
  - {id: ou-h, name: H, parent: ou-z}
  - {id: ou-i, name: below a circle, parent: ou-c}
  - {id: ou-j, name: below nothing, parent: ou-h}
  - {id: ou-a, name: twice, parent: r-1}
accounts:
  - {id: "111111111111", name: one, parent: ou-a}
  - {id: "222222222222", name: in a circle, parent: ou-d}
  - {id: "333333333333", name: three, parent: "444444444444"}
  - {id: "555555555555", name: five}
  - {id: "111111111111", name: again, parent: r-1}
organization: {management_account: "222222222222"}
"""


def test_all_faults_of_a_listed_tree_are_reported_at_once() -> None:
    second_root = "has no `parent`: an organization has one root, and that is `root`"
    assert told(LISTED) == [
        (6, "units[1].parent", "units cannot stand in each other: `C` stands in `D`, which stands in `C`"),
        (8, "units[3].parent", "units cannot stand in each other: `E` stands in `E`"),
        (9, "units[4]", f"`F` {second_root}"),
        (10, "units[5]", f"`G` {second_root}"),
        (11, "units[6].parent", "neither the root nor a unit has the id `ou-z`"),
        (14, "units[9].id", "the id `ou-a` is that of units[0] already"),
        (16, "accounts[0].id", "the account 111111111111 stands twice, first at accounts[4]"),
        (18, "accounts[2].parent", "neither the root nor a unit has the id `444444444444`"),
        (19, "accounts[3]", f"`five` {second_root}"),
    ]


def test_listed_units_need_the_id_of_the_root() -> None:
    message = "`root` needs its `id`: units and accounts are listed with the ids of their parents"
    text = "version: 1\nroot: {name: Root}\nunits: [{id: ou-a, name: A, parent: r-1}]"
    assert told(text) == [(2, "root.id", message)]


def test_a_long_circle_is_reported_by_its_first_units() -> None:
    units = [{"id": f"ou-{n}", "name": f"u{n}", "parent": f"ou-{(n + 1) % 2000}"} for n in range(2000)]
    (fault,) = told(json.dumps({"version": 1, "root": {"id": "r-1"}, "units": units}))
    assert fault[2].startswith("units cannot stand in each other: `u0` stands in `u1`, which stands in `u2`")
    assert len(fault[2]) < 300


def test_a_chain_of_a_thousand_units_is_too_deep_and_nothing_else() -> None:
    units = [{"id": f"ou-{n}", "name": "u" * 100, "parent": f"ou-{n - 1}" if n else "r-1"} for n in range(1000)]
    faults = told(json.dumps({"version": 1, "root": {"id": "r-1"}, "units": units}))
    assert [path for _, path, _ in faults] == ["units[5]"]


def test_eleven_policies_on_one_entity_are_too_many_and_ten_are_not() -> None:
    names = [f"p{n}" for n in range(11)]
    policies: dict[str, object] = {name: {"content": {}} for name in names}
    snapshot = {"version": 1, "root": {"policies": names}, "policies": policies}
    assert told(json.dumps(snapshot)) == [
        (1, "root.policies", "11 policies are attached here, AWS allows 10 on one root, unit or account")
    ]
    assert len(joined(json.dumps({**snapshot, "root": {"policies": names[:10]}})).value.root.policies) == 10


def test_a_policy_of_the_project_is_known_to_the_snapshot() -> None:
    text = "version: 1\nroot: {policies: [mine, theirs]}"
    assert [message for _, _, message in told(text, compiled("mine"))] == ["there is no policy `theirs`"]


def test_names_are_not_missed_where_the_project_lost_statements() -> None:
    organization = joined("version: 1\nroot: {policies: [mine, theirs]}", compiled("mine", complete=False)).value
    assert [policy.name for policy in organization.root.policies] == ["mine"]


def test_policies_of_the_snapshot_do_not_matter_where_only_the_project_counts() -> None:
    text = "version: 1\nroot: {policies: [gone, gone]}\npolicies: {broken: {content: x}}"
    organization = joined(text, compiled("mine"), only_project=True).value
    assert (organization.root.policies, list(organization.policies)) == ((), ["mine"])
    assert [path for _, path, _ in told(text)] == ["root.policies[0]", "root.policies[1]"]


def test_a_document_that_the_project_replaces_is_not_read() -> None:
    text = "version: 1\nroot: {policies: [p]}\npolicies: {p: {content: broken}}"
    organization = joined(text, compiled("p")).value
    assert [policy.content for policy in organization.root.policies] == [{"plans": {"project": {}}}]


def test_a_snapshot_without_a_text_is_reported_by_path() -> None:
    accounts = [{"id": "111111111111", "name": "one"}] * 2
    snapshot = Snapshot.model_validate({"version": 1, "root": {"accounts": accounts}})
    with pytest.raises(SnapshotError) as caught:
        attach(snapshot)
    assert str(caught.value) == (
        "snapshot: root.accounts[1].id: the account 111111111111 stands twice, first at root.accounts[0]"
    )


def test_hostile_names_are_harmless_in_messages() -> None:
    units = [{"name": "\u001b[31m[red]" + "n" * 100_000}] * 2
    ((_, _, message),) = told(json.dumps({"version": 1, "root": {"units": units}}))
    assert message.isprintable()
    assert len(message) < 200


ACCOUNTS = [{"id": f"{number:012}", "name": "a"} for number in range(3000)]


@pytest.mark.parametrize(
    ("rest", "first", "last"),
    [
        ({"last_valid": {found["id"]: {} for found in ACCOUNTS}}, "no account of the tree has the id 000000000000", "000000001000"),
        ({"root": {"accounts": [ACCOUNTS[0]] * 3000}}, "the account 000000000000 stands twice, first at root.accounts[0]", "[0]"),
        ({"root": {"policies": ["gone"] * 3000}}, "there is no policy `gone`", "first at root.policies[0]"),
        ({"root": {"id": "r-1"}, "units": [{"id": "u", "name": "u", "parent": "x"}] * 3000}, "neither the root nor a unit has the id `x`", "`x`"),
        ({"vaults": [{"name": "v", "accounts": {"ou": "gone"}}] * 3000}, "there is no unit `gone`", "`gone`"),
    ],
    ids=["last valid", "twice", "policies", "parents", "scopes"],
)  # fmt: skip
def test_of_very_many_faults_of_a_kind_the_first_are_reported(rest: dict[str, object], first: str, last: str) -> None:
    found = [message for _, _, message in told(json.dumps({"version": 1, "root": {}, **rest}))]
    assert (len(found), found[0]) == (1001, first)
    assert found[-1].endswith(f"{last}; of such faults the first 1,000 are listed")


@pytest.mark.scale
def test_a_tree_without_end_is_refused() -> None:
    accounts = "".join(f'{{"id": "{number:012}", "name": "a"}},' for number in range(250_001))
    text = f'{{"version": 1, "root": {{"accounts": [{accounts[:-1]}]}}}}'
    assert told(text) == [(1, "root", "the tree has 250,001 accounts, expected at most 250,000")]

"""`show`: the tree with attachments and plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import AT, POLICY, Command, project_in

LONE = 'version: 1\nroot: {name: R, accounts: [{id: "111111111111", name: a}]}\n'
REFUSED = POLICY.replace('"Main"', '"no vault"')


def test_every_entity_in_tree_order(policyengine: Command, project: Path) -> None:
    ran = policyengine.json("show", project, "--at", AT)
    assert ran.code == 0
    daily = {"status": "valid", "plans": ["daily"]}
    assert ran.json == {
        "schema": "policyengine/show/1",
        "at": "2026-09-13T07:00:00Z",
        "refused": [],
        "entities": [
            {"target": {"kind": "root"}, "policies": ["baseline"]},
            {"target": {"kind": "ou", "path": "Shops"}, "policies": []},
            *(
                {
                    "target": {"kind": "account", "id": number, "name": name, "path": path},
                    "policies": [],
                    **daily,
                }
                for number, name, path in (
                    ("222222222222", "books", "Shops/books"),
                    ("333333333333", "toys", "Shops/toys"),
                    ("111111111111", "management", "management"),
                )
            ),
        ],
    }


def test_for_people(policyengine: Command, project: Path) -> None:
    assert policyengine("show", project).out.splitlines() == [
        "Root <- baseline",
        "├── Shops",
        "│   ├── books 222222222222  plans: daily",
        "│   └── toys 333333333333  plans: daily",
        "└── management 111111111111  plans: daily",
    ]


@pytest.mark.parametrize(
    ("organization", "line"),
    [
        (LONE, "└── a 111111111111  empty"),
        (f"{LONE}organization: {{backup_policies_enabled: false}}\n", "└── a 111111111111  disabled"),
    ],
)
def test_accounts_without_plans(policyengine: Command, tmp_path: Path, organization: str, line: str) -> None:
    ran = policyengine("show", project_in(tmp_path, organization=organization, policy=""))
    assert ran.out.splitlines()[1] == line


def test_an_unknown_order_is_marked(policyengine: Command, tmp_path: Path) -> None:
    organization = (
        "version: 1\nattachment_order: unknown\nroot: {name: R, policies: [a, b]}\n"
        "policies: {a: {content: {plans: {}}}, b: {content: {plans: {}}}}\n"
    )
    ran = policyengine("show", project_in(tmp_path, organization=organization, policy=""))
    assert ran.out == "R <- a, b (order unknown)\n"


def test_refused_policies_are_named(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=REFUSED)
    ran = policyengine.json("show", project)
    assert (ran.code, ran.json["refused"]) == (0, ["baseline"])
    shown = policyengine("show", project).out
    assert "refused: AWS would refuse `baseline`; its refused settings are left out above\n" in shown


def test_a_project_that_does_not_compile(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=POLICY.replace("vault", "vualt"))
    ran = policyengine.json("show", project)
    assert ran.code == 2
    assert [found["name"] for found in ran.json["findings"]] == ["unknown-setting"]
    shown = policyengine("show", project)
    assert shown.code == 2
    assert " --> policy.bpol:6:7\n" in shown.out


def test_without_a_snapshot(policyengine: Command, project: Path) -> None:
    (project / "organization.yaml").unlink()
    ran = policyengine("show", project)
    assert (ran.code, ran.out) == (2, "")
    assert "add organization.yaml or pass --snapshot FILE" in ran.err

"""`rules` and `schema`: what the tool knows and promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.command import Command

INPUTS = ["snapshot", "baseline"]
OUTPUTS = [
    "check",
    "compile",
    "diff",
    "effective",
    "explain",
    "fmt",
    "import",
    "init",
    "prove",
    "rules",
    "schedule",
    "show",
    "test",
    "validate",
]


def test_every_check_has_a_line(policyengine: Command) -> None:
    ran = policyengine.json("rules")
    assert ran.code == 0
    lines = policyengine("rules").out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        [rule["code"], rule["name"], rule["severity"]] for rule in ran.json["rules"]
    ]
    assert [rule["code"] for rule in ran.json["rules"]] == sorted({rule["code"] for rule in ran.json["rules"]})


@pytest.mark.parametrize("name", ["operator-blocked", "PE301", "pe301", "Operator-Blocked"])
def test_the_page_of_a_check(policyengine: Command, name: str) -> None:
    page = policyengine("rules", name).out
    assert page.startswith("# PE301 operator-blocked (warning)\n")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Why is this bad?",
        "## Example",
        "## Use instead",
        "## Source",
    ]
    (rule,) = policyengine.json("rules", name).json["rules"]
    assert rule["name"] == "operator-blocked"
    assert "policy.bpol" in rule["bad"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("operator-bloked", "did you mean `operator-blocked`?"),
        ("xyz", "`policyengine rules` lists them"),
        ("", "`policyengine rules` lists them"),
    ],
)
def test_a_check_that_is_not_there(policyengine: Command, name: str, advice: str) -> None:
    assert policyengine("rules", name) == (2, "", f"error: {name}: no such check; {advice}\n")


def test_pages_to_a_folder(policyengine: Command, tmp_path: Path) -> None:
    assert policyengine("rules", "--out", tmp_path / "pages") == (0, "", "")
    names = {f"{rule['name']}.md" for rule in policyengine.json("rules").json["rules"]}
    assert {file.name for file in (tmp_path / "pages").iterdir()} == {"index.md", *names}
    assert (tmp_path / "pages/operator-blocked.md").read_text() == policyengine("rules", "operator-blocked").out


@pytest.mark.parametrize("name", [*INPUTS, *OUTPUTS])
def test_schemas_are_schemas(policyengine: Command, tmp_path: Path, name: str) -> None:
    ran = policyengine("schema", name)
    Draft202012Validator.check_schema(ran.json)
    assert policyengine("schema", name, "--output", tmp_path / "s.json") == (0, "", "")
    assert (tmp_path / "s.json").read_text() == ran.out


def test_a_schema_that_is_not_there(policyengine: Command) -> None:
    ran = policyengine("schema", "chek")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: chek: no such schema; there are {', '.join([*INPUTS, *OUTPUTS])}\n"


def test_the_schema_of_a_snapshot_holds_for_a_snapshot(policyengine: Command) -> None:
    schema = Draft202012Validator(policyengine("schema", "snapshot").json)
    account = {"id": "111111111111", "name": "a"}
    schema.validate({"version": 1, "root": {"name": "Root", "accounts": [account]}})
    for wrong in ({"version": 2, "root": {"name": "R"}}, {"version": 1}, {"version": 1, "root": {"name": "R", "x": 1}}):
        assert not schema.is_valid(wrong), json.dumps(wrong)

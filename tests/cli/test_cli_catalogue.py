"""`rules` and `schema`: what the tool knows and promises."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.command import Command
from policyengine.analysis.requirements import pack_names
from policyengine.base import pack_url
from policyengine.cli.app import run

ROOT = Path(__file__).parents[2]
INPUTS = ["snapshot", "baseline", "inventory", "usage"]
OUTPUTS = [
    "alarms",
    "check",
    "compile",
    "completion",
    "controls",
    "cost",
    "coverage",
    "diff",
    "drift",
    "effective",
    "explain",
    "explain-resource",
    "export",
    "fmt",
    "iam",
    "import",
    "init",
    "prove",
    "pull",
    "restore-tests",
    "rules",
    "schedule",
    "show",
    "statistics",
    "test",
    "validate",
]


def test_every_check_has_a_line(policyengine: Command) -> None:
    ran = policyengine.json("rules")
    assert ran.code == 0
    checks, _, packs = policyengine("rules").out.partition("\n\n")
    assert [line.split()[:3] for line in checks.splitlines()] == [
        [rule["code"], rule["name"], rule["severity"]] for rule in ran.json["rules"]
    ]
    assert [rule["code"] for rule in ran.json["rules"]] == sorted({rule["code"] for rule in ran.json["rules"]})
    assert [line.split(maxsplit=2) for line in packs.splitlines()] == [
        ["pack", pack["name"], pack["title"]] for pack in ran.json["packs"]
    ]
    assert [pack["name"] for pack in ran.json["packs"]] == list(pack_names())


@pytest.mark.parametrize("name", pack_names())
def test_the_page_of_a_pack(policyengine: Command, name: str) -> None:
    page = (ROOT / "policies" / "packs" / name / "README.md").read_text(encoding="utf-8")
    assert policyengine("rules", name) == (0, page, "")
    ran = policyengine.json("rules", name.upper())
    assert (ran.json["rules"], [pack["page"] for pack in ran.json["packs"]]) == ([], [page])


_LONG_ADDRESS = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_mgmt.html"


def test_a_page_on_a_terminal_is_set_out(policyengine: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "1000")
    monkeypatch.setenv("TERM", "xterm")
    page = policyengine("rules", "operator-blocked").out
    assert "\x1b[1m" in page
    plain = re.sub(r"\x1b\[[0-9;]*m", "", page)
    assert not re.search(r"^(#|```)", plain, re.MULTILINE)
    assert [line for line in plain.splitlines() if len(line) > 80] == [f" • {_LONG_ADDRESS}"]
    assert plain.startswith("PE301 operator-blocked (warning)\n")
    assert "Why is this bad?" in plain
    assert "\n  policy baseline {\n    plan daily {\n" in plain
    assert plain.count("docs.aws.amazon.com") == 1  # the address stands once
    assert policyengine("rules", "operator-blocked", "--color", "never").out == plain


def test_a_wide_table_on_a_terminal_is_a_list(policyengine: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, value in {"COLUMNS": "80", "LINES": "1000", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    lines = policyengine("rules", "ransomware-resilience", "--color", "never").out.splitlines()
    assert lines[lines.index("ransomware-isolated-copy-locked") :][:5] == [
        "ransomware-isolated-copy-locked",
        "",
        " • guidance: CISA",
        " • what is checked: vaults in other accounts are locked in compliance mode",
        " • level: advisory",
    ]


@pytest.mark.parametrize(
    ("columns", "first"),
    [
        (
            "80",
            [
                f"{'PE101  unexpected-text':<40}error",
                "       something stands where the grammar has no place for it (fixable)",
            ],
        ),
        (
            "100",
            [
                f"{'PE101  unexpected-text':<40}error    something stands where the grammar has no place for",
                f"{'':<49}it (fixable)",
            ],
        ),
    ],
)
def test_the_catalogue_on_a_terminal_keeps_its_columns(
    policyengine: Command, monkeypatch: pytest.MonkeyPatch, columns: str, first: list[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, value in {"COLUMNS": columns, "LINES": "1000", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    lines = policyengine("rules", "--color", "never").out.splitlines()
    assert lines[:2] == first
    assert max(map(len, lines)) <= int(columns)


@pytest.mark.parametrize(
    ("paged", "situation"),
    [
        (True, "LINES=20 TERM=xterm PAGER='sed s/^/paged:/'"),
        (False, "LINES=1000 TERM=xterm PAGER='sed s/^/paged:/'"),
        (False, "LINES=20 TERM=dumb PAGER='sed s/^/paged:/'"),
        (False, "LINES=20 TERM=xterm PAGER=gone"),
        (False, "LINES=20 TERM=xterm PAGER="),
        (False, "LINES=20 TERM=xterm PAGER=cat"),
    ],
)
def test_a_page_that_is_too_high_is_paged(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], situation: str, *, paged: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, _, value in (word.partition("=") for word in shlex.split(situation)):
        monkeypatch.setenv(name, value)
    assert run(["rules", "operator-blocked"]) == 0
    assert (capfd.readouterr().out.count("paged:") > 20) is paged


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
    assert policyengine("rules", name) == (2, "", f"error: {name}: no such check or pack; {advice}\n")


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
    assert policyengine("schema", "chek") == (2, "", "error: chek: no such schema; did you mean `check`?\n")
    listed = ", ".join([*INPUTS, *OUTPUTS])
    assert policyengine("schema", "xyz") == (2, "", f"error: xyz: no such schema; there are {listed}\n")


def test_the_schema_of_a_snapshot_holds_for_a_snapshot(policyengine: Command) -> None:
    schema = Draft202012Validator(policyengine("schema", "snapshot").json)
    account = {"id": "111111111111", "name": "a"}
    schema.validate({"version": 1, "root": {"name": "Root", "accounts": [account]}})
    for wrong in ({"version": 2, "root": {"name": "R"}}, {"version": 1}, {"version": 1, "root": {"name": "R", "x": 1}}):
        assert not schema.is_valid(wrong), json.dumps(wrong)


def test_what_lies_beside_a_pack_is_shown_by_its_address(
    policyengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, value in {"COLUMNS": "120", "LINES": "1000", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    page = policyengine("rules", "cis-controls-11", "--color", "never").out
    assert f"{pack_url('cis-controls-11')}cis-controls-11.bpol" in page
    assert "(passing)" not in page

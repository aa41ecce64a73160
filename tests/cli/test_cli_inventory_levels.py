"""`[checks]` decides of findings on an inventory in every command that reads one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.command import AT, Command, write
from policyengine.report.output_schemas import output_schema

COVERED = Path(__file__).parents[1] / "golden" / "covered"
ORDERS = "arn:aws:rds:eu-west-1:222222222222:db:orders"
OLD = f"arn,state,size_gb,tag:backup,captured_at\n{ORDERS},available,1,daily,2026-01-01\n"
SETTINGS = '[inventory]\nmax_age = "7 days"\n[checks]\ninventory-stale = "{level}"\n'
FRAMEWORK = '{"FrameworkControls": [{"ControlName": "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN"}]}'
CALLS = {
    "check": [],
    "coverage": [],
    "controls": ["--framework", "framework.json"],
    "cost": [],
    "restore-tests": [],
    "diff": ["./"],
    "explain": ["--resource", ORDERS],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(COVERED, tmp_path / "shop")
    return write(tmp_path / "shop", {"old.csv": OLD, "framework.json": FRAMEWORK})


def call(command: str, project: Path) -> list[str | Path]:
    arguments = [project / "framework.json" if each == "framework.json" else each for each in CALLS[command]]
    return [command, *arguments, "-C", project, "--inventory", project / "old.csv", "--at", AT]


def levelled(project: Path, level: str, more: str = "") -> Path:
    return write(project, {"policyengine.toml": SETTINGS.format(level=level) + more})


@pytest.mark.parametrize("level", ["warning", "error"])
@pytest.mark.parametrize("command", CALLS)
def test_a_finding_is_as_bad_as_the_project_wants(
    policyengine: Command, project: Path, command: str, level: str
) -> None:
    ran = policyengine(*call(command, levelled(project, level)))
    (line,) = (line for line in (ran.out + ran.err).splitlines() if "inventory-stale" in line and "page" not in line)
    assert level in line


@pytest.mark.parametrize("command", CALLS)
def test_no_project_can_switch_it_off(policyengine: Command, project: Path, command: str) -> None:
    ran = policyengine(*call(command, levelled(project, "off")))
    assert (ran.code, "it cannot be weakened" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("gate", "code"),
    [(("warning", "error"), 0), (("error", "error"), 1), (("warning", "warning"), 1)],
    ids=["warning", "error", "fail on warning"],
)
@pytest.mark.parametrize("command", ["coverage", "controls", "cost", "restore-tests", "diff"])
def test_what_counts_fails_the_run(
    policyengine: Command, project: Path, command: str, gate: tuple[str, str], code: int
) -> None:
    level, fail_on = gate
    arguments = call(command, levelled(project, level, f'[gate]\nfail_on = "{fail_on}"\n'))
    assert policyengine(*arguments).code == policyengine(*arguments, "--quiet").code == code


@pytest.mark.parametrize("command", CALLS)
def test_the_output_for_programs_has_the_findings(policyengine: Command, project: Path, command: str) -> None:
    """As the text has them: those that count, as bad as the project wants."""
    ran = policyengine(*call(command, levelled(project, "error")), "--format", "json")
    data = json.loads(ran.out)
    findings = data["findings"]["inventory"] if command == "diff" else data["findings"]
    stale = [finding for finding in findings if finding["name"] == "inventory-stale"]
    assert [(finding["code"], finding["severity"]) for finding in stale] == [("PE808", "error")]
    Draft202012Validator(output_schema("explain-resource" if command == "explain" else command)).validate(data)


def test_a_comparison_fails_with_its_inventory(policyengine: Command, project: Path) -> None:
    ran = policyengine(*call("diff", levelled(project, "error")))
    assert ran.out.splitlines()[-1] == "fail: nothing changes for 3 accounts; the inventory has 1 finding"


def test_an_explanation_passes_and_says_it(policyengine: Command, project: Path) -> None:
    ran = policyengine(*call("explain", levelled(project, "error")))
    assert (ran.code, "policyengine: error: the inventory" in ran.err) == (0, True)

"""Every pack of requirements is complete, says where each requirement comes from, and comes with a project each way."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from policyengine import Source, format_module, parse
from policyengine.analysis.findings.registry import BY_NAME
from policyengine.cli.app import run
from policyengine.language.syntax import nodes
from policyengine.language.syntax.nodes import ExpectViolation, Let, Module, Require, UsePack

ROOT = Path(__file__).parents[3]
PACKS = sorted(folder for folder in (ROOT / "policies" / "packs").iterdir() if folder.is_dir())
PREFIXES = {"gdpr-storage-limitation": "gdpr", "ransomware-resilience": "ransomware", "well-architected-rel09": "rel09"}

every_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda folder: folder.name)
each_way = pytest.mark.parametrize("project", ["passing", "failing"])


def test_every_pack_is_there() -> None:
    assert [folder.name for folder in PACKS] == [
        "audit-manager",
        "cis-controls-11",
        "dora",
        "gdpr-storage-limitation",
        "hipaa",
        "iso-27001-a8-13",
        "nist-800-53-cp9",
        "pci-dss-4",
        "ransomware-resilience",
        "sec-17a-4",
        "well-architected-rel09",
    ]


@every_pack
def test_pack_has_its_files(pack: Path) -> None:
    assert sorted(file.relative_to(pack).as_posix() for file in pack.rglob("*") if file.is_file()) == sorted(
        [
            "README.md",
            f"{pack.name}.bpol",
            "failing/organization.yaml",
            "failing/policy.bpol",
            "passing/organization.yaml",
            "passing/policy.bpol",
            "passing/policyengine.toml",
        ]
    )


@every_pack
def test_pack_holds_lets_and_requirements_only(pack: Path) -> None:
    assert {type(statement) for statement in _module(pack / f"{pack.name}.bpol").statements} <= {Let, Require}


@every_pack
def test_every_file_is_read_without_a_finding_and_laid_out(pack: Path) -> None:
    for file in sorted(pack.rglob("*.bpol")):
        assert format_module(_module(file)) == file.read_text(encoding="utf-8")


@every_pack
def test_every_requirement_has_a_title_and_a_reference(pack: Path) -> None:
    requirements = _requirements(pack)
    assert [found.name.text for found in requirements if not (found.title and found.reference)] == []


@every_pack
def test_no_requirement_has_the_name_of_a_check(pack: Path) -> None:
    assert {found.name.text.lower() for found in _requirements(pack)}.isdisjoint(BY_NAME)


@every_pack
def test_what_is_a_house_choice_is_advisory(pack: Path) -> None:
    house = [found for found in _requirements(pack) if found.reference and "house choice" in found.reference.value]
    assert [found.name.text for found in house if found.level != "advisory"] == []


@every_pack
def test_requirements_are_named_after_their_pack(pack: Path) -> None:
    prefix = PREFIXES.get(pack.name, pack.name)
    assert [name for name in _names(pack) if not name.startswith(f"{prefix}-")] == []


def test_no_two_requirements_have_the_same_name() -> None:
    counted = Counter(name for pack in PACKS for name in _names(pack))
    assert [name for name, count in counted.items() if count > 1] == []


@every_pack
def test_page_has_a_row_for_every_requirement_with_its_level(pack: Path) -> None:
    page = (pack / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| (\w+) \|$", page, re.MULTILINE)
    assert rows == [(found.name.text, found.level or "mandatory") for found in _requirements(pack)]


def test_page_of_the_folder_has_a_row_for_every_pack() -> None:
    page = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[`[a-z0-9-]+`\]\(packs/([a-z0-9-]+)/README\.md\)", page, re.MULTILINE)) == [
        pack.name for pack in PACKS
    ]


@every_pack
@each_way
def test_project_uses_the_pack_at_its_own_levels(pack: Path, project: str) -> None:
    statements = _module(pack / project / "policy.bpol").statements
    uses = [statement for statement in statements if isinstance(statement, UsePack)]
    assert [(use.pack.value, use.level) for use in uses] == [(pack.name, None)]


@every_pack
def test_passing_project_expects_each_requirement_to_hold(pack: Path) -> None:
    expected = _expected(pack / "passing")
    assert {found.requirement.text for found in expected} == set(_names(pack))
    assert not any(found.violated for found in expected)


@every_pack
def test_failing_project_expects_each_requirement_to_be_broken(pack: Path) -> None:
    broken = [found.requirement.text for found in _expected(pack / "failing") if found.violated]
    assert sorted(broken) == sorted(_names(pack))


@every_pack
@each_way
def test_project_is_sound_but_for_its_requirements(
    pack: Path, project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", str(pack / project), "--at", "2026-10-01", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    of_policies = [one["name"] for one in found if one["code"][:3] in {"PE1", "PE2", "PE3"}]
    assert of_policies + [one["name"] for one in found if one["name"] == "effective-policy-invalid"] == []


@every_pack
def test_passing_project_passes_strictly(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(pack / "passing"), "--strict", "--at", "2026-10-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@each_way
@every_pack
def test_the_tests_of_its_projects_pass(pack: Path, project: str) -> None:
    assert run(["test", str(pack / project), "--quiet", "--at", "2026-10-01"]) == 0


def _module(file: Path) -> Module:
    """A file as it was read, which must leave nothing to say."""
    outcome = parse(Source(str(file), file.read_text(encoding="utf-8")))
    assert outcome.diagnostics == ()
    return outcome.value


def _requirements(pack: Path) -> list[Require]:
    statements = _module(pack / f"{pack.name}.bpol").statements
    return [statement for statement in statements if isinstance(statement, Require)]


def _names(pack: Path) -> list[str]:
    return [found.name.text for found in _requirements(pack)]


def _expected(project: Path) -> list[ExpectViolation]:
    """What the tests of a project expect of requirements."""
    tests = [one for one in _module(project / "policy.bpol").statements if isinstance(one, nodes.Test)]
    return [step for test in tests for step in test.steps if isinstance(step, ExpectViolation)]

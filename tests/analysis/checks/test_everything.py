"""`everything/`: one project in which every check that judges an organization finds something, in one run.

`everything_misspelt/` is the same for what stops a run before it comes to the accounts: texts with faults, and raw
documents (`documents/`) that AWS would refuse.

Above each mistake in a policy stands a comment `# name-of-the-check: why`, one a line where several see it. Each check
points at the first line below its comments, and at no other. JSON has no comments: there the plan, or else the file, has
the name of the check.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from policyengine.analysis.findings.registry import RULES
from policyengine.cli.app import run

SOUND_TEXTS = Path(__file__).parent / "everything"
MISSPELT = Path(__file__).parent / "everything_misspelt"
DOCUMENTS = sorted((MISSPELT / "documents").glob("*.json"))
NOT_IMPORTED = MISSPELT / "documents" / "content-not-imported.json"

# What concerns accounts, the snapshot or the baseline, and no place in a policy.
WITHOUT_PLACE = {
    "account-without-plan",
    "accepted-finding-gone",
    "acceptance-void",
    "facts-missing",
    "snapshot-region-unknown",
    "opt-in-name-unknown",
}
# No text brings these about, each with the reason.
IMPOSSIBLE = {
    "unsafe-formatting": "says that the formatter itself is at fault; tests/language/syntax breaks the printer to see it",
    "no-accounts": "the checks of accounts find something here; tests/cli/test_cli_check.py has projects without any",
}

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)+"
_COMMENT = re.compile(rf"\s*# (?P<names>{_NAME}(?:, {_NAME})*)(?::|$)")

Finding = dict[str, Any]
Place = tuple[str, int, str]


def answer(folder: Path, command: str, *arguments: str | Path) -> list[Finding]:
    """The findings that a command writes, by way of a file in the folder."""
    report = folder / f"{command}.json"
    run([command, *map(str, arguments), "--format", "json", "--output", str(report)])
    whole = json.loads(report.read_text(encoding="utf-8"))
    return [found for part in whole.get("documents", [whole]) for found in part["findings"]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    return answer(tmp_path_factory.mktemp("check"), "check", SOUND_TEXTS, "--at", "2026-10-01")


@pytest.fixture(scope="module")
def misspelt(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    return answer(tmp_path_factory.mktemp("check"), "check", MISSPELT, "--at", "2026-10-01")


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    return answer(tmp_path_factory.mktemp("validate"), "validate", *DOCUMENTS, "--at", "2026-10-01")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    return answer(tmp_path_factory.mktemp("import"), "import", NOT_IMPORTED)


def names(*families: str) -> set[str]:
    return {rule.name for rule in RULES if rule.code.startswith(families)} - IMPOSSIBLE.keys()


def test_one_run_finds_all_that_is_wrong_with_an_organization(judged: list[Finding]) -> None:
    found = {found["name"] for found in judged}
    assert sorted(names("PE7", "PE8") - found) == []
    missing = sorted(names("PE3", "PE4", "PE5", "PE6") - found)
    assert missing == [], "plant the mistakes of these checks in everything/"


def test_one_run_finds_all_that_is_wrong_with_texts(misspelt: list[Finding], imported: list[Finding]) -> None:
    assert {found["name"] for found in imported} == {NOT_IMPORTED.stem}
    assert sorted(names("PE1") - {NOT_IMPORTED.stem} - {found["name"] for found in misspelt}) == []


def test_one_run_finds_all_that_aws_would_refuse(refused: list[Finding]) -> None:
    assert sorted(names("PE2") - {found["name"] for found in refused}) == []


def test_every_finding_is_where_the_comments_say(judged: list[Finding], misspelt: list[Finding]) -> None:
    assert places(judged) == announced(SOUND_TEXTS)
    assert {found["name"] for found in judged if not found["location"]} == WITHOUT_PLACE
    assert places(misspelt) == announced(MISSPELT)


def test_every_refusal_is_of_the_plan_that_has_its_name(refused: list[Finding]) -> None:
    assert [found["path"] for found in refused if found["path"] and found["name"] != found["path"].split("/")[1]] == []
    assert {found["name"] for found in refused if not found["path"]} == {"unreadable-document"}


def places(findings: list[Finding]) -> set[Place]:
    return {
        (found["location"]["file"], found["location"]["line"], found["name"]) for found in findings if found["location"]
    }


def announced(project: Path) -> set[Place]:
    """What the comments of a project's policies announce: file, line and check."""
    announced: set[Place] = set()
    for file in project.glob("*.bpol"):
        waiting: set[str] = set()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if comment := _COMMENT.match(line):
                waiting.update(comment["names"].split(", "))
            else:
                announced.update((file.name, number, name) for name in waiting)
                waiting = set()
    return announced

"""`everything/`: one project in which every check that judges an organization finds something, in one run.

The failing cases of the checks (`tests/cases/`) join that run, each in a unit of its own: what is found in a small project
is found among all that is wrong elsewhere, too, and a new check needs no edit here.

`everything_misspelt/` is the same for what stops a run before it comes to the accounts: texts with faults, and raw
documents (`documents/`) that AWS would refuse.

Above each mistake in a policy stands a comment `# name-of-the-check: why`, one a line where several see it. Each check
points at the first line below its comments, and at no other. JSON has no comments: there the plan, or else the file, has
the name of the check.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from analysis.checks.composition import compose
from support.rule_cases import cases, expected, texts

from policyengine.analysis.findings.registry import BY_NAME, RULES
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
    "policy-file-unread",
}
# Nothing brings these about among other mistakes, each with the reason.
IMPOSSIBLE = {
    "lock-without-value": "is looked for where every template and value is right; tests/cases/ has it alone",
    "unsafe-formatting": "says that the formatter itself is at fault; tests/language/syntax breaks the printer to see it",
    "inventory-stale": "is said by the commands that read an inventory; tests/cases/ has it, tests/inventory/ too",
    "inventory-account-unknown": "likewise",
    "inventory-arn-repeated": "likewise",
    "inventory-ahead": "likewise",
    "no-accounts": "the checks of accounts find something here; tests/cli/test_cli_check.py has projects without any",
}
# These hang on what the snapshot leaves open, and the whole organization knows it.
SILENT_WHERE_MORE_IS_KNOWN = {
    "continuous-ignored fail-excepted-and-switched-off": "no service is switched on",
    "continuous-ignored fail-none-is-switched-on": "no service is switched on",
    "opt-in-off fail-nothing-is-switched-on": "no service is switched on",
    "service-linked-role fail-with-and-without-path": "nobody looked for roles",
}

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)+"
_COMMENT = re.compile(rf"\s*# (?P<names>{_NAME}(?:, {_NAME})*)(?::|$)")

CHECKING = ("PE3", "PE4", "PE5", "PE6")
Finding = dict[str, Any]
Place = tuple[str, int, str]


def named(case: Path) -> str:
    return f"{case.parent.name} {case.stem}"


# A document alone is in no organization.
CASES = [
    case for case in cases("fail") if BY_NAME[case.parent.name].code.startswith(CHECKING) and case.suffix != ".json"
]


def answer(folder: Path, command: str, *arguments: str | Path) -> list[Finding]:
    """The findings that a command writes, by way of a file in the folder."""
    report = folder / f"{command}.json"
    run([command, *map(str, arguments), "--format", "json", "--output", str(report)])
    whole = json.loads(report.read_text(encoding="utf-8"))
    together = [found for part in whole.get("documents", [whole]) for found in part["findings"]]
    return [apart for found in together for apart in at_each_place(found)]


def at_each_place(found: Finding) -> Iterator[Finding]:
    """A finding for each place of one cause."""
    yield found
    for place in found.get("places", ()):
        yield {**found, **place}


@pytest.fixture(scope="module")
def run_of_all(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """The findings of `check` on `everything/`, below whose root each failing case of a check has its unit."""
    project = tmp_path_factory.mktemp("everything") / "project"
    shutil.copytree(SOUND_TEXTS, project)
    for name, text in compose(texts(SOUND_TEXTS), {named(case): texts(case) for case in CASES}).items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    return answer(project.parent, "check", project, "--at", "2026-10-01")


@pytest.fixture(scope="module")
def judged(run_of_all: list[Finding]) -> list[Finding]:
    """What is found in `everything/` itself."""
    return [found for found in run_of_all if not found["location"] or "/" not in found["location"]["file"]]


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


def test_one_run_finds_all_that_is_wrong_with_an_organization(run_of_all: list[Finding]) -> None:
    found = {found["name"] for found in run_of_all}
    assert sorted(names("PE7", "PE8") - found) == []
    missing = sorted(names(*CHECKING) - found)
    assert missing == [], "a failing case of these checks has to be a project (tests/cases/README.md)"


def test_each_case_is_found_beside_all_others_as_it_is_alone(run_of_all: list[Finding]) -> None:
    """No other policy, account or fact hides a finding or moves it."""
    found = places(run_of_all)
    missed = {}
    for case in CASES:
        unit, rule = named(case), case.parent.name
        marked = {(f"{unit}/{file}", line, rule) for file, line, _ in expected(case)}
        if marked != {place for place in found if place[0].startswith(f"{unit}/") and place[2] == rule}:
            missed[unit] = marked
    wrong = [
        f"{case}: expected at {sorted(missed.get(case, ()))}"
        for case in sorted(missed.keys() ^ SILENT_WHERE_MORE_IS_KNOWN.keys())
    ]
    assert wrong == []


def test_one_run_finds_all_that_is_wrong_with_texts(
    misspelt: list[Finding], judged: list[Finding], imported: list[Finding]
) -> None:
    """Some rules speak only of texts that could be read."""
    assert {found["name"] for found in imported} == {NOT_IMPORTED.stem}
    assert sorted(names("PE1") - {NOT_IMPORTED.stem} - {found["name"] for found in (*misspelt, *judged)}) == []


def test_one_run_finds_all_that_aws_would_refuse(refused: list[Finding]) -> None:
    assert sorted(names("PE2") - {found["name"] for found in refused}) == []


def test_every_finding_is_where_the_comments_say(judged: list[Finding], misspelt: list[Finding]) -> None:
    """Of a check that no comment names the cases say where it speaks."""
    planted = announced(SOUND_TEXTS)
    assert {place for place in places(judged) if place[2] in {name for *_, name in planted}} == planted
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

"""`use pack`: the requirements of a pack, narrowed and at a level of the user's choice; and what `check` says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.command import AT, POLICY, SNAPSHOT, Command, project_in

from policyengine.analysis.requirements import Requirement, check_types, pack_names, pack_page
from policyengine.base.source import Source
from policyengine.language.syntax import parse

VAULTS = SNAPSHOT + 'vaults: [{name: Main, accounts: "*", regions: [eu-west-1], lock: none, key: customer}]\n'
TWICE = """
use pack "hipaa" for account.ou == "Shops"
use pack "hipaa" level advisory for account.management
"""
SEVERITIES = {"advisory": "warning", "mandatory": "error"}


def used(text: str) -> tuple[Requirement, ...]:
    outcome = check_types([parse(Source("policy.bpol", text)).value])
    assert not outcome.failed
    return outcome.value.requirements


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """`policyengine check` on the small project, with the vault that it names."""
    project_in(
        tmp_path,
        organization=VAULTS.replace("version: 1\n", 'version: 1\norganization: {management_account: "111111111111"}\n'),
    )
    return Command(capsys)


def requiring(folder: Path, text: str) -> Path:
    return project_in(
        folder, policy=POLICY + text, organization=(folder / "organization.yaml").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("name", pack_names())
def test_a_pack_has_a_page_that_begins_with_its_name_and_subject(name: str) -> None:
    page = pack_page(name)
    assert (page.name, page.text.partition("\n")[0]) == (name, f"# `{name}`: {page.title}")
    assert used(f'use pack "{name}"\n')


def test_a_pack_brings_its_requirements() -> None:
    found = used('use pack "hipaa"\n')
    assert len(found) > 3
    assert {requirement.pack for requirement in found} == {"hipaa"}
    assert all(requirement.title and requirement.reference and requirement.assertions for requirement in found)


def test_a_violation_of_a_pack_points_at_its_use() -> None:
    text = 'use pack "hipaa" level advisory for account.ou == "Shops"'
    assert {assertion.span.text for found in used(text) for assertion in found.assertions} == {text}


@pytest.mark.parametrize("level", ["advisory", "mandatory"])
def test_the_level_of_the_use_is_that_of_all_its_requirements(level: str) -> None:
    assert {found.level for found in used(f'use pack "hipaa" level {level}\n')} == {level}


def test_without_a_level_each_requirement_keeps_its_own() -> None:
    assert {found.level for found in used('use pack "hipaa"\n')} == {"advisory", "mandatory"}


def test_the_scope_of_the_use_narrows_that_of_the_pack() -> None:
    narrowed, whole = used('use pack "hipaa" for account.management\n'), used('use pack "hipaa"\n')
    assert [len(found.scope) for found in narrowed] == [len(found.scope) + 1 for found in whole]


def test_a_pack_used_twice_has_its_requirements_twice() -> None:
    first, second = used(TWICE)[: len(used(TWICE)) // 2], used(TWICE)[len(used(TWICE)) // 2 :]
    assert [found.name for found in first] == [found.name for found in second]
    assert {found.level for found in second} == {"advisory"}


def test_each_use_is_judged_for_its_own_accounts(check: Command, tmp_path: Path) -> None:
    ran = check.json("check", requiring(tmp_path, TWICE), "--at", AT)
    uses = {
        (found["location"]["line"], tuple(found["accounts"])) for found in ran.json["findings"] if found["requirement"]
    }
    lines = (POLICY + TWICE).splitlines()
    shops, management = (lines.index(line) + 1 for line in TWICE.split("\n") if line)
    assert uses == {(shops, ("222222222222", "333333333333")), (management, ("111111111111",))}


def test_an_advisory_use_warns_where_a_mandatory_one_fails(check: Command, tmp_path: Path) -> None:
    ran = {
        level: check.json("check", requiring(tmp_path, f'\nuse pack "hipaa" level {level}\n'), "--at", AT)
        for level in SEVERITIES
    }
    assert {level: result.code for level, result in ran.items()} == {"advisory": 0, "mandatory": 1}
    for level, result in ran.items():
        violated = [found for found in result.json["findings"] if found["name"] == "requirement-violated"]
        assert {found["severity"] for found in violated} == {SEVERITIES[level]}


def test_a_pack_that_applies_to_nothing_is_reported_once(check: Command, tmp_path: Path) -> None:
    ran = check.json("check", requiring(tmp_path, '\nuse pack "hipaa" for account.ou == "Nowhere"\n'), "--at", AT)
    idle = [found for found in ran.json["findings"] if found["name"] == "requirement-applies-to-nothing"]
    assert [found["message"] for found in idle] == ["pack `hipaa` applies to no account"]


RULES = """
require kept { assert every rule satisfies rule.retention >= 60 days }
require locked {
  level = advisory
  assert every rule satisfies rule.vault.lock != none
  assert every rule satisfies rule.vault.exists
}
"""


def test_findings_name_their_requirement_and_the_summary_counts(check: Command, tmp_path: Path) -> None:
    ran = check.json("check", requiring(tmp_path, RULES), "--at", AT)
    found = [found for found in ran.json["findings"] if found["requirement"]]
    assert [(f["name"], f["requirement"], f["severity"], len(f["accounts"])) for f in found] == [
        ("requirement-violated", "kept", "error", 3),
        ("requirement-violated", "locked", "warning", 3),
    ]
    summary = ran.json["summary"]
    assert {key: summary[key] for key in ("accounts", "requirements", "assertions", "undecided")} == {
        "accounts": 3,
        "requirements": 2,
        "assertions": 9,
        "undecided": 0,
    }


def test_other_findings_name_no_requirement(check: Command, tmp_path: Path) -> None:
    ran = check.json("check", project_in(tmp_path, organization=VAULTS.replace("Main", "Other")), "--at", AT)
    assert {found["requirement"] for found in ran.json["findings"]} == {None}
    assert ran.json["summary"]["requirements"] == ran.json["summary"]["assertions"] == 0


def test_the_undecided_are_counted(check: Command, tmp_path: Path) -> None:
    text = RULES.replace("rule.vault.exists", "rule.vault.type == standard")
    ran = check.json("check", requiring(tmp_path, text), "--at", AT)
    assert ran.json["summary"]["undecided"] == 1
    undecided = [found for found in ran.json["findings"] if found["name"] == "requirement-undecided"]
    assert [found["requirement"] for found in undecided] == ["locked"]


def test_a_waived_undecided_one_is_counted_as_waived(check: Command, tmp_path: Path) -> None:
    text = RULES.replace("rule.vault.exists", "rule.vault.type == standard")
    waive = '\nwaive locked for root until 2026-12-31 because "vaults move"\n'
    ran = check.json("check", requiring(tmp_path, text + waive), "--at", AT)
    assert (ran.json["summary"]["undecided"], ran.json["summary"]["waived"]) == (0, 2)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "pass: 3 accounts, 1 policy: no findings"),
        (
            "\nrequire kept { assert every rule satisfies rule.retention >= 35 days }\n",
            "pass: 3 accounts, 1 policy, 1 requirement: no findings",
        ),
        (RULES, "fail: 3 accounts, 1 policy, 2 requirements: 1 error, 1 warning"),
    ],
)
def test_the_last_line_counts_requirements(check: Command, tmp_path: Path, text: str, line: str) -> None:
    assert check("check", requiring(tmp_path, text), "--at", AT).out.splitlines()[-1] == line


def test_what_stops_before_the_accounts_judges_no_requirement(check: Command, tmp_path: Path) -> None:
    ran = check.json("check", requiring(tmp_path, RULES + "attach nobody to root\n"), "--at", AT)
    assert (ran.json["summary"]["requirements"], ran.json["summary"]["assertions"]) == (0, 0)

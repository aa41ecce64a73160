"""What each system makes of its report: JUnit readers, GitHub Actions, GitLab, a comment on a pull request."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cli.command import AT, POLICY, SNAPSHOT, Command, project_in

STRICT = '[gate]\nfail_on = "warning"\n'


def cases(policyengine: Command, project: Path, *options: str) -> dict[str, ET.Element]:
    """The test cases of a report by name; the counts of its suites must be theirs."""
    ran = policyengine("check", project, "--at", AT, "--format", "junit", *options)
    root = ET.fromstring(ran.out)  # noqa: S314 - our own report
    found = [case for suite in root for case in suite]
    for element in (root, *root):
        inside = [*element.iter("testcase")]
        failures = sum(case.find("failure") is not None for case in inside)
        assert (element.get("tests"), element.get("failures")) == (str(len(inside)), str(failures))
    assert bool(root.findall(".//failure")) is (ran.code == 1)
    named = {case.get("name", ""): case for case in found}
    assert len(named) == len(found)
    return named


def outcome(case: ET.Element) -> str:
    return next((part.tag for part in case if part.tag != "system-out"), "passed")


def outcomes(policyengine: Command, project: Path, *options: str) -> Counter[tuple[str, str]]:
    """How many cases of each suite came to what."""
    found = cases(policyengine, project, *options).values()
    return Counter((case.get("classname", "").partition(".")[2], outcome(case)) for case in found)


# The checks that the snapshot of these tests tells too little for.
NOT_TOLD = {
    "PE511 cold-storage-ignored",
    "PE517 scan-without-settings",
    "PE519 selection-reaches-everything",
    "PE530 continuous-ignored",
    "PE540 index-of-nothing",
    "PE601 vault-missing",
    "PE602 vault-name-case",
    "PE603 default-vault-assumed",
    "PE604 role-missing",
    "PE605 opt-in-off",
    "PE606 retention-outside-vault-lock",
    "PE607 copy-outside-vault-lock",
    "PE608 continuous-outside-vault-lock",
    "PE609 lock-irreversible",
    "PE613 copy-key-unusable",
    "PE614 air-gapped-unsupported",
    "PE616 copy-between-air-gapped-vaults",
    "PE620 copy-denied-by-vault",
    "PE621 copy-of-nothing",
}


def test_silence_is_evidence(policyengine: Command, tmp_path: Path) -> None:
    required = "require kept { assert every rule satisfies rule.retention >= 1 day }\n"
    found = cases(policyengine, project_in(tmp_path, **{"required.bpol": required}))
    assert outcome(found["PE301 operator-blocked"]) == outcome(found["PE611 cross-account-disabled"]) == "passed"
    assert (outcome(found["kept"]), found["kept"].get("classname")) == ("passed", "policyengine.requirements")
    assert {name for name, case in found.items() if outcome(case) != "passed"} == NOT_TOLD


def test_a_check_without_what_it_needs_proves_nothing(policyengine: Command, tmp_path: Path) -> None:
    (skipped,) = cases(policyengine, project_in(tmp_path))["PE601 vault-missing"]
    assert (skipped.tag, skipped.get("message"), skipped.text) == ("skipped", *["not in the snapshot: vaults"] * 2)


def test_a_check_that_is_off_proves_nothing(policyengine: Command, tmp_path: Path) -> None:
    found = cases(policyengine, project_in(tmp_path, config='[checks]\noperator-blocked = "off"\n'))
    (skipped,) = found["PE301 operator-blocked"]
    assert (skipped.tag, skipped.get("message"), skipped.text) == ("skipped", *["off in policyengine.toml"] * 2)


def test_what_was_not_judged_proves_nothing(policyengine: Command, tmp_path: Path) -> None:
    stopped = outcomes(policyengine, project_in(tmp_path / "a", policy=POLICY.replace("vault", "vualt")))
    assert {suite for suite, came in stopped if came == "passed"} == {"language", "admission"}
    assert stopped["language", "failure"] == 1
    project = project_in(tmp_path / "b")
    (project / "organization.yaml").unlink()
    alone = outcomes(policyengine, project)
    assert {suite for suite, came in alone if came == "passed"} == {"language", "admission", "waivers"}
    assert {came for _, came in alone} == {"passed", "skipped"}
    assert outcomes(policyengine, project, "--strict") - alone == {("waivers", "failure"): 1}


@pytest.mark.parametrize(("config", "came"), [("", "passed"), (STRICT, "failure")])
def test_warnings_fail_where_the_gate_fails_on_them(
    policyengine: Command, tmp_path: Path, config: str, came: str
) -> None:
    project = project_in(tmp_path, policy=POLICY + "policy idle {}\n", config=config)
    found = cases(policyengine, project)
    case = found["PE309 policy-not-attached: policy `idle` is not attached to anything"]
    assert (outcome(case), case.get("file")) == (came, "policy.bpol")
    assert "warning[PE309 policy-not-attached] at policy.bpol:20:1\n" in "".join(case.itertext())
    severity = {"passed": "minor", "failure": "major"}[came]
    assert [entry["severity"] for entry in policyengine("check", project, "--format", "gitlab").json] == [severity]


def test_a_case_keeps_its_name_when_lines_shift(policyengine: Command, project: Path) -> None:
    before = cases(policyengine, project)
    policy = project / "backup.bpol"
    policy.write_text(f"# one line more\n{policy.read_text()}")
    assert cases(policyengine, project).keys() == before.keys()


def test_the_part_that_counts_has_the_name_of_the_whole(policyengine: Command, project: Path) -> None:
    found = {name: outcome(case) for name, case in cases(policyengine, project).items() if name.startswith("PE601")}
    assert [*found.values()] == ["failure", "skipped"]
    policy = project / "backup.bpol"
    policy.write_text(policy.read_text().partition("waive ")[0])
    whole = {name for name in cases(policyengine, project) if name.startswith("PE601")}
    assert whole == {name for name, came in found.items() if came == "failure"}


def many(number: int) -> str:
    """Policies that nothing is attached to, each a warning."""
    return POLICY + "".join(f"policy idle-{index} {{}}\n" for index in range(number))


@pytest.mark.parametrize("number", [0, 10, 11, 250])
def test_github_shows_ten_of_a_level(policyengine: Command, tmp_path: Path, number: int) -> None:
    lines = policyengine("check", project_in(tmp_path, policy=many(number)), "--format", "github").out.splitlines()
    assert sum(line.startswith("::warning ") for line in lines) == min(number, 10)
    told = [line for line in lines if line.startswith("not annotated")]
    rest = {11: "1 warning", 250: "240 warnings"}.get(number)
    assert told == ([f"not annotated, since GitHub shows 10 of a level: {rest}"] if rest else [])


def test_github_is_not_given_columns_of_several_lines(policyengine: Command, project: Path) -> None:
    out = policyengine("check", project, "--at", AT, "--format", "github").out
    assert "file=infra/backup/backup.bpol,line=37,endLine=38,title=PE701" in out


@pytest.mark.parametrize("number", [0, 1, 2000])
def test_a_comment_is_whole_and_not_too_long(policyengine: Command, tmp_path: Path, number: int) -> None:
    blocked = POLICY.replace("rule nightly", "locked rule nightly") + "policy shops { plan daily { rule nightly {"
    blocked += ' retain = 7 days } } }\nattach shops to ou "Shops"\n'
    config = "[checks]\n" + 'operator-blocked = "error"\n'
    project = project_in(tmp_path, policy=blocked + many(number).removeprefix(POLICY), config=config)
    text = policyengine("check", project, "--format", "markdown").out
    lines = text.splitlines()
    assert len(text) <= 60_000
    assert lines[0] == "<!-- policyengine-check -->"
    assert lines.count("<details>") == lines.count("</details>") == (number > 0)
    told = sum(line.startswith("- **PE309") for line in lines)
    rest = sum(int(found[1].replace(",", "")) for found in re.finditer(r"^- and ([\d,]+) more$", text, re.MULTILINE))
    assert told + rest == number
    assert (rest > 0) is (number == 2000)
    assert sum(line.startswith("- **PE301") for line in lines) == 1
    if number == 2000:
        assert len(text) > 59_000


def test_a_comment_says_what_was_not_judged(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path)
    (project / "organization.yaml").unlink()
    assert policyengine("check", project, "--format", "markdown").out == (
        "<!-- policyengine-check -->\n"
        "### policyengine check\n"
        "\n"
        "**pass**: 0 accounts, 1 policy: 1 warning\n"
        "\n"
        "- not judged: attachments and effective policies: there is no snapshot of the organization "
        "(`https://github.com/OWNER/policyengine/blob/main/docs/snapshot.md`)\n"
        "\n"
        "<details>\n"
        "<summary>1 warning</summary>\n"
        "\n"
        "- **PE806 no-accounts** no account is judged: there is no snapshot of the organization\n"
        "  - help: write or pull one: `https://github.com/OWNER/policyengine/blob/main/docs/snapshot.md`\n"
        "  - page: https://github.com/OWNER/policyengine/blob/main/docs/rules/no-accounts.md\n"
        "\n"
        "</details>\n"
    )


def test_a_comment_lists_what_fails_and_folds_the_rest(policyengine: Command, tmp_path: Path) -> None:
    organization = SNAPSHOT.replace("      accounts", "      policies: []\n      accounts")
    policy = POLICY.replace("attach baseline to root", 'attach baseline to account "toys"')
    project = project_in(tmp_path, policy=policy + "policy idle {}\n", organization=organization, config=STRICT)
    text = policyengine("check", project, "--format", "markdown").out
    assert "<details>" not in text
    (project / "policyengine.toml").unlink()
    folded = policyengine("check", project, "--format", "markdown").out
    assert "<summary>2 warnings</summary>" in folded
    assert [line for line in folded.splitlines() if line.startswith("- **")] == [
        line for line in text.splitlines() if line.startswith("- **")
    ]

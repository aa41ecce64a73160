"""`check --fix`: what it writes, what it leaves alone, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import POLICY, SNAPSHOT, Command, write
from policyengine.cli import fixing

FAULTY = POLICY.replace("regions =", "regoins =").replace("retain = 35 days", "retain = 35 days # why: é")
SOUND = FAULTY.replace("regoins", "regions")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"policy.bpol": FAULTY, "organization.yaml": SNAPSHOT})


def test_the_fix_is_written_and_what_is_left_is_judged(policyengine: Command, faulty: Path) -> None:
    ran = policyengine("check", faulty, "--fix")
    assert (ran.code, ran.err) == (0, "")
    assert "fixed: 1 mistake in 1 file: policy.bpol\n" in ran.out
    assert (faulty / "policy.bpol").read_text() == SOUND
    again = policyengine("check", faulty, "--fix")
    assert (again.code, "fixed:" in again.out) == (0, False)
    assert (faulty / "policy.bpol").read_text() == SOUND


def test_a_diff_writes_nothing_and_judges_what_is_there(policyengine: Command, faulty: Path) -> None:
    ran = policyengine("check", faulty, "--fix", "--diff")
    assert ran.code == 1
    assert "-    regoins = [eu-west-1]\n+    regions = [eu-west-1]\n" in ran.out
    assert ran.out.endswith("1 fix in 1 file; nothing is written\n")
    assert (faulty / "policy.bpol").read_text() == FAULTY
    (faulty / "policy.bpol").write_text(SOUND)
    assert policyengine("check", faulty, "--fix", "--diff") == (0, "nothing to fix\n", "")


def test_without_it_findings_show_their_fix(policyengine: Command, faulty: Path) -> None:
    shown = policyengine("check", faulty).out
    assert "   = fix: write `regions`\n" in shown
    assert "fixable: 1 finding, by `policyengine check --fix`\n" in shown
    (found,) = policyengine.json("check", faulty).json["findings"]
    place = {"file": "policy.bpol", "line": 3, "column": 5, "end_line": 3, "end_column": 12}
    assert found["fix"] == {"title": "write `regions`", "edits": [{"location": place, "replacement": "regions"}]}
    assert policyengine.json("check", faulty, "--fix").json["fixed"] == {"fixes": 1, "files": ["policy.bpol"]}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_beside_the_edit_stay(policyengine: Command, faulty: Path, mark: bytes) -> None:
    file = faulty / "policy.bpol"
    file.write_bytes(mark + FAULTY.replace("    ", "\t").replace("\n", "\r\n").encode())
    file.chmod(0o640)
    assert policyengine("check", faulty, "--fix").code == 0
    assert file.read_bytes() == mark + SOUND.replace("    ", "\t").replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640


def refused(policyengine: Command, project: Path, reason: str) -> None:
    """The fix is refused, with both faulty files as they were."""
    ran = policyengine("check", project, "--fix")
    assert (ran.code, ran.out) == (2, "")
    assert reason in ran.err
    assert (project / "policy.bpol").read_text() == FAULTY


def test_a_read_only_file_keeps_all_from_being_written(policyengine: Command, faulty: Path) -> None:
    other = faulty / "second.bpol"
    other.write_text("policy second { plan weekly { regoins = [eu-west-1] } }\n")
    other.chmod(0o444)
    refused(policyengine, faulty, "second.bpol: the file is read-only, and no file is fixed")


def test_a_file_elsewhere_is_not_written(policyengine: Command, faulty: Path) -> None:
    elsewhere = faulty.parent / "elsewhere.bpol"
    elsewhere.write_text("policy second { plan weekly { regoins = [eu-west-1] } }\n")
    (faulty / "link.bpol").symlink_to(elsewhere)
    refused(policyengine, faulty, "link.bpol: this is not in the folder of the project")
    assert "regoins" in elsewhere.read_text()


def test_a_file_with_two_names_is_not_written(policyengine: Command, faulty: Path) -> None:
    """The second of two equal policies goes: under either name that would empty the one file there is."""
    (faulty / "link.bpol").symlink_to("policy.bpol")
    refused(policyengine, faulty, "link.bpol and policy.bpol: the two are one file, and no file is fixed")


def test_a_file_that_changed_meanwhile_is_not_written(
    policyengine: Command, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = "# written while fixes were looked for\n"
    judged = fixing.repair

    def slow(*arguments: object) -> object:
        done = judged(*arguments)  # type: ignore[arg-type]
        (faulty / "policy.bpol").write_text(late)
        return done

    monkeypatch.setattr("policyengine.cli.check.repair", slow)
    ran = policyengine("check", faulty, "--fix")
    assert (ran.code, ran.out) == (2, "")
    assert "the file has changed since it was judged" in ran.err
    assert (faulty / "policy.bpol").read_text() == late


@pytest.mark.parametrize(
    "options", [("--diff",), ("--fix", "--diff", "--format", "json"), ("--fix", "--update-baseline")]
)
def test_options_that_do_not_go_together(policyengine: Command, faulty: Path, options: tuple[str, ...]) -> None:
    ran = policyengine("check", faulty, *options)
    assert (ran.code, ran.out) == (2, "")
    assert (faulty / "policy.bpol").read_text() == FAULTY


def test_nothing_of_the_snapshot_is_edited(policyengine: Command, faulty: Path) -> None:
    text = SNAPSHOT.replace('accounts: [{id: "111111111111"', 'policies: [raw]\n  accounts: [{id: "111111111111"')
    text += 'policies: {raw: {content: {plans: {daily: {regoins: {"@@assign": [eu-wset-1]}}}}}}\n'
    (faulty / "organization.yaml").write_text(text)
    policyengine("check", faulty, "--fix")
    assert (faulty / "organization.yaml").read_text() == text

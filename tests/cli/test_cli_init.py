"""`init`: a small project that works at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import Command

FILES = ["policyengine.toml", "organization.yaml", "backup.bpol"]


def test_the_new_project_passes_every_command(policyengine: Command, tmp_path: Path) -> None:
    target = tmp_path / "new" / "project"
    ran = policyengine("init", target)
    assert ran == (
        0,
        "".join(f"wrote {target / name}\n" for name in FILES) + f"next: policyengine check {target}\n",
        "",
    )
    assert sorted(file.name for file in target.iterdir()) == sorted(FILES)
    assert policyengine("check", target, "--strict") == (0, "pass: 2 accounts, 1 policy: no findings\n", "")
    tested = "passed: a new account is backed up from its first day\npass: 1 test\n"
    assert policyengine("test", target, "--min-coverage", "100").code == 0
    assert policyengine("test", target) == (0, tested, "")
    assert policyengine("fmt", "--check", target) == (0, "1 file, 0 to change\n", "")
    accounts = policyengine.json("effective", "--all", "-C", target).json["accounts"]
    assert {account["status"] for account in accounts} == {"valid"}


def test_in_the_working_folder(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = policyengine("init")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "next: policyengine check")
    assert policyengine("check").code == 0


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_overwritten(policyengine: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    ran = policyengine("init", tmp_path)
    assert ran == (
        2,
        "",
        f"error: {tmp_path / name} is there already; `init` overwrites nothing: name another folder\n",
    )
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "mine")]


def test_quiet(policyengine: Command, tmp_path: Path) -> None:
    assert policyengine("init", "-C", tmp_path / "new", "--quiet") == (0, "", "")
    assert len(list((tmp_path / "new").iterdir())) == 3


def test_two_folders(policyengine: Command, tmp_path: Path) -> None:
    assert policyengine("init", tmp_path / "a", "-C", tmp_path / "b").code == 2
    assert list(tmp_path.iterdir()) == []

"""`fmt`: canonical layout on disk, on standard input, and as a question."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from cli.command import POLICY, Command, write

UNTIDY = "policy   a{plan p{regions=[eu-west-1]}}  # why\n"
TIDY = "policy a {\n  plan p {\n    regions = [eu-west-1]\n  }\n}  # why\n"
BROKEN = "policy a {\n  pln\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"a.bpol": UNTIDY, "b.bpol": POLICY, "deep/c.bpol": UNTIDY, ".git/d.bpol": UNTIDY, "e.txt": UNTIDY}
    return write(tmp_path / "folder", files)


def typed(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


def test_folders_and_files(policyengine: Command, folder: Path) -> None:
    ran = policyengine("fmt", folder)
    assert ran == (0, f"changed: {folder}/a.bpol\nchanged: {folder}/deep/c.bpol\n3 files, 2 changed\n", "")
    assert (folder / "a.bpol").read_text() == (folder / "deep/c.bpol").read_text() == TIDY
    assert (folder / "b.bpol").read_text() == POLICY
    assert (folder / ".git/d.bpol").read_text() == (folder / "e.txt").read_text() == UNTIDY
    assert policyengine("fmt", folder) == (0, "3 files, 0 changed\n", "")


@pytest.mark.parametrize("how", ["working folder", "-C"])
def test_without_a_path(policyengine: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.chdir(folder if how != "-C" else folder.parent)
    ran = policyengine("fmt") if how != "-C" else policyengine("fmt", "-C", "folder")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "3 files, 2 changed")


def test_check_writes_nothing(policyengine: Command, folder: Path) -> None:
    ran = policyengine("fmt", "--check", folder / "a.bpol", folder / "b.bpol")
    assert ran == (1, f"would change: {folder}/a.bpol\n2 files, 1 to change\n", "")
    assert (folder / "a.bpol").read_text() == UNTIDY
    assert policyengine("fmt", "--check", folder / "b.bpol").code == 0
    assert policyengine("fmt", "--check", "--quiet", folder / "a.bpol") == (1, "", "")


def test_diff_writes_nothing(policyengine: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    ran = policyengine("fmt", "--diff", "a.bpol")
    assert ran.code == 0
    assert ran.out == (
        "--- a.bpol\n+++ a.bpol\n@@ -1 +1,5 @@\n"
        "-policy   a{plan p{regions=[eu-west-1]}}  # why\n"
        "+policy a {\n+  plan p {\n+    regions = [eu-west-1]\n+  }\n+}  # why\n"
        "1 file, 1 to change\n"
    )
    assert (folder / "a.bpol").read_text() == UNTIDY
    assert policyengine("fmt", "--diff", "--check", "a.bpol").code == 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# a  \n\npolicy a {}\n", ["@@ -1,3 +1,3 @@", "-# a  ", "+# a", " ", " policy a {}"]),
        ("policy a {}", ["@@ -1 +1 @@", "-policy a {}", "\\ No newline at end of file", "+policy a {}"]),
    ],
)
def test_a_diff_can_be_applied(policyengine: Command, tmp_path: Path, text: str, lines: list[str]) -> None:
    ran = policyengine("fmt", "--diff", write(tmp_path, {"a.bpol": text}) / "a.bpol")
    assert ran.out.split("\n")[2:-2] == lines


def test_line_ends_show_in_a_diff(policyengine: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.bpol"
    file.write_bytes(TIDY.replace("\n", "\r\n").encode())
    ran = policyengine("fmt", "--diff", file)
    assert "-policy a {\\r\n" in ran.out
    policyengine("fmt", file)
    assert file.read_bytes() == TIDY.encode()


def test_json(policyengine: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(folder, {"z.bpol": BROKEN}))
    ran = policyengine.json("fmt", "--check", "a.bpol", "b.bpol", "z.bpol")
    assert ran.code == 1
    assert [(file["file"], file["changed"]) for file in ran.json["files"]] == [
        ("a.bpol", True),
        ("b.bpol", False),
        ("z.bpol", False),
    ]
    assert [found["location"]["file"] for found in ran.json["files"][2]["findings"]] == ["z.bpol"]


def test_a_file_with_faults_stays_and_the_others_are_formatted(policyengine: Command, folder: Path) -> None:
    write(folder, {"0.bpol": BROKEN})
    ran = policyengine("fmt", folder)
    assert ran.code == 1
    assert f" --> {folder}/0.bpol:" in ran.out
    assert (folder / "0.bpol").read_text() == BROKEN
    assert (folder / "a.bpol").read_text() == TIDY


def test_standard_input(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, UNTIDY)
    assert policyengine("fmt", "-") == (0, TIDY, "")
    typed(monkeypatch, UNTIDY)
    assert policyengine("fmt", "-", "--output", tmp_path / "a.bpol") == (0, "", "")
    assert (tmp_path / "a.bpol").read_text() == TIDY
    typed(monkeypatch, UNTIDY)
    assert policyengine("fmt", "--check", "-") == (1, "would change: <stdin>\n1 file, 1 to change\n", "")


def test_faults_of_standard_input_do_not_mix_with_its_text(
    policyengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, BROKEN)
    ran = policyengine("fmt", "-")
    assert (ran.code, ran.out) == (1, "")
    assert " --> <stdin>:2:3" in ran.err
    typed(monkeypatch, b"policy \xe9 { }")
    assert policyengine("fmt", "-") == (2, "", "error: <stdin>:1: not UTF-8 text (byte 7 is 0xe9); save it as UTF-8\n")


def test_links_stay_links(policyengine: Command, tmp_path: Path) -> None:
    write(tmp_path, {"real/a.bpol": UNTIDY})
    (tmp_path / "a.bpol").symlink_to("real/a.bpol")
    assert policyengine("fmt", tmp_path / "a.bpol").code == 0
    assert (tmp_path / "a.bpol").is_symlink()
    assert (tmp_path / "real/a.bpol").read_text() == TIDY


def test_permissions_stay(policyengine: Command, folder: Path) -> None:
    (folder / "a.bpol").chmod(0o640)
    policyengine("fmt", folder)
    assert (folder / "a.bpol").stat().st_mode & 0o777 == 0o640


def test_nothing_there(policyengine: Command, tmp_path: Path) -> None:
    why = "no such file or folder, expected policy files"
    assert policyengine("fmt", tmp_path / "gone") == (2, "", f"error: {tmp_path}/gone: {why}\n")
    assert policyengine("fmt", tmp_path) == (0, "0 files, 0 changed\n", "")

"""Where output goes: standard output, a file that is written whole or not at all; colour, silence."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from cli.command import POLICY, Command, project_in, write

OPTIONS = pytest.mark.parametrize(
    "command",
    [
        ["check", "{}"],
        ["check", "{}", "--format", "json"],
        ["compile", "{}"],
        ["effective", "--all", "-C", "{}", "--format", "json"],
        ["explain", "toys", "-C", "{}"],
        ["show", "{}"],
        ["fmt", "--check", "{}"],
        ["rules"],
        ["schema", "check"],
    ],
    ids=" ".join,
)


def filled(command: list[str], project: Path) -> list[str]:
    return [part.format(project) for part in command]


@OPTIONS
def test_to_a_file_what_would_be_printed(policyengine: Command, project: Path, command: list[str]) -> None:
    target = project / "out.txt"
    at = ["--at", "2027-01-01"] if command[0] in {"check", "effective"} else []
    printed = policyengine(*filled(command, project), *at)
    ran = policyengine(*filled(command, project), *at, "--output", target)
    assert ran == (printed.code, "", "")
    assert target.read_text() == printed.out
    assert [file.name for file in project.iterdir() if file.name.startswith(".")] == []


def test_a_failed_gate_still_writes_its_findings(policyengine: Command, tmp_path: Path) -> None:
    project = project_in(tmp_path, policy=POLICY.replace("vault", "vualt"))
    assert policyengine("check", project, "--output", tmp_path / "out.txt").code == 1
    assert "unknown-setting" in (tmp_path / "out.txt").read_text()


def test_what_could_not_be_judged_leaves_the_file_alone(policyengine: Command, tmp_path: Path) -> None:
    target = write(tmp_path, {"out.txt": "before"}) / "out.txt"
    assert policyengine("check", tmp_path / "gone", "--output", target).code == 2
    assert target.read_text() == "before"


def test_a_file_is_replaced_and_keeps_its_permissions(policyengine: Command, tmp_path: Path) -> None:
    target = write(tmp_path, {"out.txt": "before"}) / "out.txt"
    target.chmod(0o640)
    assert policyengine("schema", "check", "--output", target).code == 0
    assert target.read_text() == policyengine("schema", "check").out
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_new_files(policyengine: Command, tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    policyengine("schema", "check", "--output", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_through_a_link(policyengine: Command, tmp_path: Path) -> None:
    (tmp_path / "out.txt").symlink_to("real.txt")
    policyengine("schema", "check", "--output", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text().startswith("{")


def test_to_a_device(policyengine: Command) -> None:
    assert policyengine("schema", "check", "--output", "/dev/null") == (0, "", "")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (".", "is a directory; name a file"),
        ("gone/out.txt", "no such file or directory; make the folder {folder} first"),
        ("file.txt/out.txt", "not a directory"),
        ("x" * 5000, "file name too long"),
    ],
)
def test_targets_that_cannot_be_written(policyengine: Command, tmp_path: Path, target: str, reason: str) -> None:
    write(tmp_path, {"file.txt": "before"})
    ran = policyengine("schema", "check", "--output", tmp_path / target)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"{reason.format(folder=tmp_path / 'gone')}\n")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("file.txt", "before")]


@pytest.mark.parametrize("call", ["mkstemp", "write", "replace"])
def test_a_disk_that_fails_leaves_the_old_file(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    target = write(tmp_path, {"out.txt": "before"}) / "out.txt"
    places = {"mkstemp": "tempfile.mkstemp", "write": "os.fdopen", "replace": "os.replace"}
    monkeypatch.setattr(places[call], fail)
    ran = policyengine("schema", "check", "--output", target)
    assert ran == (2, "", f"error: {target}: cannot be written: no space left on device\n")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out.txt", "before")]


@pytest.mark.parametrize("failing", ["fdopen", "chmod"])
def test_a_disk_that_fails_leaves_all_files_of_a_folder(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """The second file of three fails: the first is not the new one beside two old ones."""
    calls = list[object]()
    call = getattr(os, failing)

    def fail_later(*arguments: object, **more: object) -> object:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return call(*arguments, **more)

    project = project_in(tmp_path / "project", more="policy more {}\n")
    (project / "more").rename(project / "more.bpol")
    before = {"baseline.json": "1", "more.json": "2", "attachments.json": "3"}
    out = write(tmp_path / "out", before)
    monkeypatch.setattr(os, failing, fail_later)
    ran = policyengine("compile", project, "--out", out)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(".json: cannot be written: no space left on device\n")
    assert {file.name: file.read_text() for file in out.iterdir()} == before


def test_a_read_only_folder(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    ran = policyengine("compile", project_in(tmp_path), "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: {tmp_path / 'out' / 'baseline.json'}: cannot be written: permission denied\n"


def test_an_interrupted_write_leaves_the_old_file(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    target = write(tmp_path, {"out.txt": "before"}) / "out.txt"
    monkeypatch.setattr(os, "replace", interrupt)
    ran = policyengine("schema", "check", "--output", target)
    assert (ran.code, ran.out, ran.err.strip()) == (130, "", "")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out.txt", "before")]


@OPTIONS
def test_quiet(policyengine: Command, project: Path, command: list[str]) -> None:
    ran = policyengine(*filled(command, project), "--quiet")
    printed = policyengine(*filled(command, project))
    json = "json" in command or command[0] == "schema"
    assert (ran.code, bool(ran.out), ran.err) == (printed.code, json, "")


NAMES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM")
COLORED = [
    "terminal", "terminal TERM=xterm", "terminal --color auto", "terminal NO_COLOR= FORCE_COLOR=0",
    "pipe FORCE_COLOR=1", "pipe CLICOLOR_FORCE=1", "pipe FORCE_COLOR=1 TERM=dumb", "pipe FORCE_COLOR=0 CLICOLOR_FORCE=1",
    "pipe --color always NO_COLOR=1", "pipe --color always TERM=dumb",
]  # fmt: skip
PLAIN = [
    "pipe", "pipe FORCE_COLOR=", "pipe FORCE_COLOR=0", "pipe CLICOLOR_FORCE=0",
    "terminal TERM=dumb", "terminal NO_COLOR=1", "terminal NO_COLOR=1 FORCE_COLOR=1", "terminal NO_COLOR=0",
    "terminal --color never FORCE_COLOR=1",
]  # fmt: skip


@pytest.mark.parametrize("situation", COLORED + PLAIN)
def test_colour(policyengine: Command, monkeypatch: pytest.MonkeyPatch, situation: str) -> None:
    stdout, *words = situation.split()
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, _, value in (word.partition("=") for word in words if "=" in word):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: stdout == "terminal")
    monkeypatch.setenv("PAGER", "")
    options = [word for word in words if "=" not in word]
    assert ("\x1b[" in policyengine("rules", *options).out) is (situation in COLORED)


@pytest.mark.parametrize(
    "command", [["check", "{}"], ["show", "{}"], ["compile", "{}"], ["effective", "toys", "-C", "{}"]]
)
def test_every_terminal_format_has_colours(policyengine: Command, project: Path, command: list[str]) -> None:
    assert "\x1b[" in policyengine(*filled(command, project), "--color", "always").out


def test_a_file_is_not_coloured_unless_asked(
    policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    policyengine("check", project, "--output", project / "plain.txt")
    policyengine("check", project, "--output", project / "colored.txt", "--color", "always")
    assert "\x1b" not in (project / "plain.txt").read_text()
    assert "\x1b[1;38;5;28mpass" in (project / "colored.txt").read_text()


def test_json_is_never_coloured(policyengine: Command, project: Path) -> None:
    assert "\x1b" not in policyengine.json("check", project, "--color", "always").out

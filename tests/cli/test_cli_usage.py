"""The command line itself: help, mistakes, the clock."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.command import Command, project_in
from policyengine import __version__
from policyengine.base.errors import PolicyEngineError
from policyengine.cli.output import note

COMMANDS = [
    "init", "check", "compile", "effective", "explain", "validate", "import", "fmt", "schedule", "show", "rules", "schema",
]  # fmt: skip


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(policyengine: Command, option: str) -> None:
    assert policyengine(option) == (0, f"policyengine {__version__}\n", "")


def test_help_lists_every_command(policyengine: Command) -> None:
    ran = policyengine("--help")
    assert ran.code == 0
    assert [name for name in COMMANDS if f" {name} " not in ran.out] == []
    assert policyengine("-h") == ran


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(policyengine: Command, command: str) -> None:
    ran = policyengine(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"Usage: policyengine {command} [OPTIONS]" in ran.out


def test_nothing_asked_is_not_a_pass(policyengine: Command) -> None:
    ran = policyengine()
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: policyengine [OPTIONS] COMMAND" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "chek: no such command; did you mean `check`?"),
        (["validat"], "validat: no such command; did you mean `validate`?"),
        (["xyz"], "xyz: no such command; `policyengine --help` lists them"),
        (["\x1b[31m"], "\\x1b[31m: no such command; `policyengine --help` lists them"),
        (["check", "a", "b"], "got unexpected extra argument"),
        (
            ["check", "--format", "xml"],
            "invalid value for '--format': 'xml' is not one of 'terminal', 'json', 'sarif', ",
        ),
        (["check", "--color", "pink"], "invalid value for '--color': 'pink' is not one of 'auto', 'always', 'never'"),
        (["check", "--at"], "option '--at' requires an argument; see `policyengine check --help`"),
        (["check", "--fromat", "json"], "no such option: --fromat"),
        (["--fromat"], "no such option: --fromat"),
        (["validate"], "missing argument 'FILE"),
        (["import"], "missing argument 'FILE"),
        (["schema"], "missing argument 'NAME'; see `policyengine schema --help`"),
        (["effective"], "name accounts or pass --all"),
        (["effective", "--all", "x"], "name accounts or pass --all, not both"),
        (["import", "--partition", "mars", "x"], "invalid value for '--partition': 'mars' is not one of 'aws', "),
    ],
)
def test_mistakes(policyengine: Command, arguments: list[str], message: str) -> None:
    ran = policyengine(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("at", "echoed"),
    [
        ("2027-03-31", "2027-03-31T00:00:00Z"),
        ("2027-03-31T05:00", "2027-03-31T05:00:00Z"),
        ("2027-03-31T05:00:07", "2027-03-31T05:00:07Z"),
        ("2027-03-31T05:00Z", "2027-03-31T05:00:00Z"),
        ("0001-01-01", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59", "9999-12-31T23:59:00Z"),
    ],
)
def test_moments(policyengine: Command, project: Path, at: str, echoed: str) -> None:
    assert policyengine.json("check", project, "--at", at).json["at"] == echoed
    assert policyengine.json("effective", "--all", "-C", project, "--at", at).json["at"] == echoed


@pytest.mark.parametrize(
    "at", ["", "now", "2027-02-30", "31.03.2027", "2027-03-31T25:00", "99999-01-01", "2027-03-31 05:00"]
)
@pytest.mark.parametrize("command", ["check", "compile", "show", "effective", "validate"])
def test_what_is_no_moment(policyengine: Command, tmp_path: Path, command: str, at: str) -> None:
    rest = {"effective": ["--all"], "validate": [str(tmp_path)]}.get(command, [])
    ran = policyengine(command, *rest, "--at", at)
    expected = "expected a date such as 2027-03-31 or 2027-03-31T05:00 (UTC)"
    assert ran == (2, "", f"error: --at {at}: {expected}\n")


def test_now_is_the_default(policyengine: Command, project: Path) -> None:
    at = policyengine.json("check", project).json["at"]
    assert at >= "2026"
    assert at.endswith("Z")


def broken(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PolicyEngineError("one\ntwo"), "error: one\nerror: two\n"),
        (PermissionError(13, "Permission denied", "x"), "error: x: permission denied\n"),
        (OSError("odd"), "error: odd\n"),
        (ZeroDivisionError("x"), "error: internal error: ZeroDivisionError: x; please report it with the input\n"),
        (
            KeyError("\x1b" + 400 * "x"),
            f"error: internal error: KeyError: '\\x1b{294 * 'x'}…; please report it with the input\n",
        ),
    ],
)
def test_nothing_ends_in_a_traceback(
    policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    monkeypatch.setattr("policyengine.cli.show.assemble", lambda *_, **__: broken(error))
    assert policyengine("show", project) == (2, "", message)


def test_a_traceback_for_those_who_ask(policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyengine.cli.show.assemble", lambda *_, **__: broken(ZeroDivisionError("x")))
    monkeypatch.setenv("POLICYENGINE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        policyengine("show", project)


def test_an_interrupt(policyengine: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("policyengine.cli.show.assemble", interrupt)
    ran = policyengine("show", project)
    assert (ran.code, ran.out, ran.err.strip()) == (130, "", "")


def test_progress_is_for_terminals_only(policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_in(tmp_path)
    assert policyengine("check", project).err == ""
    monkeypatch.setattr("policyengine.cli.output._PATIENCE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert policyengine("check", project).code == 0
    assert policyengine("check", project, "--quiet") == (0, "", "")


def test_a_mistake_on_a_terminal_is_wrapped_at_words(policyengine: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for name, value in {"COLUMNS": "60", "TERM": "xterm", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert policyengine("check", "--at", "yesterday").err == (
        "error: --at yesterday: expected a date such as 2027-03-31 or\n    2027-03-31T05:00 (UTC)\n"
    )
    monkeypatch.delenv("NO_COLOR")
    assert policyengine("chek").err == "\x1b[1;38;5;196merror: \x1b[0mchek: no such command; did you mean `check`?\n"


def test_a_note_on_a_terminal_is_wrapped_at_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note("base.json: 2 findings left out")
    assert capsys.readouterr().err == "base.json: 2 findings left out\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "20")
    note("base.json: 2 findings left out")
    assert capsys.readouterr().err == "base.json: 2\n    findings left\n    out\n"

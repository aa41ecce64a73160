"""Completion, tried in the shells themselves: what each offers where somebody presses Tab."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.command import Command, write
from policyengine.cli.commands import COMMANDS
from policyengine.cli.completion import command_words
from policyengine.cli.shells import CommandWords, Shell

OFFERED = [
    ("policyengine che", {"check"}),
    ("bpol che", {"check"}),
    ("bpol --ver", {"--version"}),
    ("bpol check --form", {"--format"}),
    ("bpol check --format g", {"github", "gitlab"}),
    ("bpol check --color a", {"auto", "always"}),
    ("bpol check sh", {"shop/", "shut/"}),
    ("bpol check -C sh", {"shop/", "shut/"}),
    ("bpol check --snapshot or", {"organization.yaml"}),
    ("bpol validate do", {"document.json"}),
    ("bpol diff or", {"organization.yaml"}),
    ("bpol rules dor", {"dora"}),
    ("bpol rules operator-b", {"operator-blocked"}),
    ("bpol schema bas", {"baseline"}),
    ("bpol completion z", {"zsh"}),
    ("bpol effective --hypo", {"--hypothetical"}),
]
"""What is written when Tab is pressed, and all that is offered."""
FILES = {"organization.yaml": "", "document.json": "", "shop/a.bpol": "", "shut/a.bpol": ""}
BASH = """
source "$1"
COMP_LINE=$2
read -ra COMP_WORDS <<< "$2"
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
"$(complete -p "${COMP_WORDS[0]}" | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
for reply in "${COMPREPLY[@]}"; do [[ -d $reply ]] && echo "$reply/" || echo "$reply"; done
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "work", FILES)


@pytest.fixture
def scripts(policyengine: Command, tmp_path: Path) -> dict[str, Path]:
    """The script of each shell as a file."""
    files = {shell.value: tmp_path / f"completion.{shell.value}" for shell in Shell}
    for shell, file in files.items():
        assert policyengine("completion", shell, "--output", file) == (0, "", "")
    return files


@pytest.mark.parametrize(("line", "offered"), OFFERED, ids=lambda value: value if isinstance(value, str) else "")
def test_bash(scripts: dict[str, Path], folder: Path, line: str, offered: set[str]) -> None:
    done = _ran(folder, "bash", "--norc", "-c", BASH, "bash", str(scripts["bash"]), line)
    assert set(done.splitlines()) == offered


@pytest.mark.parametrize(("line", "offered"), OFFERED, ids=lambda value: value if isinstance(value, str) else "")
def test_fish(scripts: dict[str, Path], folder: Path, line: str, offered: set[str]) -> None:
    done = _ran(folder, "fish", "--no-config", "-c", f"source {scripts['fish']}; complete -C '{line}'")
    assert {reply.partition("\t")[0] for reply in done.splitlines()} == offered


TABS = [
    ("policyengine che", "policyengine check "),
    ("bpol check --format js", "bpol check --format json "),
    ("bpol check --format=js", "bpol check --format=json "),
    ("bpol check --upd", "bpol check --update-baseline "),
    ("bpol check -C sho", "bpol check -C shop/"),
    ("bpol validate doc", "bpol validate document.json "),
    ("bpol rules operator-b", "bpol rules operator-blocked "),
    ("bpol completion fi", "bpol completion fish "),
]
"""What is written, and what is on the line after Tab where only one answer is possible."""
STARTS = {
    "bash": ("bash --norc --noprofile -i", "bind 'set enable-bracketed-paste off'; PS1='> '; source {}"),
    "zsh": (
        "zsh -f -i",
        "unsetopt zle_bracketed_paste prompt_sp; unset zle_bracketed_paste; PS1='> '; autoload -Uz compinit; compinit -u -D; source {}",
    ),
}


@pytest.mark.parametrize("shell", STARTS)
def test_tab_is_pressed(scripts: dict[str, Path], folder: Path, shell: str) -> None:
    """A shell as people have it, on a terminal; each line is completed, shown, and dropped."""
    command, begin = STARTS[shell]
    terminal = Terminal(command.split(), folder)
    terminal.type(f"{begin.format(scripts[shell])}; echo rea''dy\n", until="ready")
    for line, completed in TABS:
        assert completed in terminal.type(f"{line}\t", until=completed), (shell, line)
        terminal.type("\x15echo drop''ped\n", until="dropped")
    terminal.close()


class Terminal:
    """An interactive program on a terminal of its own."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._pid, self._stream = pty.fork()
        if not self._pid:
            os.chdir(folder)
            surroundings = {**os.environ, "TERM": "dumb", "COLUMNS": "200", "HOME": str(folder)}
            os.execvpe(command[0], command, surroundings)  # noqa: S606 - the shell is what is started

    def type(self, keys: str, *, until: str, patience: float = 20) -> str:
        """Presses keys, and gives what is shown until a text is, or for as many seconds."""
        os.write(self._stream, keys.encode())
        shown, end = "", time.monotonic() + patience
        while until not in shown and time.monotonic() < end:
            if select.select([self._stream], [], [], 0.1)[0]:
                shown = _plain(shown + os.read(self._stream, 65536).decode(errors="replace"))
        return shown

    def close(self) -> None:
        os.write(self._stream, b"\x15exit\n")
        os.close(self._stream)
        os.waitpid(self._pid, 0)


def test_what_is_completed_is_what_there_is() -> None:
    words = {command.name: command for command in command_words()}
    assert list(words) == list(COMMANDS)
    names = {name for flag in words["check"].flags for name in flag.names}
    assert {"-C", "--format", "--strict", "--quiet", "-q", "--help"} <= names
    assert [flag.help for command in words.values() for flag in command.flags if not flag.help] == []


def test_words_need_no_quotes_in_a_shell() -> None:
    places = (values for command in command_words() for values in _values(command))
    assert [word for values in places for word in values if not re.fullmatch(r"[\w.-]+", word)] == []


@pytest.mark.parametrize("shell", Shell)
def test_the_script_for_programs(policyengine: Command, shell: str) -> None:
    assert policyengine.json("completion", shell).json["script"] == policyengine("completion", shell).out


def test_a_shell_that_is_not_there(policyengine: Command) -> None:
    ran = policyengine("completion", "tcsh")
    assert (ran.code, ran.out) == (2, "")
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in ran.err


def _values(command: CommandWords) -> Iterator[tuple[str, ...]]:
    yield command.arguments.words
    yield from (flag.values.words for flag in command.flags if flag.values)


def _ran(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, env={**os.environ, "HOME": str(folder)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def _plain(shown: str) -> str:
    """What is shown without what moves the cursor or rings the bell."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x07", "", shown)

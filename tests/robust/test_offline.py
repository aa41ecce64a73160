"""No command uses the network, and none starts a program but git."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cli.command import AT
from cli.test_cli_process import ENVIRONMENT
from e2e.scratch import commit, git
from robust.calls import COMMANDS, calls
from robust.states import write_states

# What Python tells of itself before it does it; the hook stays for as long as the process does.
WATCHED = """
import sys
from policyengine.cli.app import run

seen, ran = set(), set()

def watch(event, arguments):
    if event.startswith(("socket.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.")):
        seen.add(event)
    elif event == "subprocess.Popen":
        seen.add(arguments[1][0])

sys.addaudithook(watch)
for line in sys.stdin.read().splitlines():
    arguments = line.split("\\t")
    assert run([*arguments, "--output", "/dev/null"]) in {0, 1, 2}, arguments
    ran.add(arguments[0])
print(*sorted(seen), "|", *sorted(ran))
"""
ASKS_A_SOCKET = "import socket; socket.socket()"


def watched(folder: Path, lines: list[str], script: str = WATCHED) -> str:
    """What a process that runs the calls says of its own doings."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        input="\n".join(lines),
        capture_output=True,
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        text=True,
        timeout=120,
    )
    return done.stdout.strip()


def test_no_command_uses_the_network_or_other_programs_than_git(tmp_path: Path) -> None:
    write_states(tmp_path, ["plain"])
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "one")
    lines = ["\t".join(call.arguments) for call in calls()]
    revisions = f"diff\tHEAD\t-C\tshop\t--at\t{AT}"
    assert watched(tmp_path, [*lines, revisions]) == f"git | {' '.join(sorted(COMMANDS))}"


def test_the_watch_sees_a_socket(tmp_path: Path) -> None:
    assert watched(tmp_path, [], WATCHED.replace("print(", f"{ASKS_A_SOCKET}; print(")) == "socket.__new__ |"

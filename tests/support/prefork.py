"""The command `policyengine` for tests that call it from scripts, many times: its modules are imported once.

A start takes longer than most commands: Python, and then hundreds of modules. Here a server that has imported them forks
for each call, and the child is given what a process of its own would have: words, environment, folder, and streams.
What is about the start itself is no business of this: such tests start processes.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from select import select
from typing import NoReturn

# Without `site`: a start of 15 ms.
CLIENT = """#!{python} -ISE
import os, socket, sys
calling = socket.socket(socket.AF_UNIX)
calling.connect({place!r})
socket.send_fds(calling, [b"-"], [0, 1, 2])
words = [os.getcwd(), str(len(sys.argv)), *sys.argv, *map("=".join, os.environ.items())]
calling.sendall(os.fsencode("\\0".join(words)))
calling.shutdown(socket.SHUT_WR)
sys.exit(calling.recv(1)[0])
"""
COMMANDS = (("check",), ("check", "--format", "markdown"), ("check", "--format", "sarif"), ("show",), ("compile",))


@contextmanager
def preforked(python: str | Path, folder: Path, project: Path) -> Iterator[str]:
    """The text of a program that calls the package of an interpreter; `project` is one for its server to try."""
    place = folder / "socket"
    command = [python, "-I", __file__, str(place), str(project)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        assert server.stdout.readline() == b"ready\n"
        yield CLIENT.format(python=sys.executable, place=str(place))
        server.stdin.close()  # whoever started it may also just end


def serve(place: str, project: str) -> None:
    """Answers calls until the standard input ends."""
    _import_all(project)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in (ready := select([listening, sys.stdin], [], [])[0]):
            if ready:
                calling, _ = listening.accept()
                if os.fork() == 0:
                    listening.close()
                    _answer(calling)
                calling.close()


def _import_all(project: str) -> None:
    from policyengine.cli.app import run  # noqa: PLC0415 - of the interpreter that serves, not of the tests'

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        run(["--version"])
        for command in COMMANDS:
            run([*command, "-C", project])
        run(["diff", "-C", project, project, project])


def _answer(calling: socket.socket) -> NoReturn:
    from policyengine.__main__ import main  # noqa: PLC0415

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(calling, 1, 3)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    folder, count, *words = os.fsdecode(_rest(calling)).split("\0")
    os.chdir(folder)
    sys.argv, variables = words[: int(count)], words[int(count) :]
    os.environ.clear()
    for variable in variables:
        name, _, value = variable.partition("=")
        os.environ[name] = value
    try:
        main()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
    calling.sendall(bytes([code]))
    os._exit(code)


def _rest(calling: socket.socket) -> bytes:
    read = b""
    while part := calling.recv(1 << 16):
        read += part
    return read


if __name__ == "__main__":
    serve(*sys.argv[1:])

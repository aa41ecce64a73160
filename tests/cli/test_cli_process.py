"""The command as a process: readers that leave, interrupts, closed streams, and the same bytes every time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import policyengine
from cli.command import AT, POLICY, project_in, write

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(policyengine.__file__).parents[1])}
COMMAND = [sys.executable, "-m", "policyengine"]
MORE_THAN_A_PIPE_HOLDS = 1 << 20
GOLDEN = Path(__file__).parents[1] / "golden"


def run(
    *arguments: str | Path, stdout: int = subprocess.PIPE, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**ENVIRONMENT, **environment},
        check=False,
        timeout=60,
    )


def nobody_reads() -> int:
    """The writing end of a pipe whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def in_shell(line: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """A line for the shell; `$P` is the command."""
    environment = {**ENVIRONMENT, "P": f"{sys.executable} -m policyengine"}
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, cwd=folder, env=environment, check=False, timeout=60
    )


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    return project_in(tmp_path / "failing", policy=POLICY.replace("vault", "vualt"))


def test_a_reader_that_has_left_hears_nothing_and_the_verdict_stays(failing: Path) -> None:
    sink = nobody_reads()
    try:
        ran = run("check", failing, stdout=sink)
    finally:
        os.close(sink)
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_the_first_line_of_much(tmp_path: Path) -> None:
    accounts = ",".join(f'{{"id": "{number:012}", "name": "account {number}"}}' for number in range(5000))
    write(tmp_path, {"s.json": f'{{"version": 1, "root": {{"name": "Root", "accounts": [{accounts}]}}}}'})
    ran = in_shell("set -o pipefail; $P show --snapshot s.json | head -1", tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"Root\n", b"")


def test_a_full_disk(failing: Path) -> None:
    ran = in_shell("$P check > /dev/full", failing)
    assert (ran.returncode, ran.stderr) == (2, b"error: the output cannot be written: no space left on device\n")


@pytest.mark.parametrize(
    ("line", "code"),
    [("$P check >&-", 1), ("$P check 2>&-", 1), ("$P chek 2>&-", 2), ("$P fmt - <&-", 0), ("$P chek 2>/dev/full", 2)],
)
def test_closed_streams(failing: Path, line: str, code: int) -> None:
    ran = in_shell(line, failing)
    assert (ran.returncode, ran.stderr) == (code, b"")


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C is heard by processes that are started; what a shell puts into the background hands on that it is not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_an_interrupt_ends_the_process_quietly() -> None:
    process = subprocess.Popen(
        [*COMMAND, "fmt", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdin
    os.write(process.stdin.fileno(), b"#" * MORE_THAN_A_PIPE_HOLDS)  # goes on once the process reads, and so is at work
    interrupted(process)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


def interrupted(process: subprocess.Popen[bytes]) -> None:
    """Presses Ctrl-C until it is heard: between two steps of a blocking read nobody listens.

    Not too often: a second one ends a process that is about to go.
    """
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            continue
        return


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_output_is_utf_8_whatever_the_locale(encoding: str) -> None:
    ran = run("show", "-C", GOLDEN / "project", "--at", AT, PYTHONIOENCODING=encoding)
    assert (ran.returncode, ran.stdout) == (0, (GOLDEN / "show.txt").read_bytes())


def test_version_needs_next_to_nothing() -> None:
    ran = run("--version")
    assert (ran.returncode, ran.stdout) == (0, f"policyengine {policyengine.__version__}\n".encode())


def test_two_runs_at_once_write_whole_files(tmp_path: Path) -> None:
    project = project_in(tmp_path)
    line = "for i in 1 2 3 4; do $P compile --out out --quiet & done; wait; cat out/baseline.json"
    ran = in_shell(line, project)
    expected = run("compile", project, "--out", tmp_path / "alone")
    assert expected.returncode == 0
    assert (ran.stdout, ran.stderr) == ((tmp_path / "alone/baseline.json").read_bytes(), b"")
    assert sorted(file.name for file in (project / "out").iterdir()) == ["attachments.json", "baseline.json"]


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("$P schema check --output /dev/stdout | head -1", "{\n"),
        ("$P schema check --output >(head -1)", "{\n"),
        ("$P schema check --output /dev/fd/3 3>&1 | head -1", "{\n"),
        ("$P schema check --output /dev/stderr 2>&1 >/dev/null | head -1", "{\n"),
        ("echo before > log; $P schema check --output /dev/stdout >> log; head -2 log", "before\n{\n"),
    ],
)
def test_output_into_a_stream_that_is_open(tmp_path: Path, line: str, printed: str) -> None:
    ran = in_shell(f"set -o pipefail; {line} && wait", tmp_path)
    assert (ran.returncode, ran.stdout.decode(), ran.stderr) == (0, printed, b"")

"""What the outside world does to a run: readers that leave, disks that are full, processes that are killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.command import POLICY, SNAPSHOT, Command, Json, project_in, write
from cli.test_cli_process import ENVIRONMENT, in_shell
from robust.calls import COMMANDS, calls
from robust.states import write_states

pytestmark = pytest.mark.scale

INTO_SINKS = """
import contextlib, io, json, os, sys
from policyengine.cli.app import run

def nowhere():
    return os.open(os.devnull, os.O_WRONLY)

def nobody():
    reading, writing = os.pipe()
    os.close(reading)
    return writing

def full_disk():
    return os.open("/dev/full", os.O_WRONLY)

told = {}
for line in sys.stdin.read().splitlines():
    told[line] = []
    for sink in (nowhere, nobody, full_disk):
        err = io.StringIO()
        with open(sink(), "w", encoding="utf-8") as out:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                told[line].append((run(line.split("\\t")), err.getvalue()))
print(json.dumps(told))
"""
# Writes for a minute, so that whatever comes comes in the middle.
WRITING = """
import time
from pathlib import Path
from policyengine.files import write_whole

def slowly():
    for _ in range(600):
        yield "x" * 100_000
        time.sleep(0.1)

write_whole(Path("baseline.json"), slowly())
"""
# Ctrl-C is heard here, whoever runs the tests: what a shell puts into the background begins deaf to it.
INTERRUPTED = """
import signal, sys
import policyengine.cli.app
from policyengine.__main__ import main

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGVTALRM, lambda number, frame: signal.raise_signal(signal.SIGINT))
signal.setitimer(signal.ITIMER_VIRTUAL, float(sys.argv.pop(1)))
main()
"""
# Interrupted where a library makes an error of its own of what is raised.
REWORDED = """
import signal
import policyengine.cli.app
from policyengine.__main__ import main

signal.signal(signal.SIGINT, signal.default_int_handler)

def call(arguments):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise ValueError("no validator") from None

policyengine.cli.app._call = call
main()
"""
# Interrupted where Python drops what is raised; the run would go on for ever.
UNHEARD = """
import signal
import policyengine.cli.app
from policyengine.__main__ import main

signal.signal(signal.SIGINT, signal.default_int_handler)

class Interrupted:
    def __del__(self):
        raise KeyboardInterrupt

def run(arguments):
    Interrupted()
    while True:
        pass

policyengine.cli.app.run = run
main()
"""


def python(folder: Path, script: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A script in a process of its own."""
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, cwd=folder, env=ENVIRONMENT, check=False, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def into_sinks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[int, str]]]:
    """The exit codes and the errors of every call: written into nothing, to a reader that has left, on a full disk."""
    folder = tmp_path_factory.mktemp("states")
    write_states(folder, ["plain"])
    lines = ["\t".join(call.arguments) for call in calls() if call.arguments[0] != "init"]
    told: Json = json.loads(python(folder, INTO_SINKS, given="\n".join(lines)).stdout)
    return {line: [(code, err) for code, err in outcomes] for line, outcomes in told.items()}


def test_a_reader_that_leaves_changes_no_verdict(into_sinks: dict[str, list[tuple[int, str]]]) -> None:
    assert {line: left for line, (usual, left, _) in into_sinks.items() if left != usual} == {}
    assert {code for _, (code, _), _ in into_sinks.values()} == {0, 1, 2}


def test_a_full_disk_is_reported_by_every_command(into_sinks: dict[str, list[tuple[int, str]]]) -> None:
    """But where nothing is written, since an error says why; `pull` has its own test, beside an AWS to read."""
    full = "error: the output cannot be written: no space left on device\n"
    told = {line: full for line, (usual, _, full) in into_sinks.items() if not usual[1].startswith("error: ")}
    assert set(told.values()) == {(2, full)}
    assert {line.partition("\t")[0] for line in told} == COMMANDS.keys() - {"init", "pull"}


def test_a_writer_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    write(tmp_path, {"baseline.json": "before"})
    process = subprocess.Popen([sys.executable, "-c", WRITING], cwd=tmp_path, env=ENVIRONMENT)
    try:
        while not any(file.stat().st_size for file in tmp_path.glob(".policyengine-*")):
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL
    assert (tmp_path / "baseline.json").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("seconds", ["0.02", "0.1", "0.2", "0.3"])
def test_an_interrupt_at_any_moment_ends_the_run_quietly(tmp_path: Path, seconds: str) -> None:
    """Moments by the processor's clock, from the reading of options to the making of the page."""
    write(tmp_path, {"organization.json": json.dumps(many(40_000))})
    before = sorted(tmp_path.iterdir())
    ran = python(tmp_path, INTERRUPTED, seconds, "check", "--format", "html", "--output", "page.html")
    assert (ran.returncode, ran.stdout, ran.stderr.strip()) == (130, "", "")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("script", [REWORDED, UNHEARD], ids=["reworded", "dropped"])
def test_an_interrupt_that_is_lost_ends_the_run_all_the_same(tmp_path: Path, script: str) -> None:
    ran = python(tmp_path, script, "check")
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def many(number: int) -> Json:
    """A snapshot of so many accounts in units of a hundred."""
    accounts = [{"id": f"{account:012}", "name": f"account {account}"} for account in range(number)]
    units = [{"name": f"unit {place}", "accounts": accounts[place : place + 100]} for place in range(0, number, 100)]
    return {"version": 1, "root": {"name": "Root", "units": units}}


def test_two_runs_at_once_keep_a_whole_baseline(tmp_path: Path) -> None:
    config = '[gate]\nbaseline = "baseline.json"\n'
    project = project_in(tmp_path, policy=f"{POLICY}policy idle {{}}\n", config=config)
    ran = in_shell("for i in 1 2; do $P check --update-baseline --quiet & done; wait; $P check | tail -1", project)
    assert (ran.returncode, ran.stdout) == (0, b"pass: 3 accounts, 2 policies: 1 accepted\n")
    names = ["baseline.json", "organization.yaml", "policy.bpol", "policyengine.toml"]
    assert sorted(file.name for file in project.iterdir()) == names


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["check", "loop"], "loop: no such folder"),
        (["check", "--snapshot", "folder"], "folder: is a directory"),
        (["check", "--snapshot", "loop"], "loop: too many levels of symbolic links"),
        (["check", "snapshot-is-a-folder"], "snapshot-is-a-folder/organization.yaml: is a directory"),
        (["check", "config-is-a-folder"], "config-is-a-folder/policyengine.toml: is a directory"),
        (["check", "baseline-is-a-folder"], "baseline-is-a-folder/folder: is a directory"),
        (["check", "baseline-is-a-folder", "--update-baseline"], "baseline-is-a-folder/folder: is a directory"),
        (["check", "policy-is-a-loop"], "policy-is-a-loop/a.bpol: too many levels of symbolic links"),
        (["compile", "file"], "file: this is a file, expected the folder of a project"),
        (["validate", "folder"], "folder: no policy documents, the folder has no .json files"),
        (["import", "loop"], "loop: too many levels of symbolic links"),
        (["fmt", "loop"], "loop: no such file or folder"),
        (["diff", "folder", "loop"], "there is no project in `folder`"),
        (["diff", "loop", "folder"], "loop: this is a file, expected a project's folder, a snapshot"),
        (["init", "file"], "file: cannot be made: file exists"),
        (["rules", "--out", "file"], "file: cannot be made: file exists"),
        (["schema", "check", "--output", "folder"], "folder: cannot be written: is a directory"),
        (["schema", "check", "--output", "loop/x"], "loop/x: cannot be written: too many levels of symbolic links"),
    ],
)  # fmt: skip
def test_what_is_no_file_or_no_folder(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: list[str], told: str
) -> None:
    monkeypatch.chdir(write(tmp_path, {"file": "", "policy-is-a-loop/organization.yaml": SNAPSHOT}))
    write(tmp_path, {"baseline-is-a-folder/policyengine.toml": "[gate]\nbaseline = 'folder'\n"})
    write(tmp_path, {"baseline-is-a-folder/organization.yaml": SNAPSHOT})
    for folder in (
        *("folder", "baseline-is-a-folder/folder"),
        *("snapshot-is-a-folder/organization.yaml", "config-is-a-folder/policyengine.toml"),
    ):
        (tmp_path / folder).mkdir(parents=True)
    for link in ("loop", "policy-is-a-loop/a.bpol"):
        (tmp_path / link).symlink_to(Path(link).name)
    ran = policyengine(*call)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert told in ran.err

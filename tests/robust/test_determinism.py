"""The same input gives the same bytes, in every format of every command, whatever is around it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli.command import Json
from cli.test_cli_process import ENVIRONMENT
from robust.calls import calls
from robust.names import NAMES
from robust.states import write_states

pytestmark = pytest.mark.scale

SOME = [NAMES[kind] for kind in ("markup", "quotes", "right to left", "mentions", "path", "table", "fillers", "folded")]
# Folders are listed in an order of chance, and the calls come in one: nothing may depend on what was asked before.
SCRIPT = """
import contextlib, hashlib, io, json, os, random, sys
from policyengine.cli.app import run

random.seed(sys.argv[1])
look = os.scandir

def shuffled(folder="."):
    with look(folder) as entries:
        found = list(entries)
    random.shuffle(found)
    return contextlib.nullcontext(found)

os.scandir = shuffled
lines, told = sys.stdin.read().splitlines(), {}
for line in random.sample(lines, len(lines)):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(line.split("\\t"))
    told[line] = [code, len(out.getvalue()), hashlib.sha256((out.getvalue() + err.getvalue()).encode()).hexdigest()]
print(json.dumps(told))
"""
SURROUNDINGS: list[Mapping[str, str]] = [
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "200", "TERM": "xterm-256color"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "COLUMNS": "20", "TERM": "dumb", "USER": "nobody"},
]


def told(folder: Path, surroundings: Mapping[str, str]) -> Json:
    """The exit code, the length and the hash of every call's output."""
    lines = ["\t".join(call.arguments) for call in calls() if call.arguments[0] != "init"]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, surroundings["PYTHONHASHSEED"]],
        input="\n".join(lines),
        capture_output=True,
        cwd=folder,
        env={**ENVIRONMENT, **surroundings},
        check=True,
        text=True,
        timeout=300,
    )
    return json.loads(done.stdout)


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """The same states twice, their files made in opposite order."""
    write_states(tmp_path / "first", SOME)
    files = sorted(file for file in (tmp_path / "first").rglob("*") if file.is_file())
    for file in reversed(files):
        copy = tmp_path / "second" / file.relative_to(tmp_path / "first")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return [tmp_path / "first", tmp_path / "second"]


def test_the_same_bytes_whatever_is_around(folders: list[Path]) -> None:
    first, second = (told(*both) for both in zip(folders, SURROUNDINGS, strict=True))
    assert {line: outcome for line, outcome in first.items() if second[line] != outcome} == {}
    assert sum(length for _, length, _ in first.values()) > 1_000_000

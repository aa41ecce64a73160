"""A version of the project, laid out in a folder and played there by a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from frozen import record
from frozen.record import Case

ROOT = Path(__file__).parents[2]
PARTS = ("policyengine", "docs/rules", "grammar", "policies")
WORKER = Path(__file__).with_name("worker.py")
SURROUNDINGS = {"COLUMNS": "100", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color"}


class Version(NamedTuple):
    """A version in a folder. Its parser's tables are not built: the worker makes them once, when it begins."""

    folder: Path

    def start(self, asked: Path, outcomes: Path) -> subprocess.Popen[bytes]:
        """A process that plays a file of cases."""
        environment = {"PATH": os.environ["PATH"], **SURROUNDINGS, "PYTHONPATH": str(self.folder)}
        command = [sys.executable, "-P", *map(str, (WORKER, asked, outcomes, self.folder / "policyengine"))]
        return subprocess.Popen(command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL)

    def play(self, cases: Iterable[Case]) -> list[Case]:
        """Plays a few cases at once."""
        asked, outcomes = (self.folder / f"{name}.gz" for name in ("asked", "outcomes"))
        record.write(asked, cases)
        wait(self.start(asked, outcomes))
        return list(record.read(outcomes))


def wait(process: subprocess.Popen[bytes]) -> None:
    """Until a worker is done. Raises `RuntimeError` where it failed."""
    if process.wait():
        raise RuntimeError("a worker failed; see above")


def lay_out(revision: str | None, folder: Path) -> Version:
    """A revision of git, or without one what is on disk, in a folder that is not there yet."""
    if revision is None:
        for part in PARTS:
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "tables.bin"))
    else:
        with tarfile.open(fileobj=BytesIO(_git("archive", commit_of(revision), *PARTS))) as archive:
            archive.extractall(folder, filter="data")
    return Version(folder)


def commit_of(revision: str) -> str:
    """The commit that a revision of git stands for."""
    return _git("rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout

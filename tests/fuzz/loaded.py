"""Processes that have loaded the rooms behind doors: each does one job at a time, and is free for another then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE

from fuzz.work import Job

TESTS = Path(__file__).parents[1]


class Loaded:
    """A process of `fuzz.work`. atheris looks at the modules for ten seconds: once for it, not for every job."""

    def __init__(self, doors: Sequence[str], *, guided: bool) -> None:
        command = [sys.executable, "-m", "fuzz.work", *doors, *([] if guided else ["--blind"])]
        environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONHASHSEED": "0"}
        with ExitStack() as stack:
            self._errors = stack.enter_context(tempfile.TemporaryFile())
            self._process = stack.enter_context(
                subprocess.Popen(
                    command, cwd=TESTS.parent, env=environment, stdin=PIPE, stdout=PIPE, stderr=self._errors
                )
            )
            self._stack = stack.pop_all()

    def work(self, job: Job) -> int:
        """The exit code of a job's process. Raises RuntimeError where the rooms could not be loaded."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{json.dumps(job._asdict())}\n".encode())
        self._process.stdin.flush()
        if code := self._process.stdout.readline():
            return int(code)
        self._errors.seek(0)
        raise RuntimeError(self._errors.read().decode("utf-8", "replace"))

    def close(self) -> None:
        """Ends the process, which has no job."""
        self._stack.close()


class Workshop:
    """As many loaded processes as there are jobs at the same time, at most. Several threads may give it jobs."""

    def __init__(self, doors: Sequence[str], *, guided: bool) -> None:
        self._doors, self._guided = doors, guided
        self._idle: list[Loaded] = []

    def work(self, job: Job) -> int:
        """The exit code of a job's process."""
        loaded = self._idle.pop() if self._idle else Loaded(self._doors, guided=self._guided)
        try:
            return loaded.work(job)
        finally:
            self._idle.append(loaded)

    def close(self) -> None:
        """Ends all processes."""
        while self._idle:
            self._idle.pop().close()

"""Plays calls on one version of the package, all in this process: `python -P worker.py CALLS OUTCOMES PACKAGE`.

Knows nothing of the version but `policyengine.__main__.main`. `CALLS` is a file as `frozen.record` writes it, `OUTCOMES` the
same with what each call left behind, `PACKAGE` the folder that the package must come from.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, TypeAlias

import policyengine
from policyengine.__main__ import main as command

Json: TypeAlias = Any
States: TypeAlias = dict[str, tuple[int, int]]

COLLECTED = 20  # cases
PROJECT = "now"  # the folder below the case that calls are made in


def main() -> None:
    """Plays the file."""
    asked, outcomes, package = map(Path, sys.argv[1:])
    found = Path(policyengine.__file__).resolve().parent
    if found != package.resolve():
        sys.exit(f"{found} was loaded, and not {package}")
    name = tempfile.mkdtemp(prefix="frozen-")
    try:
        play_file(asked, outcomes, Path(name))
    finally:
        shutil.rmtree(name)


def play_file(asked: Path, outcomes: Path, folder: Path) -> None:
    """Plays every case of a file, and writes each with its `outcomes`."""
    with (
        gzip.open(asked, "rt", encoding="utf-8") as source,
        gzip.open(outcomes, "wt", compresslevel=1, encoding="utf-8") as target,
    ):
        for number, line in enumerate(source):
            case = json.loads(line)
            case["outcomes"] = _Case(folder / "case", case["files"]).play(case["calls"])
            target.write(json.dumps(case) + "\n")
            _collect(number)


def _collect(number: int) -> None:
    """Now and then what the command, which switches the collector off, leaves to it; never the modules."""
    if number % COLLECTED == 0:
        gc.collect()
    if number == COLLECTED:
        gc.freeze()


class _Case:
    """Files in a folder, which are as they were before each call. Takes the folder and the texts by name."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self._folder, self._files = folder, files
        self._states = self._written()

    def play(self, calls: Sequence[Sequence[str]]) -> list[Json]:
        """What each call comes to."""
        os.chdir(self._folder / PROJECT)
        found = [self._outcome(call) for call in calls]
        os.chdir(self._folder.parent)
        return found

    def _outcome(self, call: Sequence[str]) -> Json:
        outcome = {key: self._nameless(text) for key, text in _called(call).items()}
        states = self._now()
        if states == self._states:
            return outcome
        written = [name for name, state in states.items() if self._states.get(name) != state]
        outcome |= {name: self._nameless(_text(self._folder / name)) for name in sorted(written)}
        self._states = self._written()
        os.chdir(self._folder / PROJECT)
        return outcome

    def _written(self) -> States:
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / PROJECT).mkdir(parents=True)
        for name, text in self._files.items():
            file = self._folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        return self._now()

    def _now(self) -> States:
        return {name: (said.st_mtime_ns, said.st_size) for name, said in _walk(str(self._folder), "")}

    def _nameless(self, text: str) -> str:
        """Without the folder's name, which is another each time and always of the same length."""
        return text.replace(str(self._folder.parent), "<folder>")


def _walk(folder: str, below: str) -> list[tuple[str, os.stat_result]]:
    found: list[tuple[str, os.stat_result]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{below}{entry.name}"
            found += _walk(entry.path, f"{name}/") if entry.is_dir() else [(name, entry.stat())]
    return found


def _text(file: Path) -> str:
    return file.read_bytes().decode(errors="backslashreplace")


def _called(call: Sequence[str]) -> dict[str, str]:
    """The exit code and what was printed, as texts."""
    streams = [TextIOWrapper(BytesIO(), encoding="utf-8", newline="") for _ in range(3)]
    before = sys.stdin, sys.stdout, sys.stderr, sys.argv
    sys.stdin, sys.stdout, sys.stderr, sys.argv = *streams, ["policyengine", *call]
    try:
        code = _code()
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = before
    return {"exit code": code, "output": _printed(streams[1]), "errors": _printed(streams[2])}


def _code() -> str:
    try:
        command()
    except SystemExit as end:
        return str(end.code)
    except BaseException:  # noqa: BLE001 - a crash is an outcome like any other
        return traceback.format_exc(limit=0)
    return "0"


def _printed(stream: TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    return raw.getvalue().decode() if isinstance(raw, BytesIO) else ""


if __name__ == "__main__":
    main()

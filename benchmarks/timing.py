"""Taking times: of calls in this process, side by side, and of whole processes.

What counts is CPU time, which other work on the machine disturbs least; whole processes have their wall time beside it.
"""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shutil import which
from statistics import median
from typing import NamedTuple

from benchmarks import ROOT

_LAUNCHER = Path(__file__).with_name("launch.py")
_SLOWEST = 300  # seconds until a process counts as hung


class Process(NamedTuple):
    """What running a command took: seconds of CPU and of waiting, and the most memory at once, in MB."""

    cpu: float
    wall: float
    memory: float


def cpu_of(call: Callable[[], object]) -> float:
    """Seconds of CPU that a call takes, with the garbage collector at rest."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        call()
        return time.process_time() - started
    finally:
        gc.enable()


def side_by_side(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of CPU of each call, the medians of rounds in which each is made once."""
    taken = [{name: cpu_of(call) for name, call in calls.items()} for _ in range(rounds)]
    return {name: median(found[name] for found in taken) for name in calls}


def processes(commands: Mapping[str, Sequence[str]], rounds: int, codes: tuple[int, ...] = (0,)) -> dict[str, Process]:
    """What commands of this Python take, the least of rounds in which each is run once.

    What disturbs a run only ever adds to it, as does compiling modules in the first one.

    Raises `RuntimeError` for a command that ends with another exit code than those.
    """
    taken = [{name: run_python(command, codes) for name, command in commands.items()} for _ in range(rounds)]
    return {name: Process(*map(min, zip(*[found[name] for found in taken], strict=True))) for name in commands}


def run_python(command: Sequence[str], codes: tuple[int, ...] = (0,)) -> Process:
    """Runs `python COMMAND` below a small process, since a child's memory counts from what its parent had.

    Raises `RuntimeError` where it ends with another exit code than those, and `TimeoutExpired` where it does not end.
    """
    launched = [sys.executable, "-I", "-S", str(_LAUNCHER), sys.executable, *command]
    done = subprocess.run(
        launched, capture_output=True, text=True, check=True, cwd=ROOT, env=_environment(), timeout=_SLOWEST
    )
    found = json.loads(done.stdout)
    if found["code"] not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {found['code']}: {found['errors']}")
    return Process(found["cpu"], found["wall"], found["memory"])


def instructions(command: Sequence[str], codes: tuple[int, ...] = (0,)) -> int | None:
    """How many instructions `python COMMAND` executes, by valgrind; None where there is no valgrind.

    Nearly the same from run to run, however busy the machine; takes fifty times as long as the command. Raises
    `RuntimeError` where it ends with another exit code than those.
    """
    valgrind = which("valgrind")
    if valgrind is None:
        return None
    counting = [valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    environment = {**_environment(), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*counting, sys.executable, *command], capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )
    count = re.search(r"I +refs: +([\d,]+)", done.stderr)
    if done.returncode not in codes or count is None:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    return int(count[1].replace(",", ""))


def _environment() -> dict[str, str]:
    """This process's environment, in which Python keeps the modules that it compiles."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

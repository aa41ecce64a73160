"""The gate, the same for people and for CI: `python -m tests` runs every step and fails when one of them does.

`python -m tests --deep` runs what takes longer: long laws, much input, clocks, and the search for inputs that break
something. CI runs it after the gate.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
WORKERS = ("-n", "2", "--dist", "loadgroup")
# Each worker imports all that it is given.
MARKED = sorted(str(file) for file in (ROOT / "tests").rglob("test_*.py") if b"pytest.mark.scale" in file.read_bytes())
STEPS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "layers": ("lint-imports",),
    "tests": ("pytest", *WORKERS, "-m", "not scale", "--quiet"),
    "coverage": ("python", "-m", "tests.line_coverage"),
}
DEEP = {
    "scale": ("pytest", *WORKERS, "-m", "scale", "--quiet", *MARKED),
    # Four seconds of processor time for each door, after ten in which atheris looks at the modules.
    "fuzz": ("python", "-m", "fuzz", "--fresh", "--minutes", "0.065", "--workers", "2"),
}
# On one core for half a minute: runs beside the other steps, and is told of at the end.
BESIDE = {"types"}
VARIABLES = {"tests": {"COUNT_LINES": "1"}, "fuzz": {"PYTHONPATH": str(ROOT / "tests")}}


def main() -> int:
    """Runs the steps of a group, also after one that failed, and tells of them one after the other; 1 when any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("--deep", action="store_true", help="what takes longer, and needs the gate before it")
    steps = DEEP if parser.parse_args().deep else STEPS
    with tempfile.TemporaryFile() as written:
        beside = {name: _started(name, steps[name], written) for name in steps if name in BESIDE}
        failed = [name for name, step in steps.items() if name not in beside and not _passes(name, step)]
        failed += [name for name, process in beside.items() if not _ends_well(name, steps[name], process, written)]
    _say(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def _passes(name: str, step: tuple[str, ...]) -> bool:
    _say(f"== {name}: {' '.join(word for word in step if word not in MARKED)}")
    started = time.monotonic()
    code = _started(name, step, None).wait()
    _say(f"== {name}: {'failed' if code else 'passed'} in {time.monotonic() - started:.0f} s\n")
    return code == 0


def _ends_well(name: str, step: tuple[str, ...], process: subprocess.Popen[bytes], written: IO[bytes]) -> bool:
    _say(f"== {name}: {' '.join(step)}")
    code = process.wait()
    written.seek(0)
    _say(written.read().decode("utf-8", "replace").rstrip())
    _say(f"== {name}: {'failed' if code else 'passed'} beside the others\n")
    return code == 0


def _started(name: str, step: tuple[str, ...], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """A step's process, whose output goes to a file or where ours goes."""
    program = Path(sys.executable).with_name(step[0])
    environment = {**os.environ, **VARIABLES.get(name, {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile the same modules
    return subprocess.Popen(
        [program, *step[1:]], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""The gate, the same for people and for CI: `python -m tests` runs every step and fails when one of them does.

`python -m tests --deep` runs what takes longer: long laws, much input, clocks, and the search for inputs that break
something. CI runs it after the gate.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKERS = ("-n", "2", "--dist", "loadgroup")
# Each worker imports all that it is given, for ten seconds if that is every test.
MARKED = sorted(str(file) for file in (ROOT / "tests").rglob("test_*.py") if b"pytest.mark.scale" in file.read_bytes())
STEPS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "layers": ("lint-imports",),
    "tests": ("pytest", *WORKERS, "-m", "not scale", "--quiet", "--cov", "--cov-report", "term"),
}
DEEP = {
    "scale": ("pytest", *WORKERS, "-m", "scale", "--quiet", *MARKED),
    # Fifteen seconds of processor time for each door.
    "fuzz": ("python", "-m", "fuzz", "--fresh", "--minutes", "0.25", "--workers", "2"),
}
PATHS = {"fuzz": {"PYTHONPATH": str(ROOT / "tests")}}


def main() -> int:
    """Runs the steps of a group one after the other, also after one that failed; 1 when any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("--deep", action="store_true", help="what takes longer, and needs the gate before it")
    steps = DEEP if parser.parse_args().deep else STEPS
    failed = [name for name, step in steps.items() if not _passes(name, step)]
    _say(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def _passes(name: str, step: tuple[str, ...]) -> bool:
    _say(f"== {name}: {' '.join(word for word in step if word not in MARKED)}")
    started = time.monotonic()
    program = Path(sys.executable).with_name(step[0])
    environment = {**os.environ, **PATHS.get(name, {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile the same modules
    code = subprocess.run(
        [program, *step[1:]], check=False, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
    ).returncode
    _say(f"== {name}: {'failed' if code else 'passed'} in {time.monotonic() - started:.0f} s\n")
    return code == 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""The wheel, and environments that it is installed into, used as by somebody who has no clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = (
    "backup_policyengine",
    "policyengine",
    "docs/rules",
    "grammar",
    "policies",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "tables.bin", ".*_cache")


def copy_sources(folder: Path) -> Path:
    """Copies what a wheel is built from, and gives the folder back."""
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder)
    return folder


def built_wheel(sources: Path, folder: Path) -> Path:
    """The wheel of the sources, written to a folder, built with this environment's hatchling."""
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, sources)
    return next(folder.glob("*.whl"))


def new_environment(folder: Path, *wheels: Path, dependencies: bool = True) -> Path:
    """A fresh environment with wheels, installed one after the other; the folder of its commands."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    for wheel in wheels:
        alone = () if dependencies else ("--no-deps",)
        # Linked files would be those of uv's cache: a test that writes to one changes what is installed next.
        uv("pip", "install", "--link-mode", "copy", "--python", python, *alone, wheel)
    return folder / "bin"


def uv(*arguments: str | Path) -> None:
    """Runs uv, which is an installer that takes a tenth of pip's time; pip's own ways are tried in `test_installs.py`."""
    call(Path(sys.executable).with_name("uv"), "--quiet", *arguments)


def pip(commands: Path, *arguments: str | Path) -> None:
    """Runs pip on an environment."""
    call(sys.executable, "-m", "pip", "--python", commands / "python", *arguments, "--quiet")


def attempt(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command outside the repository and without this run's settings for Python."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(arguments, check=False, capture_output=True, text=True, cwd="/", env=environment)


def call(*arguments: str | Path) -> str:
    """What a command prints that has to end well."""
    done = attempt(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout

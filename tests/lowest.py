"""The lowest versions that `pyproject.toml` allows of what the package needs: `python -m tests.lowest`.

Builds and installs the package with them in a fresh environment, everything else as new as it comes, and runs tests
there that use all of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "tables.bin", "tests", "dist")
TOOLS = ("hypothesis", "jsonschema", "markdown-it-py", "pytest", "pytest-xdist")
# Every command in every format; reading and refusing of inputs; the command line's own words. What names may do is tried
# with all of them in the second group: here the libraries are, and two names are enough of a project.
NAMES = ("--names", "2")
TESTS = (
    "tests/robust/test_hostile_everywhere.py",
    "tests/aws/snapshot",
    "tests/aws/organization",
    "tests/language/syntax/test_parsing.py",
    "tests/cli/test_cli_usage.py",
)


def constraints(project: Mapping[str, Any]) -> Iterator[str]:
    """The lower bounds of a `pyproject.toml`, those of the build included, as exact versions."""
    for text in dict.fromkeys((*project["build-system"]["requires"], *project["project"]["dependencies"])):
        requirement = Requirement(text)
        (lowest,) = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        yield f"{requirement.name}=={lowest}"


def main() -> int:
    """Installs, and runs the tests; what the last step comes to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _environment(folder)
        command = [str(python.with_name("pytest")), "-p", "no:cacheprovider", "-n", "2", "--quiet", *NAMES, *TESTS]
        return subprocess.run(command, check=False, cwd=ROOT).returncode


def _environment(folder: Path) -> Path:
    """The Python of a fresh environment with the package, built from a copy: its tables are of this version of lark."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = folder / "constraints.txt"
    wanted.write_text("".join(f"{line}\n" for line in constraints(project)), encoding="utf-8")
    sources = folder / "sources"
    shutil.copytree(ROOT, sources, ignore=LEFT_OUT)
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment" / "bin" / "python"
    bounds = ("--constraints", wanted, "--build-constraints", wanted)
    uv = Path(sys.executable).with_name("uv")
    # Compiled here: old versions have escapes that Python warns of, and in the tests a warning is an error.
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *bounds, sources, *TOOLS],
        check=True,
    )
    return python


if __name__ == "__main__":
    sys.exit(main())

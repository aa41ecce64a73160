from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.command import SNAPSHOT, TOLD, project_in, write
from e2e.github import Job
from e2e.scratch import TRAPS, commit, git, once, write_program
from support.prefork import preforked

ROOT = Path(__file__).parents[2]
SOURCES = (
    "backup_policyengine",
    "policyengine",
    "docs/rules",
    "grammar",
    "policies",
    "ci",
    ".pre-commit-hooks.yaml",
    "action.yml",
    "hatch_build.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "tables.bin", ".*_cache")
# Stands in for a Python and its `venv` and `pip`: an install takes longer than all that is tried with it.
ENVIRONMENTS = """#!/bin/sh
[ "$3" = venv ] || exit 0
mkdir -p "$5/bin"
ln -s "$0" "$5/bin/python"
ln -s "{command}" "$5/bin/policyengine"
"""
OTHERS = {"actions/setup-python": lambda _: {"python-path": sys.executable}}


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a run share: what takes long is made there once."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def sources(shared: Path) -> Path:
    """A copy of this repository, as far as a checkout of the action or of the hooks needs it."""
    return once(shared / "sources", _copy)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound project in `backup` of a git repository of one commit, whose root holds what careless tools would run."""
    folder = tmp_path_factory.mktemp("sound")
    project_in(folder / "backup", organization=SNAPSHOT + TOLD)
    write(folder, TRAPS)
    git(folder, "init", "--quiet")
    commit(folder, "before")
    return folder


@pytest.fixture(scope="session")
def program(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The text of a program that is the command `policyengine` of this checkout."""
    with preforked(sys.executable, tmp_path_factory.mktemp("preforked"), sound / "backup") as text:
        yield text


@pytest.fixture(scope="session")
def installed(shared: Path, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's folder for temporary files, with what the first use of the action in a job leaves there."""

    def install(temp: Path) -> None:
        careless = write(tmp_path_factory.mktemp("careless") / "repository", TRAPS)
        first = Job(careless, temp, sources, OTHERS)
        assert first.use(command="").code == 2
        assert "command: expected check, diff or drift" in first.log, first.log  # and so it is installed
        assert list(careless.glob("pwned")) == []

    return once(shared / "runner temp", install)


@pytest.fixture(scope="session")
def temp(program: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder for a job whose Python makes environments of this checkout; a stand-in for it is `python3` there."""
    temp = tmp_path_factory.mktemp("temp")
    write_program(temp / "policyengine", program)
    write_program(temp / "python3", ENVIRONMENTS.format(command=temp / "policyengine"))
    return temp


@pytest.fixture
def repository(sound: Path, tmp_path: Path) -> Iterator[Path]:
    """A git repository with a sound project in `backup`, whose root holds what careless tools would run."""
    yield shutil.copytree(sound, tmp_path / "repository")
    assert list(tmp_path.rglob("pwned*")) == []


@pytest.fixture
def job(repository: Path, sources: Path, request: pytest.FixtureRequest) -> Job:
    """A job in the repository, in an environment of this checkout; as the parameter `installed` in one that pip makes."""
    if getattr(request, "param", None) == "installed":
        return Job(repository, request.getfixturevalue("installed"), sources, OTHERS)
    temp: Path = request.getfixturevalue("temp")
    return Job(repository, temp, sources, {"actions/setup-python": lambda _: {"python-path": str(temp / "python3")}})


def _copy(folder: Path) -> None:
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder)

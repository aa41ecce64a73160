from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.command import SNAPSHOT, TOLD, project_in, write
from e2e.github import Job
from e2e.scratch import TRAPS, commit, git, once

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
def temp(shared: Path, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's folder for temporary files, with what the first use of the action in a job leaves there."""

    def install(temp: Path) -> None:
        careless = write(tmp_path_factory.mktemp("careless") / "repository", TRAPS)
        first = Job(careless, temp, sources, OTHERS)
        assert first.use(command="").code == 2
        assert "command: expected check or diff" in first.log, first.log  # and so it is installed
        assert list(careless.glob("pwned")) == []

    return once(shared / "runner temp", install)


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Path]:
    """A git repository with a sound project in `backup`, whose root holds what careless tools would run."""
    folder = tmp_path / "repository"
    project_in(folder / "backup", organization=SNAPSHOT + TOLD)
    write(folder, TRAPS)
    git(folder, "init", "--quiet")
    commit(folder, "before")
    yield folder
    assert list(tmp_path.rglob("pwned*")) == []


@pytest.fixture
def job(repository: Path, sources: Path, temp: Path) -> Job:
    """A job in the repository."""
    return Job(repository, temp, sources, OTHERS)


def _copy(folder: Path) -> None:
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder)

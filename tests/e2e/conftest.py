from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.command import project_in, write
from e2e.github import Job
from e2e.scratch import TRAPS, commit, git

ROOT = Path(__file__).parents[2]
SOURCES = (
    "policyengine",
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
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository, as far as a checkout of the action or of the hooks needs it."""
    folder = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="session")
def temp(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's folder for temporary files, with what the first use of the action in a job leaves there."""
    temp = tmp_path_factory.mktemp("runner temp")
    careless = write(tmp_path_factory.mktemp("careless"), TRAPS)
    first = Job(careless, temp, sources, OTHERS)
    assert first.use(command="").code == 2
    assert "command: expected check or diff" in first.log  # and so it is installed
    assert list(careless.glob("pwned")) == []
    return temp


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Path]:
    """A git repository with a sound project in `backup`, whose root holds what careless tools would run."""
    folder = tmp_path / "repository"
    project_in(folder / "backup")
    write(folder, TRAPS)
    git(folder, "init", "--quiet")
    commit(folder, "before")
    yield folder
    assert list(tmp_path.rglob("pwned*")) == []


@pytest.fixture
def job(repository: Path, sources: Path, temp: Path) -> Job:
    """A job in the repository."""
    (temp / "summary.md").unlink(missing_ok=True)
    return Job(repository, temp, sources, OTHERS)

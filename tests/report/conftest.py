from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli.command import Command

PROJECT = Path(__file__).parent / "project"


@pytest.fixture
def policyengine(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with findings of every kind, in the folder `infra/backup` of a git repository."""
    (tmp_path / ".git").mkdir()
    return Path(shutil.copytree(PROJECT, tmp_path / "infra" / "backup"))

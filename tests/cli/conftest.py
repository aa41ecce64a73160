from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import Command, project_in


@pytest.fixture
def policyengine(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of three accounts and one policy, without findings."""
    return project_in(tmp_path / "project")

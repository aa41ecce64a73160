from __future__ import annotations

import pytest
from cli.command import Command


@pytest.fixture
def policyengine(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)

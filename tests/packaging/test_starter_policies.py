"""Every policy that ships as a start is formatted, admitted, and comes out valid by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from policyengine.cli.app import run

STARTERS = sorted((Path(__file__).parents[2] / "policies" / "starter").glob("*.bpol"))
ONE_ACCOUNT = """\
version: 1
root: {name: Root, accounts: [{id: "111111111111", name: shop}]}
"""


@pytest.fixture(params=STARTERS, ids=lambda file: file.stem)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    starter: Path = request.param
    shutil.copy(starter, tmp_path)
    (tmp_path / "organization.yaml").write_text(ONE_ACCOUNT, encoding="utf-8")
    (tmp_path / "attached.bpol").write_text(f"attach {starter.stem} to root\n", encoding="utf-8")
    return tmp_path


def test_starter_passes_strictly(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(project), "--strict", "--at", "2026-10-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_starter_has_the_canonical_layout(project: Path) -> None:
    assert run(["fmt", "--check", "--quiet", str(project)]) == 0


def test_every_tier_is_there() -> None:
    assert [file.stem for file in STARTERS] == ["bronze", "gold", "silver"]

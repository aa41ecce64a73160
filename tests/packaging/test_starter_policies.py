"""Every policy that ships as a start is formatted, admitted, and comes out valid by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from policyengine.cli.app import run

STARTERS = sorted((Path(__file__).parents[2] / "policies" / "starter").glob("*.bpol"))
ONE_ACCOUNT = """\
version: 1
root: {name: Root, accounts: [{id: "111111111111", name: shop}]}
"""
# A starter is for any organization: what vaults and roles there are is not known.
UNKNOWN = '[gate]\nunknown = ["vaults", "roles", "opt-in", "dynamodb-advanced"]\n'
CHILD = """\
policy child {
  plan baseline {
    regions += [eu-central-1]

    rule daily {
      retain = 1 day
      vault = "Bin"
    }

    rule extra {
      schedule = daily at 09:00
      vault = "Bin"
    }

    resource selection by-type {
      types -= [EC2, RDS]
    }
  }

  plan own {
    regions = [eu-west-1]

    rule weekly {
      schedule = weekly on sunday at 09:00
      vault = "Own"
      retain = 60 days
    }

    tag selection tagged {
      role = "BackupRole"
      key = "backup"
      values = ["weekly"]
    }
  }
}

attach child to account "shop"
"""


@pytest.fixture(params=STARTERS, ids=lambda file: file.stem)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    starter: Path = request.param
    return _project(starter.stem, tmp_path)


def test_starter_passes_strictly(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(project), "--strict", "--at", "2026-10-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_starter_has_the_canonical_layout(project: Path) -> None:
    assert run(["fmt", "--check", "--quiet", str(project)]) == 0


def test_every_tier_is_there() -> None:
    assert [file.stem for file in STARTERS] == ["air-gapped", "bronze", "gold", "locked-baseline", "silver"]


def test_air_gapped_vault_is_the_one_of_each_account_and_region(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = _plans(_project("air-gapped", tmp_path), capsys)
    targets = {rule["target_logically_air_gapped_backup_vault_arn"] for rule in plans["air-gapped"]["rules"].values()}
    assert targets == {"arn:aws:backup:$region:$account:backup-vault:AirGapped"}


def test_children_of_the_locked_baseline_may_add_plans_and_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = _project("locked-baseline", tmp_path)
    alone = _plans(project, capsys)["baseline"]
    (project / "child.bpol").write_text(CHILD, encoding="utf-8")
    beside = _plans(project, capsys)
    assert beside["baseline"] == alone
    assert list(beside) == ["baseline", "own"]


def _project(starter: str, folder: Path) -> Path:
    """A project with one account and the policy attached to its root."""
    shutil.copy(next(file for file in STARTERS if file.stem == starter), folder)
    (folder / "organization.yaml").write_text(ONE_ACCOUNT, encoding="utf-8")
    (folder / "policyengine.toml").write_text(UNKNOWN, encoding="utf-8")
    (folder / "attached.bpol").write_text(f"attach {starter} to root\n", encoding="utf-8")
    return folder


def _plans(project: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The plans of the account as AWS would publish them."""
    assert run(["effective", "-C", str(project), "shop", "--at", "2026-10-01", "--format", "json"]) == 0
    plans: dict[str, Any] = json.loads(capsys.readouterr().out)["accounts"][0]["policy"]["plans"]
    return plans

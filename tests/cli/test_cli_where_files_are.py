"""Files that options name are found from where one is, whatever the project's folder, `-C DIR` or `[DIR]`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.command import AS_OF, AT, Command, project_in, write

COVERED = Path(__file__).parents[1] / "golden" / "covered"
ORDERS = "arn:aws:rds:eu-west-1:222222222222:db:orders"
USAGE = "types: {EBS: {daily_change: 2%}}\ntotals: [{type: EBS, size_gb: 1000, unit: Shops, resources: 8}]\n"
PRICES = "currency: EUR\npublished: 2026-09-01\nabout: made up\nprices: [{item: warm, type: EBS, price: 0.05}]\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in: `shop`, a project, and an inventory beside it that the project does not have."""
    shutil.copytree(COVERED, tmp_path / "shop")
    shutil.move(tmp_path / "shop" / "inventory.csv", tmp_path / "listed.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("place", [("-C", "shop"), ("shop",)])
@pytest.mark.parametrize("command", ["check", "coverage", "controls", "restore-tests"])
def test_inventories(policyengine: Command, here: Path, command: str, place: tuple[str, ...]) -> None:
    assert (here / "listed.csv").exists()
    ran = policyengine(command, *place, "--inventory", "listed.csv", "--at", AT)
    assert ran.code in {0, 1}


def test_the_inventory_of_one_resource(policyengine: Command, here: Path) -> None:
    assert (here / "shop").is_dir()
    ran = policyengine("explain", "-C", "shop", "--resource", ORDERS, "--inventory", "listed.csv", "--at", AT)
    assert ran.code == 0


def test_the_inventory_of_a_comparison(policyengine: Command, here: Path) -> None:
    assert (here / "shop").is_dir()
    assert policyengine("diff", "-C", "shop", "./", "./", "--inventory", "listed.csv", "--at", AT).code == 0


@pytest.mark.parametrize("place", [("-C", "project"), ("project",)])
def test_usage_and_prices(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[str, ...]
) -> None:
    (tmp_path / "project").mkdir()
    project_in(tmp_path / "project")
    write(tmp_path, {"usage.yaml": USAGE, "prices.yaml": PRICES})
    monkeypatch.chdir(tmp_path)
    ran = policyengine("cost", *place, "--usage", "usage.yaml", "--prices", "prices.yaml", *AS_OF)
    assert (ran.code, ran.out.splitlines()[0].split(",")[0]) == (0, "prices: prices.yaml: made up")


def test_a_snapshot_pulled_before(policyengine: Command, here: Path) -> None:
    shutil.copy(here / "shop" / "organization.yaml", "pulled.yaml")
    ran = policyengine("drift", "-C", "shop", "--pulled", "pulled.yaml", "--at", AT)
    assert "no such file" not in ran.err

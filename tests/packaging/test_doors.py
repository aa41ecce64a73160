"""The doors of the rooms: import-linter keeps others out of a room, if what its door exports is no name of a module."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "policyengine"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
ROOMS = {contract["allowed_importers"][0] for contract in CONTRACTS if contract["type"] == "protected"}
DOORS = sorted(PACKAGE.rglob("__init__.py"))


def test_every_room_that_other_rooms_import_has_doors() -> None:
    floors = [PACKAGE / name for name in ("aws", "language", "analysis")]
    rooms = {
        f"policyengine.{room.parent.name}.{room.name}" for floor in floors for room in floor.iterdir() if room.is_dir()
    }
    without = {"policyengine.aws.facts"}  # data, and names of AWS beside it
    assert {room for room in rooms if not room.endswith("__pycache__")} - without == ROOMS


@pytest.mark.parametrize("door", DOORS, ids=lambda door: str(door.parent.relative_to(ROOT)))
def test_no_module_is_called_like_what_its_door_exports(door: Path) -> None:
    """`from room import thing` would be an import of the module `room.thing` to import-linter, past the door."""
    modules = {file.stem for file in door.parent.glob("*.py")}
    exported = getattr(import_module(".".join(door.parent.relative_to(ROOT).parts)), "__all__", ())
    assert modules.intersection(exported) == set()

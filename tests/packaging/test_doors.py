"""The doors of the rooms: what import-linter cannot see where a door exports a function called like its module."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "policyengine"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
ROOMS = {contract["allowed_importers"][0]: contract for contract in CONTRACTS if contract["type"] == "protected"}


def test_every_room_that_other_rooms_import_has_doors() -> None:
    floors = [PACKAGE / name for name in ("aws", "language", "analysis")]
    rooms = {
        f"policyengine.{room.parent.name}.{room.name}" for floor in floors for room in floor.iterdir() if room.is_dir()
    }
    without = {"policyengine.aws.facts"}  # data, and names of AWS beside it
    assert set(ROOMS) == {room for room in rooms if not room.endswith("__pycache__")} - without


@pytest.mark.xdist_group("doors")  # every file is parsed, by one worker
@pytest.mark.parametrize("room", ROOMS)
def test_nobody_goes_past_the_doors(room: str) -> None:
    named = {found.split(" -> ")[1] for found in ROOMS[room].get("ignore_imports", ())}
    doors = {name for name in named if is_module(room, name)}
    past = {(file, name) for file, name in imports() if name.startswith(f"{room}.") and not file.startswith(room)}
    assert {(file, name) for file, name in past if name not in doors} == set()


def is_module(room: str, name: str) -> bool:
    import_module(name)
    return isinstance(getattr(import_module(room), name.removeprefix(f"{room}.")), ModuleType)


@cache
def imports() -> set[tuple[str, str]]:
    """The modules of the package, each with the modules from which it imports names."""
    named = ((".".join(file.relative_to(ROOT).with_suffix("").parts), file) for file in PACKAGE.rglob("*.py"))
    return {
        (name, node.module)
        for name, file in named
        for node in statements(ast.parse(file.read_bytes()))  # one tree at a time: all of them take twice as long
        if isinstance(node, ast.ImportFrom) and node.module
    }


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of a module, those within others, too; expressions, most of a tree, import nothing."""
    for below in (
        below for field in ("body", "orelse", "finalbody", "handlers", "cases") for below in getattr(node, field, ())
    ):
        yield below
        yield from statements(below)

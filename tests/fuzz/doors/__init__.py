"""The doors by their names, those first in which most may go wrong."""

from __future__ import annotations

from importlib import import_module

from fuzz.doors.door import Door

NAMES = ("parser", "compiler", "snapshot", "import", "validate", "inventory", "expressions", "formatter", "cron")
_FILES = {"import": "import_"}


def door(name: str) -> Door:
    """The door of a name. Loads the rooms behind it, and no others."""
    found: Door = import_module(f"fuzz.doors.{_FILES.get(name, name)}").DOOR
    return found

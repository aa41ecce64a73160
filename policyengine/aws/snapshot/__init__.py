"""The snapshot of an organization, read from YAML or JSON with the place of every value.

The public names are imported when they are first used: their libraries take a tenth of a second, and half of the
commands read no snapshot.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot, snapshot_schema

__all__ = ["Snapshot", "read_snapshot", "snapshot_schema"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.snapshot"), name)

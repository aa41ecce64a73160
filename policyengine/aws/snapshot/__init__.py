"""The snapshot of an organization, read from YAML or JSON with the place of every value; templates in YAML.

What reads is imported on first use: its libraries take a tenth of a second, and half of the commands read no snapshot.
Doors beside this one: `shapes` has the parts of a snapshot, `json_or_yaml` reads other files into shapes, and
`shape_faults` words what is wrong with them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.aws.snapshot.tokens import Loc

if TYPE_CHECKING:
    from policyengine.aws.snapshot.snapshot import Snapshot, read_snapshot, snapshot_schema
    from policyengine.aws.snapshot.snapshot_writing import snapshot_text
    from policyengine.aws.snapshot.template_text import is_template, read_template

__all__ = ["Loc", "Snapshot", "is_template", "read_snapshot", "read_template", "snapshot_schema", "snapshot_text"]
_MODULES = {"is_template": "template_text", "read_template": "template_text", "snapshot_text": "snapshot_writing"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'snapshot')}"), name)

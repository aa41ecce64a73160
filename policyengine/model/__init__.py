"""What the outside world calls things: AWS's documents, the snapshot of an organization, a project's settings.

Only the documents are loaded with the room. The snapshot's and the baseline's doors are loaded when they are first
asked for, since their libraries cost a tenth of a second and half of the commands read no snapshot.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.model.documents import Attachment, Compiled, Json, Origin, PolicyDocument, TargetName
from policyengine.model.text import TextFault, document_from_value, minify, read_document

if TYPE_CHECKING:
    from policyengine.model.allowed import AllowedChange
    from policyengine.model.baseline import Baseline, baseline_schema, read_baseline
    from policyengine.model.configuration import Configuration, Settable, read_configuration
    from policyengine.model.snapshot import Snapshot, read_snapshot, snapshot_schema

__all__ = [
    "AllowedChange",
    "Attachment",
    "Baseline",
    "Compiled",
    "Configuration",
    "Json",
    "Origin",
    "PolicyDocument",
    "Settable",
    "Snapshot",
    "TargetName",
    "TextFault",
    "baseline_schema",
    "document_from_value",
    "minify",
    "read_baseline",
    "read_configuration",
    "read_document",
    "read_snapshot",
    "snapshot_schema",
]

_HOMES = {
    "AllowedChange": "allowed",
    "Baseline": "baseline",
    "baseline_schema": "baseline",
    "read_baseline": "baseline",
    "Configuration": "configuration",
    "Settable": "configuration",
    "read_configuration": "configuration",
    "Snapshot": "snapshot",
    "read_snapshot": "snapshot",
    "snapshot_schema": "snapshot",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

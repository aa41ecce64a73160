"""How a template that is deployed differs from the one that plans ask for now: by paths, whatever the order of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from policyengine.aws.documents import Json

TemplateChangeKind = Literal["missing", "surplus", "different"]


class TemplateChange(NamedTuple):
    """A path that the deployed template lacks, has beyond what is asked for, or has with another value."""

    path: str
    kind: TemplateChangeKind


def template_changes(wanted: Json, deployed: Json, path: str = "") -> Iterator[TemplateChange]:
    """The differences of two templates, by the paths of what is wanted, then what is surplus."""
    if isinstance(wanted, Mapping) and isinstance(deployed, Mapping):
        for key, value in wanted.items():
            below = f"{path}/{key}" if path else key
            if key in deployed:
                yield from template_changes(value, deployed[key], below)
            else:
                yield TemplateChange(below, "missing")
        for key in deployed:
            if key not in wanted:
                yield TemplateChange(f"{path}/{key}" if path else key, "surplus")
    elif type(wanted) is not type(deployed) or wanted != deployed:
        yield TemplateChange(path, "different")

"""The requirement packs that ship with the tool: `policies/packs/<name>/<name>.bpol`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from policyengine.source import Source
from policyengine.syntax import parse
from policyengine.syntax.nodes import Module


@cache
def pack_names() -> tuple[str, ...]:
    """The names that `use pack` takes."""
    return tuple(sorted(folder.name for folder in _home().iterdir() if folder.is_dir() and _file(folder).is_file()))


@cache
def read_pack(name: str) -> Module | None:
    """The statements of a pack; None for an unknown name."""
    if name not in pack_names():
        return None
    file = _file(_home() / name)
    return parse(Source(f"packs/{file.name}", file.read_text(encoding="utf-8"))).value


def _file(folder: Traversable) -> Traversable:
    return folder / f"{folder.name}.bpol"


def _home() -> Traversable:
    """Where the packs are: beside the code in a wheel, in the repository's folder otherwise."""
    package = files("policyengine")
    packaged = package / "_policies" / "packs"
    return packaged if packaged.is_dir() else Path(str(package)).parent / "policies" / "packs"

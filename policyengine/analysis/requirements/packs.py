"""The packs that ship with the tool: `policies/packs/NAME/NAME.bpol`, and the page of each beside it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Module

_HEADING = re.compile(r"# `(?P<name>[^`]+)`: (?P<title>.+)\n")


class PackPage(Record):
    """The documentation of a pack: its name, one line on its subject, and the whole page as Markdown."""

    name: str
    title: str
    text: str


@cache
def pack_names() -> tuple[str, ...]:
    """The names that `use pack` takes."""
    return tuple(
        sorted(folder.name for folder in _home().iterdir() if folder.is_dir() and _pack_file(folder).is_file())
    )


@cache
def read_pack(name: str) -> Module | None:
    """The statements of a pack; None for an unknown name."""
    if name not in pack_names():
        return None
    file = _pack_file(_home() / name)
    return parse(Source(f"packs/{file.name}", file.read_text(encoding="utf-8"))).value


@cache
def pack_page(name: str) -> PackPage:
    """The page of a pack. Raises ValueError where its first line is not `# `NAME`: SUBJECT`."""
    text = (_home() / name / "README.md").read_text(encoding="utf-8")
    heading = _HEADING.match(text)
    if heading is None or heading["name"] != name:
        raise ValueError(f"policies/packs/{name}/README.md: expected the heading # `{name}`: and its subject")
    return PackPage(name, heading["title"], text)


def _pack_file(folder: Traversable) -> Traversable:
    return folder / f"{folder.name}.bpol"


def _home() -> Traversable:
    """Where the packs are: beside the code in a wheel, in the repository's folder otherwise."""
    package = files("policyengine")
    packaged = package / "_policies" / "packs"
    return packaged if packaged.is_dir() else Path(str(package)).parent / "policies" / "packs"

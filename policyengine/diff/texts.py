"""The texts of an effective document, by path: what `before` and `after` of a change say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyengine.effective import segment
from policyengine.model.documents import Json, spelled


def texts(document: Json | Mapping[str, Json], path: str = "") -> dict[str, str]:
    """Every setting at or beneath a node by its path below it, keys folded; a list in one text, `a, b`."""
    return dict(_texts(document, path))


def _texts(document: Json | Mapping[str, Json], path: str) -> Iterator[tuple[str, str]]:
    if isinstance(document, Mapping):
        for key, child in document.items():
            yield from _texts(child, f"{path}/{segment(key)}" if path else segment(key))
    elif isinstance(document, list):
        yield path, ", ".join(spelled(item) for item in document)
    elif document is not None:
        yield path, spelled(document)


def block(document: Json | Mapping[str, Json], *path: str) -> Mapping[str, Json]:
    """The object at keys beneath a node, empty where there is none."""
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}

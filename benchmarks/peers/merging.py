"""Libraries that merge nested data: deepmerge and jsonmerge.

They know dictionaries and lists, not AWS's operators. So the documents are merged as they are, the nearer entity
winning, and the operators are worked off on the result: an `@@assign` replaces, an `@@append` or `@@remove` adds to
the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from benchmarks.peers import Documents, Peer, Tree, flat, library

_LACKS = "no child controls, no order of operators between levels, no trails, no validation"


def with_deepmerge(documents: Documents) -> Peer | None:
    """The library deepmerge, with dictionaries merged, lists of `@@append` and `@@remove` joined, all else replaced."""
    deepmerge = library("deepmerge")
    if deepmerge is None:
        return None

    def lists(_config: object, path: list[str], base: list[Any], nearer: list[Any]) -> list[Any]:
        if path[-1] == "@@assign":
            return nearer
        return base + [item for item in nearer if item not in base]

    merger = deepmerge.Merger([(dict, ["merge"]), (list, [lists])], ["override"], ["override"])
    return Peer(_LACKS, _folding(documents, merger.merge, copying=True), flat)


def with_jsonmerge(documents: Documents) -> Peer | None:
    """The library jsonmerge, with its default strategies: objects are merged, all else is replaced."""
    jsonmerge = library("jsonmerge")
    if jsonmerge is None:
        return None
    merger = jsonmerge.Merger({})
    lacks = f"{_LACKS}; appends of several levels replace each other"
    return Peer(lacks, _folding(documents, merger.merge, copying=False), flat)


def _folding(
    documents: Documents, merge: Callable[[Tree, Tree], Tree], *, copying: bool
) -> Callable[[Sequence[Sequence[str]]], Tree]:
    """Chains merged from the root down; `copying` where the library changes what it is given."""

    def merged(chain: Sequence[Sequence[str]]) -> Tree:
        result: Tree = {}
        for names in chain:
            for name in names:
                result = merge(result, deepcopy(documents[name]) if copying else documents[name])
        return _worked_off(result)

    return merged


def _worked_off(node: Tree) -> Tree:
    """The document that operators come to, assign before append before remove."""
    return {key: _value(below) for key, below in node.items() if not key.startswith("@@")}


def _value(node: Tree) -> Any:  # noqa: ANN401 - a setting or what is beneath
    if not any(operator in node for operator in ("@@assign", "@@append", "@@remove")):
        return _worked_off(node)
    value = node.get("@@assign", [])
    if "@@append" in node:
        value = [*value, *(item for item in node["@@append"] if item not in value)]
    return [item for item in value if item not in node["@@remove"]] if "@@remove" in node else value

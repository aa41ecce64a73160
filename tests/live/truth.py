"""The truth of the fake AWS in the form that `pull` writes: the tree as lists, attachments without their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fake_aws import FakeAws

Tree = dict[str, Any]


def truth_of(aws: FakeAws) -> Tree:
    """What a snapshot of the server has to say of tree, policies, attachments and tags."""
    truth = aws.truth()
    return flat({**truth, "policies": {name: _whole(policy) for name, policy in truth["policies"].items()}})


def told(snapshot: Tree) -> Tree:
    """The same of a snapshot that was pulled."""
    return flat(snapshot)


def flat(snapshot: Tree) -> Tree:
    """Organization, units, accounts and policies, with sorted attachments, whether the tree is nested or listed."""
    root = snapshot["root"]
    below = list(_below(root, root["id"]))
    units = [*snapshot.get("units", ()), *(node for kind, node in below if kind == "unit")]
    accounts = [*snapshot.get("accounts", ()), *(node for kind, node in below if kind == "account")]
    return {
        "organization": snapshot["organization"],
        "root": _sorted(root),
        "units": {unit["id"]: _sorted(unit) for unit in units},
        "accounts": {account["id"]: _sorted(account) for account in accounts},
        "policies": snapshot["policies"],
    }


def _below(node: Tree, parent: str) -> Iterator[tuple[str, Tree]]:
    for account in node.get("accounts", ()):
        yield "account", {**account, "parent": parent}
    for unit in node.get("units", ()):
        yield "unit", {**unit, "parent": parent}
        yield from _below(unit, unit["id"])


def _sorted(node: Tree) -> Tree:
    kept = {key: value for key, value in node.items() if key not in {"units", "accounts"}}
    return {**kept, **({"policies": sorted(kept["policies"])} if "policies" in kept else {})}


def _whole(policy: Tree) -> Tree:
    return {"description": "", "tags": {}, **policy}

"""The tree that a snapshot means, nested or listed flat, before anything is attached to it.

Every fault of the tree itself is noted here, all in one go: two roots, duplicates, cycles, units that nest too deeply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from policyengine.facts import limits
from policyengine.model.wording import path_text
from policyengine.organization.branches import Branch, Leaf, Problem, branches_below, child_path
from policyengine.wording import quoted

if TYPE_CHECKING:
    from policyengine.model.shapes import Root, Unit
    from policyengine.model.snapshot import Snapshot


def survey(snapshot: Snapshot) -> tuple[list[Branch], list[Problem]]:
    """The root and all units, parents first, in written order, and what is wrong with the tree.

    Units know their paths only where nothing is wrong.
    """
    root = _grow(snapshot.root)
    problems: list[Problem] = []
    if snapshot.units or snapshot.accounts:
        from policyengine.organization.edges import graft  # noqa: PLC0415 - networkx costs 0.1 s at every start

        problems += graft(root, snapshot)
    branches = list(branches_below(root))
    problems += _too_deep(root)
    problems += _repeated_units(branches)
    problems += _repeated_accounts(branches)
    problems += _unknown_accounts(snapshot, branches)
    if not problems:
        _name_paths(branches)
    return branches, problems


def _grow(root: Root) -> Branch:
    trunk = Branch(root, ("root",))
    waiting: list[tuple[Branch, Root | Unit]] = [(trunk, root)]
    while waiting:
        branch, unit = waiting.pop()
        base = (*branch.loc, "accounts")
        branch.accounts = [Leaf(account, (*base, index), branch) for index, account in enumerate(unit.accounts or ())]
        for index, below in enumerate(unit.units or ()):
            grown = Branch(below, (*branch.loc, "units", index))
            branch.units.append(grown)
            waiting.append((grown, below))
    return trunk


def _name_paths(branches: list[Branch]) -> None:
    """Write the paths, which a tree of no bounded depth could not hold."""
    for branch in branches:
        for unit in branch.units:
            unit.path = child_path(branch.path, unit.item.name)


def _too_deep(root: Branch) -> Iterator[Problem]:
    deepest = limits()["unit_levels"]
    level = [root]
    for _ in range(deepest + 1):
        level = [unit for branch in level for unit in branch.units]
    for unit in level:
        message = f"units nest at most {deepest} levels below the root, {quoted(unit.item.name)} stands on level"
        yield unit.loc, f"{message} {deepest + 1}"


def _repeated_units(branches: list[Branch]) -> Iterator[Problem]:
    by_id: dict[str, Branch] = {}
    for branch in branches:
        if branch.item.id is not None:
            first = by_id.setdefault(branch.item.id, branch)
            if first is not branch:
                yield (*branch.loc, "id"), f"the id {quoted(branch.item.id)} is that of {path_text(first.loc)} already"
        by_name: dict[str, Branch] = {}
        for unit in branch.units:
            first = by_name.setdefault(unit.item.name, unit)
            if first is not unit:
                message = f"the unit {quoted(unit.item.name)} has a sibling of the same name, {path_text(first.loc)}"
                yield (*unit.loc, "name"), message


def _repeated_accounts(branches: list[Branch]) -> Iterator[Problem]:
    by_id: dict[str, Leaf] = {}
    for branch in branches:
        for leaf in branch.accounts:
            first = by_id.setdefault(leaf.item.id, leaf)
            if first is not leaf:
                message = f"the account {leaf.item.id} stands twice, first at {path_text(first.loc)}"
                yield (*leaf.loc, "id"), message


def _unknown_accounts(snapshot: Snapshot, branches: list[Branch]) -> Iterator[Problem]:
    """Ids of `last_valid` that no account has; the management account may stay out of a tree written by hand."""
    if snapshot.last_valid:
        known = {leaf.item.id for branch in branches for leaf in branch.accounts}
        known.update(account.id for account in snapshot.accounts or ())
        for account in snapshot.last_valid:
            if account not in known:
                yield ("last_valid", account), f"no account of the tree has the id {account}"

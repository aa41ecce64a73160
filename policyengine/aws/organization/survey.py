"""The tree of a snapshot, nested or listed flat, with all its faults, before policies are attached to it.

All faults are collected in one pass: two roots, duplicates, cycles, missing parents, too many levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from policyengine.aws.facts import limits
from policyengine.aws.organization.snapshot_tree import AccountLeaf, Branch, Problem, branches_below, grow, name_paths
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.base.text import quoted

if TYPE_CHECKING:
    import networkx as nx

    from policyengine.aws.snapshot import Loc, Snapshot
    from policyengine.aws.snapshot.shapes import ListedAccount, ListedUnit

_MOST_PROBLEMS = 1_000
_MOST_ENTITIES = 250_000
_SHOWN = 8  # names of a cycle in a message


def survey(snapshot: Snapshot) -> tuple[list[Branch], list[Problem]]:
    """The root and all units, parents first, in written order, and the faults of the tree.

    Paths below the root are set only where there is no fault. Accounts that do not count, as suspended ones, are
    looked at for faults like all others, and are then `inactive` in place of `accounts`.
    """
    root = grow(snapshot.root)
    problems: list[Problem] = []
    if snapshot.units or snapshot.accounts:
        problems += first_problems(_graft(root, snapshot))
    branches = list(branches_below(root))
    problems += _too_many(branches)
    for kind in (_too_deep(root), _repeated_units(branches), _repeated_accounts(branches)):
        problems += first_problems(kind)
    problems += first_problems(_unknown_accounts(snapshot, branches))
    for branch in branches:
        branch.inactive = [leaf for leaf in branch.accounts if not leaf.item.counts]
        branch.accounts = [leaf for leaf in branch.accounts if leaf.item.counts]
    if not problems:
        name_paths(branches)
    return branches, problems


def first_problems(problems: Iterable[Problem]) -> Iterator[Problem]:
    """At most the first 1,000 problems of a kind, the last of which says so: a million cost minutes."""
    for number, (loc, message) in enumerate(problems):
        if number == _MOST_PROBLEMS:
            yield loc, f"{message}; of such faults the first {_MOST_PROBLEMS:,} are listed"
            return
        yield loc, message


def _graft(root: Branch, snapshot: Snapshot) -> list[Problem]:
    """Add the listed units and accounts to their parents, in listed order. A missing or unknown parent is a problem.

    What stands below a unit without a parent is no problem of its own.
    """
    if snapshot.root.id is None:
        return [(("root", "id"), "`root` needs its `id`: units and accounts are listed with the ids of their parents")]
    import networkx as nx  # noqa: PLC0415 - start-up: only snapshots with flat lists need it here

    listed = [Branch(unit, ("units", index)) for index, unit in enumerate(snapshot.units or ())]
    placed = list(branches_below(root))
    graph: nx.DiGraph[Branch] = nx.DiGraph()
    graph.add_nodes_from((root, *listed))
    graph.add_edges_from((branch, unit) for branch in placed for unit in branch.units)
    parents = _Parents((*placed, *listed))
    for branch, unit in zip(listed, snapshot.units or (), strict=True):
        if (parent := parents.find(unit, branch.loc)) is not None:
            graph.add_edge(parent, branch)
            parent.units.append(branch)
    for index, account in enumerate(snapshot.accounts or ()):
        if (parent := parents.find(account, ("accounts", index))) is not None:
            parent.accounts.append(AccountLeaf(account, ("accounts", index)))
    return [*parents.problems, *_cycles(graph)]


class _Parents:
    """The root and all units by id; of two with the same id the first counts."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        self.problems: list[Problem] = []
        self._by_id: dict[str, Branch] = {}
        for branch in branches:
            if branch.item.id is not None:
                self._by_id.setdefault(branch.item.id, branch)

    def find(self, item: ListedUnit | ListedAccount, loc: Loc) -> Branch | None:
        """The parent whose id an item has; None, and a problem, if there is none."""
        if item.parent is None:
            message = f"{quoted(item.name)} has no `parent`: an organization has one root, and that is `root`"
            self.problems.append((loc, message))
            return None
        parent = self._by_id.get(item.parent)
        if parent is None:
            message = f"neither the root nor a unit has the id {quoted(item.parent)}"
            self.problems.append(((*loc, "parent"), message))
        return parent


def _cycles(graph: nx.DiGraph[Branch]) -> Iterator[Problem]:
    """Units that contain each other. A unit has a single parent, so every cycle is a strong component."""
    import networkx as nx  # noqa: PLC0415 - start-up: as in `_graft`

    if nx.is_arborescence(graph):
        return
    for component in nx.strongly_connected_components(graph):
        first = min(component, key=lambda branch: branch.loc)
        if len(component) > 1 or graph.has_edge(first, first):
            yield (*first.loc, "parent"), f"units cannot stand in each other: {_circle(graph, first)}"


def _circle(graph: nx.DiGraph[Branch], first: Branch) -> str:
    """`A` stands in `B`, which stands in `A`."""
    names = [quoted(first.item.name)]
    above = next(graph.predecessors(first))
    while above is not first and len(names) < _SHOWN:
        names.append(quoted(above.item.name))
        above = next(graph.predecessors(above))
    names.append(quoted(above.item.name) if above is first else "others")
    return f"{names[0]} stands in {', which stands in '.join(names[1:])}"


def _too_many(branches: list[Branch]) -> Iterator[Problem]:
    """No organization of AWS has as many."""
    for kind, number in (("units", len(branches) - 1), ("accounts", sum(len(branch.accounts) for branch in branches))):
        if number > _MOST_ENTITIES:
            yield ("root",), f"the tree has {number:,} {kind}, expected at most {_MOST_ENTITIES:,}"


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
    by_id: dict[str, AccountLeaf] = {}
    for branch in branches:
        for leaf in branch.accounts:
            first = by_id.setdefault(leaf.item.id, leaf)
            if first is not leaf:
                message = f"the account {leaf.item.id} stands twice, first at {path_text(first.loc)}"
                yield (*leaf.loc, "id"), message


def _unknown_accounts(snapshot: Snapshot, branches: list[Branch]) -> Iterator[Problem]:
    """Ids of `last_valid` that no account has; the management account may stay out of a tree written by hand."""
    if snapshot.last_valid:
        accounts = {leaf.item.id for branch in branches for leaf in branch.accounts}
        accounts.update(account.id for account in snapshot.accounts or ())
        for account in snapshot.last_valid:
            if account not in accounts:
                yield ("last_valid", account), f"no account of the tree has the id {account}"

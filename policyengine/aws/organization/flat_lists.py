"""Units and accounts that a snapshot lists flat, as AWS does: each with its parent's id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from policyengine.aws.organization.snapshot_tree import AccountLeaf, Branch, Problem, branches_below
from policyengine.base.text import quoted

if TYPE_CHECKING:
    import networkx as nx

    from policyengine.aws.snapshot import Loc, Snapshot
    from policyengine.aws.snapshot.shapes import ListedAccount, ListedUnit

_SHOWN = 8  # names of a cycle in a message


def graft(root: Branch, snapshot: Snapshot) -> list[Problem]:
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
    import networkx as nx  # noqa: PLC0415 - start-up: as in `graft`

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

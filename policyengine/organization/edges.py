"""Units and accounts as AWS lists them, each with its parent's id: put in their places, or told why they have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import networkx as nx

from policyengine.organization.branches import Branch, Leaf, Problem, branches_below
from policyengine.wording import quoted

if TYPE_CHECKING:
    from policyengine.model.shapes import ListedAccount, ListedUnit
    from policyengine.model.snapshot import Snapshot
    from policyengine.model.tokens import Loc

_SHOWN = 8  # names of one cycle; a longer one is told by its first


def graft(root: Branch, snapshot: Snapshot) -> list[Problem]:
    """Put the listed units and accounts below their parents, in listed order. What has no place is a problem.

    What hangs on a unit without a place is no problem of its own.
    """
    if snapshot.root.id is None:
        return [(("root", "id"), "`root` needs its `id`: units and accounts are listed with the ids of their parents")]
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
            parent.accounts.append(Leaf(account, ("accounts", index), parent))
    return [*parents.problems, *_cycles(graph)]


class _Parents:
    """Everything that may be a parent, by id; the first of two with one id counts."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        self.problems: list[Problem] = []
        self._by_id: dict[str, Branch] = {}
        for branch in branches:
            if branch.item.id is not None:
                self._by_id.setdefault(branch.item.id, branch)

    def find(self, item: ListedUnit | ListedAccount, loc: Loc) -> Branch | None:
        """The parent that an item names, or None with the problem noted."""
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
    """Units that stand in each other. Each has one parent, so that every circle is a component of its own."""
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

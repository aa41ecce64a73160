"""The tree that a snapshot means, nested or listed flat, before anything is attached to it.

Every fault of the tree itself is noted here, all in one go: two roots, duplicates, cycles, units that nest too deeply.

The root, units and accounts as a snapshot has them, before they become entities.

Units and accounts as AWS lists them, each with its parent's id: put in their places, or told why they have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from policyengine.aws.facts import limits
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.base.text import quoted

if TYPE_CHECKING:
    import networkx as nx

    from policyengine.aws.snapshot.shapes import Account, ListedAccount, ListedUnit, Root, Unit
    from policyengine.aws.snapshot.snapshot import Snapshot
    from policyengine.aws.snapshot.tokens import Loc

Problem: TypeAlias = "tuple[Loc, str]"
"""Where in the snapshot something is wrong, and what."""


_MOST_TOLD = 1_000
_MOST_ENTITIES = 250_000


@dataclass(slots=True, eq=False)
class Branch:
    """The root or a unit: where the snapshot has it, and what is below it in written order."""

    item: Unit | ListedUnit
    loc: Loc
    path: str = ""
    units: list[Branch] = field(default_factory=list)
    accounts: list[AccountLeaf] = field(default_factory=list)

    @property
    def id(self) -> str | None:
        """AWS's id, where the snapshot has it."""
        return self.item.id

    @property
    def name(self) -> str:
        """The name that AWS shows."""
        return self.item.name


@dataclass(slots=True, eq=False)
class AccountLeaf:
    """An account, where the snapshot has it, and what it stands in."""

    item: Account
    loc: Loc
    branch: Branch

    @property
    def id(self) -> str:
        """AWS's id."""
        return self.item.id

    @property
    def name(self) -> str:
        """The name that AWS shows."""
        return self.item.name

    @property
    def path(self) -> str:
        """Its path below the root."""
        return child_path(self.branch.path, self.item.name)


def child_path(path: str, name: str) -> str:
    r"""The path of what stands below a path; a `/` of the name is written `\/`."""
    escaped = name.replace("/", "\\/") if "/" in name else name
    return f"{path}/{escaped}" if path else escaped


def branches_below(root: Branch) -> Iterator[Branch]:
    """A branch and every unit below it, parents first, in written order."""
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting.extend(reversed(branch.units))


def survey(snapshot: Snapshot) -> tuple[list[Branch], list[Problem]]:
    """The root and all units, parents first, in written order, and what is wrong with the tree.

    Units know their paths only where nothing is wrong.
    """
    root = _grow(snapshot.root)
    problems: list[Problem] = []
    if snapshot.units or snapshot.accounts:
        problems += told(graft(root, snapshot))
    branches = list(branches_below(root))
    problems += _too_many(branches)
    for kind in (_too_deep(root), _repeated_units(branches), _repeated_accounts(branches)):
        problems += told(kind)
    problems += told(_unknown_accounts(snapshot, branches))
    if not problems:
        _name_paths(branches)
    return branches, problems


def told(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first problems of a kind: a million of them say no more, and cost minutes."""
    for number, (loc, message) in enumerate(problems):
        if number == _MOST_TOLD:
            yield loc, f"{message}; of such faults the first {_MOST_TOLD:,} are told"
            return
        yield loc, message


def _too_many(branches: list[Branch]) -> Iterator[Problem]:
    """AWS has no organization that comes near."""
    for kind, number in (("units", len(branches) - 1), ("accounts", sum(len(branch.accounts) for branch in branches))):
        if number > _MOST_ENTITIES:
            yield ("root",), f"the tree has {number:,} {kind}, expected at most {_MOST_ENTITIES:,}"


def _grow(root: Root) -> Branch:
    trunk = Branch(root, ("root",))
    waiting: list[tuple[Branch, Root | Unit]] = [(trunk, root)]
    while waiting:
        branch, unit = waiting.pop()
        base = (*branch.loc, "accounts")
        branch.accounts = [
            AccountLeaf(account, (*base, index), branch) for index, account in enumerate(unit.accounts or ())
        ]
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
        known = {leaf.item.id for branch in branches for leaf in branch.accounts}
        known.update(account.id for account in snapshot.accounts or ())
        for account in snapshot.last_valid:
            if account not in known:
                yield ("last_valid", account), f"no account of the tree has the id {account}"


_SHOWN = 8  # names of one cycle; a longer one is told by its first


def graft(root: Branch, snapshot: Snapshot) -> list[Problem]:
    """Put the listed units and accounts below their parents, in listed order. What has no place is a problem.

    What hangs on a unit without a place is no problem of its own.
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
            parent.accounts.append(AccountLeaf(account, ("accounts", index), parent))
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

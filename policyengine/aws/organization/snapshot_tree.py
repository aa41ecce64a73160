"""The root, units and accounts as a snapshot has them, before they become entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Loc
    from policyengine.aws.snapshot.shapes import Account, ListedUnit, Root, Unit

Problem: TypeAlias = "tuple[Loc, str]"
"""The path into the snapshot of a fault, and its message."""


class Branch(Struct, eq=False):
    """The root or a unit: its path into the snapshot, and its units and accounts in written order.

    `inactive` are accounts that the snapshot has for the record.
    """

    item: Unit | ListedUnit
    loc: Loc
    path: str = ""
    units: list[Branch] = field(default_factory=list)
    accounts: list[AccountLeaf] = field(default_factory=list)
    inactive: list[AccountLeaf] = field(default_factory=list)

    @property
    def orders_key(self) -> str:
        """Its key in `orders` of a snapshot: the path, empty for the root."""
        return self.path

    @property
    def id(self) -> str | None:
        """AWS's id, where the snapshot has it."""
        return self.item.id

    @property
    def name(self) -> str:
        """The name that AWS shows."""
        return self.item.name


class AccountLeaf(Struct, eq=False):
    """An account: its path into the snapshot, and the one below the root.

    It does not know its unit, since nothing would free a circle: commands run without the garbage collector.
    """

    item: Account
    loc: Loc
    path: str = ""

    @property
    def orders_key(self) -> str:
        """Its key in `orders` of a snapshot: the id."""
        return self.item.id

    @property
    def id(self) -> str:
        """AWS's id."""
        return self.item.id

    @property
    def name(self) -> str:
        """The name that AWS shows."""
        return self.item.name


def child_path(path: str, name: str) -> str:
    r"""The path of a name directly below a path; a `/` of the name is written `\/`."""
    escaped = name.replace("/", "\\/") if "/" in name else name
    return f"{path}/{escaped}" if path else escaped


def branches_below(root: Branch) -> Iterator[Branch]:
    """A branch and every unit below it, parents first, in written order."""
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting.extend(reversed(branch.units))


def places(branches: Iterable[Branch]) -> Iterator[Branch | AccountLeaf]:
    """Each branch, followed by its accounts."""
    for branch in branches:
        yield branch
        yield from branch.accounts


def grow(root: Root) -> Branch:
    """The tree of nested units and accounts, without paths."""
    trunk = Branch(root, ("root",))
    waiting: list[tuple[Branch, Root | Unit]] = [(trunk, root)]
    while waiting:
        branch, unit = waiting.pop()
        base = (*branch.loc, "accounts")
        branch.accounts = [AccountLeaf(account, (*base, index)) for index, account in enumerate(unit.accounts or ())]
        for index, below in enumerate(unit.units or ()):
            grown = Branch(below, (*branch.loc, "units", index))
            branch.units.append(grown)
            waiting.append((grown, below))
    return trunk


def name_paths(branches: list[Branch]) -> None:
    """Set the paths; the paths of a tree of unbounded depth would not fit into memory."""
    for branch in branches:
        for unit in branch.units:
            unit.path = child_path(branch.path, unit.item.name)
        for leaf in (*branch.accounts, *branch.inactive):
            leaf.path = child_path(branch.path, leaf.item.name)

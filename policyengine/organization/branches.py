"""The root, units and accounts as a snapshot has them, before they become entities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from policyengine.model.shapes import Account, ListedUnit, Unit
    from policyengine.model.tokens import Loc

Problem: TypeAlias = "tuple[Loc, str]"
"""Where in the snapshot something is wrong, and what."""


@dataclass(slots=True, eq=False)
class Branch:
    """The root or a unit: where the snapshot has it, and what is below it in written order."""

    item: Unit | ListedUnit
    loc: Loc
    path: str = ""
    units: list[Branch] = field(default_factory=list)
    accounts: list[Leaf] = field(default_factory=list)

    @property
    def id(self) -> str | None:
        """AWS's id, where the snapshot has it."""
        return self.item.id

    @property
    def name(self) -> str:
        """The name that AWS shows."""
        return self.item.name


@dataclass(slots=True, eq=False)
class Leaf:
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

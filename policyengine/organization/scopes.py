"""Whose vaults and roles a snapshot lists, and where they were looked for: the units it names have to be there.

A unit that is not there is a slip of the pen: the vaults would lie nowhere, and plans that use them seem to fail. An
account that is not there is none. Accounts are closed and leave the tree while lists from other sources still have
them, and what is said of such an account changes nothing about the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from policyengine.organization.targets import one_of, paths_ending
from policyengine.wording import Nearest, quoted

if TYPE_CHECKING:
    from policyengine.model.shapes import Scope
    from policyengine.model.snapshot import Snapshot
    from policyengine.model.tokens import Loc
    from policyengine.organization.branches import Branch, Problem


def scope_problems(snapshot: Snapshot, branches: Iterable[Branch]) -> Iterator[Problem]:
    """The units that vaults, roles and `searched` name and that are not there. Takes a tree without faults."""
    units = _Units(branches)
    for loc, scope in _scopes(snapshot):
        if scope is None or scope == "*" or isinstance(scope, tuple) or scope.ou in units.paths:
            continue
        advice = units.advice(scope.ou)
        yield (*loc, "ou"), f"there is no unit {quoted(scope.ou)}{'; ' if advice else ''}{advice}"


class _Units:
    def __init__(self, branches: Iterable[Branch]) -> None:
        root, *units = branches
        self.paths = dict.fromkeys(unit.path for unit in units)
        self._root = root
        self._nearest = Nearest(self.paths)

    def advice(self, text: str) -> str:
        """What a text that is no path of a unit may have meant."""
        if text.strip("/") in ("", self._root.name):
            return 'write "*" for all accounts'
        ends = paths_ending(text, self.paths)
        return one_of(map(quoted, ends)) if ends else self._nearest.suggestion(text)


def _scopes(snapshot: Snapshot) -> Iterator[tuple[Loc, Scope | None]]:
    for index, vault in enumerate(snapshot.vaults or ()):
        yield ("vaults", index, "accounts"), vault.accounts
    for index, role in enumerate(snapshot.roles or ()):
        yield ("roles", index, "accounts"), role.accounts
    if snapshot.searched:
        yield ("searched", "accounts"), snapshot.searched.accounts

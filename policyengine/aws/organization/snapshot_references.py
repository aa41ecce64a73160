"""The names that parts of a snapshot use for what other parts hold: policies, units and accounts.

Each function yields the names that stand for nothing, in the order of the snapshot; it takes a tree without faults.

The units that vaults, roles and `searched` name must exist: vaults of a misspelled unit would be in no account, and
plans that use them would seem to fail. Accounts that do not exist are no fault: they are closed and leave the tree
while lists from other sources still have them, and an entry for one changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from policyengine.aws.facts import limits
from policyengine.aws.organization.snapshot_tree import Branch, Problem, places
from policyengine.aws.organization.targets import paths_ending, which_was_meant
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.base.text import Nearest, listed, quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Loc, Snapshot
    from policyengine.aws.snapshot.shapes import Scope


def list_problems(branches: Iterable[Branch], policies: Collection[str], *, complete: bool) -> Iterator[Problem]:
    """The faults of the snapshot's lists of attached policies; `policies` are the names of all documents.

    Without `complete` the project lost some of its policies to errors: unknown names may be theirs and are no fault.
    """
    nearest = Nearest(policies)
    for place in places(branches):
        if place.item.policies:
            yield from _list_problems(place.item.policies, place.loc, policies, nearest if complete else None)


def _list_problems(
    names: tuple[str, ...], loc: Loc, policies: Collection[str], nearest: Nearest | None
) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        here = (*loc, "policies", index)
        if first.setdefault(name, index) != index:
            yield here, f"{quoted(name)} is attached twice, first at {path_text((*loc, 'policies', first[name]))}"
        elif nearest and name not in policies:
            advice = nearest.suggestion(name)
            yield here, f"there is no policy {quoted(name)}{'; ' if advice else ''}{advice}"
    most = limits()["policies_attached"]
    if len(first) > most:
        message = f"{len(first)} policies are attached here, AWS allows {most} on one root, unit or account"
        yield (*loc, "policies"), message


def order_problems(snapshot: Snapshot, branches: Iterable[Branch]) -> Iterator[Problem]:
    """Inferred orders of entities that do not exist, or that do not have just the policies of an order."""
    if snapshot.orders is None:
        return
    if snapshot.attachment_order != "inferred":
        yield ("orders",), "`orders` belongs to `attachment_order: inferred`"
        return
    attached_at = {place.orders_key: sorted(place.item.policies or ()) for place in places(branches)}
    nearest = Nearest(attached_at)
    for target, orders in snapshot.orders.items():
        if target not in attached_at:
            advice = nearest.suggestion(target)
            yield ("orders", target), f"there is no unit or account {quoted(target)}{'; ' if advice else ''}{advice}"
            continue
        for index, order in enumerate(orders):
            if sorted(order) != attached_at[target]:
                attached = listed(attached_at[target], "and") or "no policy"
                yield ("orders", target, index), f"expected an order of what is attached there: {attached}"


def scope_problems(snapshot: Snapshot, branches: Iterable[Branch]) -> Iterator[Problem]:
    """The units that vaults, roles and `searched` name and that do not exist. Takes a tree without faults."""
    units = _Units(branches)
    for loc, scope in _scopes(snapshot):
        if scope is None or scope == "*" or isinstance(scope, tuple) or scope.ou in units.paths:
            continue
        advice = units.advice(scope.ou)
        yield (*loc, "ou"), f"there is no unit {quoted(scope.ou)}{'; ' if advice else ''}{advice}"


_MOST_COMPARED = 1_000_000  # paths, over all units that do not exist: half a second


class _Units:
    """The paths of all units, and what a path that is none of them was meant to be."""

    def __init__(self, branches: Iterable[Branch]) -> None:
        root, *units = branches
        self.paths = dict.fromkeys(unit.path for unit in units)
        self._root = root
        self._nearest = Nearest(self.paths)
        self._left = _MOST_COMPARED

    def advice(self, text: str) -> str:
        """Advice for a text that is no path of a unit: paths that end with it, or the nearest one."""
        if text.strip("/") in ("", self._root.name):
            return 'write "*" for all accounts'
        self._left -= len(self.paths)
        ends = paths_ending(text, self.paths) if self._left > 0 else ()
        return which_was_meant(map(quoted, ends)) if ends else self._nearest.suggestion(text)


_SCOPED = ("vaults", "roles", "local_plans", "restore_testing", "frameworks")
"""The parts of a snapshot whose items have a scope."""


def _scopes(snapshot: Snapshot) -> Iterator[tuple[Loc, Scope | None]]:
    for part in _SCOPED:
        for index, item in enumerate(getattr(snapshot, part) or ()):
            yield (part, index, "accounts"), item.accounts
    if snapshot.searched:
        yield ("searched", "accounts"), snapshot.searched.accounts
    if snapshot.pulled and snapshot.pulled.looked:
        looked = snapshot.pulled.looked
        for part, searched in ((name, getattr(looked, name)) for name in type(looked).model_fields):
            yield ("pulled", "looked", part, "accounts"), searched.accounts if searched else None

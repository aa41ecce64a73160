"""The project's `attach` statements on top of the snapshot's lists: which policies, in which order, on what.

Also the documents of a project and its snapshot by name, and the faults of the snapshot's lists of attached policies.

The units that vaults, roles and `searched` of a snapshot name must exist: vaults of a misspelled unit would be in no
account, and plans that use them would seem to fail. Accounts that do not exist are no fault: they are closed and leave
the tree while lists from other sources still have them, and an entry for one changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from policyengine.aws.attachment_rules import ATTACHMENT_ORDER_CONTRADICTS, TARGET_ATTACHED_TWICE, UNKNOWN_POLICY
from policyengine.aws.documents import Attachment, Compiled, PolicyDocument
from policyengine.aws.facts import limits
from policyengine.aws.organization.survey import AccountLeaf, Branch, Problem
from policyengine.aws.organization.targets import Targets, paths_ending, which_was_meant
from policyengine.aws.policy_text import TextFault, minify, read_document, unread_document
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import record
from policyengine.base.source import Span
from policyengine.base.text import Nearest, listed, quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Loc, Snapshot
    from policyengine.aws.snapshot.shapes import Scope, StoredPolicy


MOST_ORDERS = 120
"""A target with fewer inferred orders has no others. With as many or more, there are more that explain what AWS
publishes: those in the snapshot show, for each two policies, in which order these can be, and every value."""


@record
class AttachedPolicies:
    """The policies attached to an entity: names in order; `unordered`, `project_order`, `orders` as in `Entity`."""

    names: tuple[str, ...]
    unordered: int = 0
    project_order: tuple[str, ...] = ()
    span: Span | None = None
    orders: tuple[tuple[str, ...], ...] = ()


NOTHING = AttachedPolicies(())
"""No policies."""


class ListedOrders:
    """The orders in which a snapshot's policies may be attached to an entity (interface.md section 2)."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._order = snapshot.attachment_order or "known"
        self._inferred = snapshot.orders or {}

    def of(self, place: Branch | AccountLeaf) -> tuple[tuple[str, ...], ...]:
        """The only orders that are possible; empty where every order of the listed names is."""
        if self._order == "known":
            return (place.item.policies or (),)
        return self._inferred.get(_target(place), ()) if self._order == "inferred" else ()

    def listed(self, place: Branch | AccountLeaf) -> AttachedPolicies:
        """The listed policies of an entity for which the project has no statement."""
        names, orders = place.item.policies or (), self.of(place)
        if len(orders) == 1:
            return AttachedPolicies(orders[0])
        return AttachedPolicies(orders[0] if orders else names, len(names), orders=orders)


def _target(place: Branch | AccountLeaf) -> str:
    """The key of an entity in `orders`: the id of an account, the path of a unit, nothing for the root."""
    return place.item.id if isinstance(place, AccountLeaf) else place.path


def order_problems(snapshot: Snapshot, branches: Collection[Branch]) -> Iterator[Problem]:
    """Inferred orders of entities that do not exist, or that do not have just the policies of an order."""
    if snapshot.orders is None:
        return
    if snapshot.attachment_order != "inferred":
        yield ("orders",), "`orders` belongs to `attachment_order: inferred`"
        return
    entities: list[Branch | AccountLeaf] = [*branches, *(leaf for branch in branches for leaf in branch.accounts)]
    places = {_target(place): sorted(place.item.policies or ()) for place in entities}
    nearest = Nearest(places)
    for target, orders in snapshot.orders.items():
        if target not in places:
            advice = nearest.suggestion(target)
            yield ("orders", target), f"there is no unit or account {quoted(target)}{'; ' if advice else ''}{advice}"
            continue
        for index, order in enumerate(orders):
            if sorted(order) != places[target]:
                attached = listed(places[target], "and") or "no policy"
                yield ("orders", target, index), f"expected an order of what is attached there: {attached}"


class Attacher:
    """Resolves the `attach` statements of a project into `placements`, with `diagnostics` for those that are wrong.

    `orders` are those of the snapshot's lists. `policies` are the names of all documents.
    """

    def __init__(
        self,
        targets: Targets[Branch | AccountLeaf],
        policies: Collection[str],
        *,
        orders: ListedOrders,
        use_listed: bool,
    ) -> None:
        self.placements: dict[Branch | AccountLeaf, AttachedPolicies] = {}
        self.diagnostics: list[Diagnostic] = []
        self._targets = targets
        self._policies = policies
        self._nearest = Nearest(policies)
        self._orders = orders
        self._use_listed = use_listed
        self._taken: dict[Branch | AccountLeaf, Attachment] = {}

    def attach(self, compiled: Compiled) -> None:
        """Place every statement; a statement whose target does not exist or has one already is dropped."""
        for attachment in compiled.attachments:
            target = self._targets.find(attachment.target)
            if isinstance(target, Diagnostic):
                self.diagnostics.append(target)
            elif self._taken.setdefault(target, attachment) is not attachment:
                self.diagnostics.append(_taken_twice(attachment, self._taken[target]))
            else:
                named = tuple(dict.fromkeys(self._existing(attachment, complete=compiled.complete)))
                self.placements[target] = self._place(target, named, attachment)

    def _existing(self, attachment: Attachment, *, complete: bool) -> Iterator[str]:
        listed = {name for name, _ in attachment.policies}
        for name, span in attachment.policies:
            if name in self._policies:
                yield name
            elif complete:
                advice: str = self._nearest.suggestion(name)
                if self._nearest.name(name) in listed:
                    advice = str(advice)  # no fix: the policy would be attached twice
                self.diagnostics.append(UNKNOWN_POLICY.at(span, f"there is no policy {quoted(name)}", help=advice))

    def _place(self, target: Branch | AccountLeaf, named: tuple[str, ...], attachment: Attachment) -> AttachedPolicies:
        in_snapshot = (target.item.policies or ()) if self._use_listed else ()
        shared = tuple(name for name in named if name in in_snapshot)
        added = tuple(name for name in named if name not in in_snapshot)
        orders = self._orders.of(target) if self._use_listed else ((),)
        kept = tuple(order for order in orders if shared == _among(order, shared))
        if not orders or (len(orders) >= MOST_ORDERS and len(shared) > 1 and _is_open(orders, shared)):
            return AttachedPolicies(reordered(in_snapshot, shared) + added, len(in_snapshot), shared, attachment.span)
        if not kept:
            self.diagnostics.append(_contradiction(attachment, shared, orders[0]))
        order, *others = kept or orders[:1]
        if others:
            return AttachedPolicies(order + added, len(order), shared, attachment.span, kept)
        return AttachedPolicies(order + added, span=attachment.span)


def _among(order: tuple[str, ...], shared: tuple[str, ...]) -> tuple[str, ...]:
    """The shared names in an order."""
    return tuple(name for name in order if name in shared)


def _is_open(orders: tuple[tuple[str, ...], ...], shared: tuple[str, ...]) -> bool:
    """Whether each two shared names stand in this order in one of the orders at least."""
    pairs = {pair for order in orders for pair in combinations(_among(order, shared), 2)}
    return pairs.issuperset(combinations(shared, 2))


def reordered(in_snapshot: tuple[str, ...], shared: tuple[str, ...]) -> tuple[str, ...]:
    """The listed names with the shared ones among them in the order of `shared`, in the places that these have."""
    rest = iter(shared)
    return tuple(next(rest) if name in shared else name for name in in_snapshot)


def _taken_twice(attachment: Attachment, first: Attachment) -> Diagnostic:
    text, other = attachment.target.text, first.target.text
    message = (
        f"{quoted(text)} and {quoted(other)} are the same account"
        if text != other
        else f"{quoted(text)} has an `attach` already"
    )
    return TARGET_ATTACHED_TWICE.at(
        attachment.target.span,
        message,
        help="name all its policies in one `attach`: their order there is AWS's order of attachment",
        labels=(Label(first.target.span, "first attached to here"),),
    )


def _contradiction(attachment: Attachment, shared: tuple[str, ...], in_snapshot: tuple[str, ...]) -> Diagnostic:
    ours = listed(shared)
    theirs = listed(name for name in in_snapshot if name in shared)
    return ATTACHMENT_ORDER_CONTRADICTS.at(
        attachment.policies[0][1].to(attachment.policies[-1][1]),
        f"the project attaches {ours} in this order, the snapshot has {theirs}",
        help="write the names in the snapshot's order, or detach and attach them again in AWS",
    )


def stock(snapshot: Snapshot, compiled: Compiled | None, *, only_project: bool) -> dict[str, PolicyDocument]:
    """All documents by name.

    A policy of the project replaces the snapshot's policy of the same name, which is then not parsed.
    """
    own = {document.name: document for document in compiled.policies} if compiled else {}
    stored = {} if only_project else snapshot.policies or {}
    return {**{name: own.get(name) or _read(name, policy) for name, policy in stored.items()}, **own}


def list_problems(branches: list[Branch], policies: Collection[str], *, complete: bool) -> Iterator[Problem]:
    """The faults of the snapshot's lists of attached policies; `policies` are the names of all documents.

    Without `complete` the project lost some of its policies to errors: unknown names may be theirs and are no fault.
    """
    nearest = Nearest(policies)
    for branch in branches:
        if branch.item.policies:
            yield from _problems(branch.item.policies, branch.loc, policies, nearest if complete else None)
        for leaf in branch.accounts:
            if leaf.item.policies:
                yield from _problems(leaf.item.policies, leaf.loc, policies, nearest if complete else None)


def _problems(
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


def _read(name: str, stored: StoredPolicy) -> PolicyDocument:
    if isinstance(stored.content, str):
        read = read_document(name, stored.content)
        return unread_document(name, stored.content, read) if isinstance(read, TextFault) else read
    size = len(minify(stored.content))
    return PolicyDocument(name, stored.content, size, size)


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

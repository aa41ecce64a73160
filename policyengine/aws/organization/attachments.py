"""The project's `attach` statements on top of the snapshot's lists: which policies, in which order, on what.

Also the documents of both by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from policyengine.aws.attachment_rules import ATTACHMENT_ORDER_CONTRADICTS, TARGET_ATTACHED_TWICE, UNKNOWN_POLICY
from policyengine.aws.documents import Attachment, Compiled, PolicyDocument
from policyengine.aws.organization.snapshot_tree import AccountLeaf, Branch
from policyengine.aws.organization.targets import Targets
from policyengine.aws.policy_text import TextFault, minify, read_document, unread_document
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import Nearest, listed, quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot import Snapshot
    from policyengine.aws.snapshot.shapes import StoredPolicy

MOST_ORDERS = 120
"""A target with fewer inferred orders has no others. With as many or more, there are more that explain what AWS
publishes: those in the snapshot show, for each two policies, in which order these can be, and every value."""


class AttachedPolicies(Record):
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
        return self._inferred.get(place.orders_key, ()) if self._order == "inferred" else ()

    def listed(self, place: Branch | AccountLeaf) -> AttachedPolicies:
        """The listed policies of an entity for which the project has no statement."""
        names, orders = place.item.policies or (), self.of(place)
        if len(orders) == 1:
            return AttachedPolicies(orders[0])
        return AttachedPolicies(orders[0] if orders else names, len(names), orders=orders)


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
                if (near := self._nearest.name(name)) in listed:
                    advice = (
                        f"{quoted(near)} is in the list already: leave this one out, or name the policy that is meant"
                    )
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


def all_documents(snapshot: Snapshot, compiled: Compiled | None, *, only_project: bool) -> dict[str, PolicyDocument]:
    """All documents by name.

    A policy of the project replaces the snapshot's policy of the same name, which is then not parsed.
    """
    own = {document.name: document for document in compiled.policies} if compiled else {}
    stored = {} if only_project else snapshot.policies or {}
    return {**{name: own.get(name) or _read(name, policy) for name, policy in stored.items()}, **own}


def _read(name: str, stored: StoredPolicy) -> PolicyDocument:
    if isinstance(stored.content, str):
        read = read_document(name, stored.content)
        return unread_document(name, stored.content, read) if isinstance(read, TextFault) else read
    size = len(minify(stored.content))
    return PolicyDocument(name, stored.content, size, size)

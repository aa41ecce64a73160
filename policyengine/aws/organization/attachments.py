"""The project's `attach` statements on top of the snapshot's lists: which policies, in which order, on what.

The policies of a project and its snapshot, and the snapshot's own lists of what is attached where.

Whose vaults and roles a snapshot lists, and where they were looked for: the units it names have to be there.

A unit that is not there is a slip of the pen: the vaults would lie nowhere, and plans that use them seem to fail. An
account that is not there is none. Accounts are closed and leave the tree while lists from other sources still have
them, and what is said of such an account changes nothing about the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from policyengine.aws.attachment_rules import ATTACHMENT_ORDER_CONTRADICTS, TARGET_ATTACHED_TWICE, UNKNOWN_POLICY
from policyengine.aws.documents import Attachment, Compiled, PolicyDocument
from policyengine.aws.facts import limits
from policyengine.aws.organization.survey import AccountLeaf, Branch, Problem
from policyengine.aws.organization.targets import Targets, one_of, paths_ending
from policyengine.aws.policy_text import TextFault, minify, read_document, unread_document
from policyengine.aws.snapshot.shape_faults import path_text
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.records import record
from policyengine.base.source import Span
from policyengine.base.text import Nearest, listed, quoted

if TYPE_CHECKING:
    from policyengine.aws.snapshot.shapes import Scope, StoredPolicy
    from policyengine.aws.snapshot.snapshot import Snapshot
    from policyengine.aws.snapshot.tokens import Loc


@record
class AttachedPolicies:
    """What is attached to one entity: names in order, and what of that order is known (see `Entity`)."""

    names: tuple[str, ...]
    unordered: int = 0
    known_order: tuple[str, ...] = ()
    span: Span | None = None


NOTHING = AttachedPolicies(())
"""What stands where nothing is attached."""


class Attacher:
    """Puts the statements of a project where they belong and notes what is wrong with them.

    `listed_order` says whether the order of the snapshot's lists is AWS's. `policies` are all known names.
    """

    def __init__(
        self, targets: Targets[Branch | AccountLeaf], policies: Collection[str], *, listed_order: bool, use_listed: bool
    ) -> None:
        self.placements: dict[Branch | AccountLeaf, AttachedPolicies] = {}
        self.diagnostics: list[Diagnostic] = []
        self._targets = targets
        self._policies = policies
        self._nearest = Nearest(policies)
        self._listed_order = listed_order
        self._use_listed = use_listed
        self._taken: dict[Branch | AccountLeaf, Attachment] = {}

    def attach(self, compiled: Compiled) -> None:
        """Place every statement; one with a target that cannot be found or is taken is dropped."""
        for attachment in compiled.attachments:
            target = self._targets.find(attachment.target)
            if isinstance(target, Diagnostic):
                self.diagnostics.append(target)
            elif self._taken.setdefault(target, attachment) is not attachment:
                self.diagnostics.append(_taken_twice(attachment, self._taken[target]))
            else:
                named = tuple(dict.fromkeys(self._known(attachment, complete=compiled.complete)))
                self.placements[target] = self._place(target, named, attachment)

    def _known(self, attachment: Attachment, *, complete: bool) -> Iterator[str]:
        for name, span in attachment.policies:
            if name in self._policies:
                yield name
            elif complete:
                help_text = self._nearest.suggestion(name)
                self.diagnostics.append(UNKNOWN_POLICY.at(span, f"there is no policy {quoted(name)}", help=help_text))

    def _place(self, target: Branch | AccountLeaf, named: tuple[str, ...], attachment: Attachment) -> AttachedPolicies:
        in_snapshot = (target.item.policies or ()) if self._use_listed else ()
        shared = tuple(name for name in named if name in in_snapshot)
        added = tuple(name for name in named if name not in in_snapshot)
        if not self._listed_order:
            return AttachedPolicies(reordered(in_snapshot, shared) + added, len(in_snapshot), shared, attachment.span)
        if shared != tuple(name for name in in_snapshot if name in shared):
            self.diagnostics.append(_contradiction(attachment, shared, in_snapshot))
        return AttachedPolicies(in_snapshot + added, span=attachment.span)


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

    A policy of the project replaces the snapshot's of the same name, which is then not even read.
    """
    own = {document.name: document for document in compiled.policies} if compiled else {}
    stored = {} if only_project else snapshot.policies or {}
    return {**{name: own.get(name) or _read(name, policy) for name, policy in stored.items()}, **own}


def list_problems(branches: list[Branch], known: Collection[str], *, complete: bool) -> Iterator[Problem]:
    """What is wrong with the snapshot's lists of attached policies.

    Without `complete` the project lost some of its policies to errors, and names may be theirs.
    """
    nearest = Nearest(known)
    for branch in branches:
        if branch.item.policies:
            yield from _problems(branch.item.policies, branch.loc, known, nearest if complete else None)
        for leaf in branch.accounts:
            if leaf.item.policies:
                yield from _problems(leaf.item.policies, leaf.loc, known, nearest if complete else None)


def _problems(names: tuple[str, ...], loc: Loc, known: Collection[str], nearest: Nearest | None) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        here = (*loc, "policies", index)
        if first.setdefault(name, index) != index:
            yield here, f"{quoted(name)} is attached twice, first at {path_text((*loc, 'policies', first[name]))}"
        elif nearest and name not in known:
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
    """The units that vaults, roles and `searched` name and that are not there. Takes a tree without faults."""
    units = _Units(branches)
    for loc, scope in _scopes(snapshot):
        if scope is None or scope == "*" or isinstance(scope, tuple) or scope.ou in units.paths:
            continue
        advice = units.advice(scope.ou)
        yield (*loc, "ou"), f"there is no unit {quoted(scope.ou)}{'; ' if advice else ''}{advice}"


_MOST_COMPARED = 1_000_000  # paths, for all units that are not there: half a second


class _Units:
    def __init__(self, branches: Iterable[Branch]) -> None:
        root, *units = branches
        self.paths = dict.fromkeys(unit.path for unit in units)
        self._root = root
        self._nearest = Nearest(self.paths)
        self._left = _MOST_COMPARED

    def advice(self, text: str) -> str:
        """What a text that is no path of a unit may have meant."""
        if text.strip("/") in ("", self._root.name):
            return 'write "*" for all accounts'
        self._left -= len(self.paths)
        ends = paths_ending(text, self.paths) if self._left > 0 else ()
        return one_of(map(quoted, ends)) if ends else self._nearest.suggestion(text)


def _scopes(snapshot: Snapshot) -> Iterator[tuple[Loc, Scope | None]]:
    for index, vault in enumerate(snapshot.vaults or ()):
        yield ("vaults", index, "accounts"), vault.accounts
    for index, role in enumerate(snapshot.roles or ()):
        yield ("roles", index, "accounts"), role.accounts
    if snapshot.searched:
        yield ("searched", "accounts"), snapshot.searched.accounts

"""The project's `attach` statements on top of the snapshot's lists: which policies, in which order, on what."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from policyengine.catalogue.language import (
    attachment_order_contradicts,
    target_attached_twice,
    unknown_policy,
)
from policyengine.diagnostics import Diagnostic, Label
from policyengine.model.documents import Attachment, Compiled
from policyengine.organization.branches import Branch, Leaf
from policyengine.organization.targets import Targets
from policyengine.source import Span
from policyengine.value import value
from policyengine.wording import Nearest, listed, quoted


@value
class Placement:
    """What is attached to one entity: names in order, and what of that order is known (see `Entity`)."""

    names: tuple[str, ...]
    unordered: int = 0
    known_order: tuple[str, ...] = ()
    span: Span | None = None


NOTHING = Placement(())
"""What stands where nothing is attached."""


class Attacher:
    """Puts the statements of a project where they belong and notes what is wrong with them.

    `listed_order` says whether the order of the snapshot's lists is AWS's. `policies` are all known names.
    """

    def __init__(
        self, targets: Targets[Branch | Leaf], policies: Collection[str], *, listed_order: bool, use_listed: bool
    ) -> None:
        self.placements: dict[Branch | Leaf, Placement] = {}
        self.diagnostics: list[Diagnostic] = []
        self._targets = targets
        self._policies = policies
        self._nearest = Nearest(policies)
        self._listed_order = listed_order
        self._use_listed = use_listed
        self._taken: dict[Branch | Leaf, Attachment] = {}

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
                self.diagnostics.append(
                    unknown_policy.RULE.at(span, f"there is no policy {quoted(name)}", help=help_text)
                )

    def _place(self, target: Branch | Leaf, named: tuple[str, ...], attachment: Attachment) -> Placement:
        in_snapshot = (target.item.policies or ()) if self._use_listed else ()
        shared = tuple(name for name in named if name in in_snapshot)
        added = tuple(name for name in named if name not in in_snapshot)
        if not self._listed_order:
            return Placement(reordered(in_snapshot, shared) + added, len(in_snapshot), shared, attachment.span)
        if shared != tuple(name for name in in_snapshot if name in shared):
            self.diagnostics.append(_contradiction(attachment, shared, in_snapshot))
        return Placement(in_snapshot + added, span=attachment.span)


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
    return target_attached_twice.RULE.at(
        attachment.target.span,
        message,
        help="name all its policies in one `attach`: their order there is AWS's order of attachment",
        labels=(Label(first.target.span, "first attached to here"),),
    )


def _contradiction(attachment: Attachment, shared: tuple[str, ...], in_snapshot: tuple[str, ...]) -> Diagnostic:
    ours = listed(shared)
    theirs = listed(name for name in in_snapshot if name in shared)
    return attachment_order_contradicts.RULE.at(
        attachment.policies[0][1].to(attachment.policies[-1][1]),
        f"the project attaches {ours} in this order, the snapshot has {theirs}",
        help="write the names in the snapshot's order, or detach and attach them again in AWS",
    )

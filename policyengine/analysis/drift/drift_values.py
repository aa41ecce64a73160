"""The kinds of differences between a project and AWS, the parts of a difference, and its effect on backups.

What it does are changes between the project and AWS. A change belongs to a difference if it is of an account that the
difference touches and follows from its policy where that is attached, on either side.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from msgspec.structs import replace

from policyengine.analysis.diff import Change, ChangeCause, OrganizationComparison
from policyengine.aws.organization import Entity
from policyengine.base.records import Record
from policyengine.base.source import Span


class DriftCause(StrEnum):
    """The reason why AWS is not what the project says; the value is its name in output and in `--fail-on`."""

    EDITED = "edited"
    MISSING_POLICY = "missing-policy"
    UNMANAGED_POLICY = "unmanaged-policy"
    DETACHED = "detached"
    ATTACHED_OUTSIDE = "attached-outside"
    MOVED_ACCOUNT = "moved-account"
    ORDER = "order"
    INVALID_STALE = "invalid-stale"
    PENDING = "pending"
    TYPE_DISABLED = "type-disabled"
    UNEXPLAINED = "unexplained"
    SPELLING = "spelling"


DRIFT = frozenset(DriftCause) - {DriftCause.SPELLING}
"""The causes that are drift: a document that is spelled in another way is no different one."""

OF_PUBLISHED = frozenset({DriftCause.INVALID_STALE, DriftCause.PENDING, DriftCause.UNEXPLAINED})
"""The causes that show only in what AWS publishes."""

Against = Literal["attached", "published", "all"]


class Difference(Record):
    """One difference, with the accounts that it touches.

    `policy` is the policy that it is about, empty where it is about none; `target` the root, unit or account, as AWS
    has it, or, where AWS has none, as the project. `before` and `after` are the project's and AWS's side in a few
    words: the order of policies, the unit of an account. `paths` are the settings of an edited policy that differ.
    `changes` are what it does to backups, each for the accounts of this difference; `invalid` the accounts whose policy
    is invalid in AWS and would not be by the project. `span` is the place in the project's files, None where there is
    none.
    """

    cause: DriftCause
    message: str
    policy: str = ""
    target: Entity | None = None
    accounts: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    paths: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    invalid: tuple[str, ...] = ()
    span: Span | None = None


class Unjudged(Record):
    """An unknown fact that prevents a comparison: the published policies of accounts, or the order of peers."""

    what: Literal["published", "order"]
    message: str
    accounts: tuple[str, ...]
    target: Entity | None = None

    def matters(self, causes: Iterable[DriftCause], against: Against) -> bool:
        """Whether one of some causes could be behind it, in a comparison with a side of AWS.

        Against what is published alone, each difference is shown by what is published: without it, none is known.
        """
        if against == "published":
            return True
        wanted = {DriftCause.ORDER} if self.what == "order" else OF_PUBLISHED
        return not wanted.isdisjoint(causes)


class Drift(Record):
    """All differences between a project and AWS, the worst cause first, and what could not be judged.

    `joined` and `left` are accounts that only AWS, or only the recorded tree has: no drift of policies. `accounts` are
    those that AWS has.
    """

    differences: tuple[Difference, ...]
    unjudged: tuple[Unjudged, ...]
    joined: tuple[Entity, ...]
    left: tuple[Entity, ...]
    accounts: tuple[Entity, ...]

    @property
    def touched(self) -> frozenset[str]:
        """The ids of the accounts that drift touches; other spelling touches none."""
        return frozenset(number for each in self.differences if each.cause in DRIFT for number in each.accounts)


_WHOLE = OF_PUBLISHED | {DriftCause.TYPE_DISABLED}
"""What replaces or takes the whole policy of an account."""


def with_effects(difference: Difference, comparison: OrganizationComparison) -> Difference:
    """A difference with the changes that follow from it, each for its accounts alone, the worst first."""
    touched = frozenset(difference.accounts)
    following = [narrowed(change, touched) for change in comparison.changes if _follows(change, difference)]
    invalid = tuple(sorted(touched & {policy.account.id or "" for policy in comparison.became_invalid}))
    return replace(difference, changes=tuple(change for change in following if change.accounts), invalid=invalid)


def narrowed(change: Change, accounts: frozenset[str]) -> Change:
    """A change for some of its accounts."""
    return replace(change, accounts=tuple(number for number in change.accounts if number in accounts))


def _follows(change: Change, difference: Difference) -> bool:
    if difference.cause in _WHOLE:
        return True
    if difference.cause is DriftCause.MOVED_ACCOUNT:
        return not change.causes or any(_is_of_one_place(cause, difference) for cause in change.causes)
    target = difference.target
    if difference.cause is DriftCause.ORDER and target is not None:
        return any(cause.entity.path == target.path for cause in change.causes)
    at_target = {DriftCause.DETACHED, DriftCause.ATTACHED_OUTSIDE}
    causes: Iterable[ChangeCause] = (cause for cause in change.causes if cause.policy == difference.policy)
    if difference.cause in at_target and target is not None:
        return any(_same_place(cause, target.id, target.path) for cause in causes)
    return any(True for _ in causes)


def _same_place(cause: ChangeCause, number: str | None, path: str) -> bool:
    return cause.entity.path == path or (number is not None and cause.entity.id == number)


def _is_of_one_place(cause: ChangeCause, difference: Difference) -> bool:
    """Whether a policy is that of the unit which the account left, or of the one that it is in."""
    path = f"{cause.entity.path}/" if cause.entity.path else ""
    return f"{difference.before}/".startswith(path) != f"{difference.after}/".startswith(path)

"""What each difference does to backups, from the changes between the project and AWS.

A change belongs to a difference if it is of an account that the difference touches and follows from its policy where
that is attached, on either side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from policyengine.analysis.diff import Change, ChangeCause, OrganizationComparison
from policyengine.analysis.drift.drift_values import OF_PUBLISHED, Difference, DriftCause

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

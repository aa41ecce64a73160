"""Why something expected is not so: the sentences of `requirements`, each with the trail of the value it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from policyengine.effective import AccountPolicy, EffectiveError, Resolved, keys
from policyengine.plan import View
from policyengine.requirements import Place, Reason, Result
from policyengine.testing.values import Cause, Trail
from policyengine.wording import listed, quoted

_NEW_ACCOUNT = "mend the policy: a new account has no earlier one that AWS could keep"
_NOTHING = {
    "empty": "no backup policy is attached to this account or above it, so AWS publishes none",
    "disabled": "backup policies are not enabled in this organization, so AWS publishes none",
}


def of_reasons(reasons: Iterable[Reason], asking: str, view: View) -> Iterator[Cause]:
    """Why a condition does not hold, never without a word; `asking` is who asks for it."""
    shown = dict.fromkeys(replace(reason, values=()) for reason in reasons)
    for reason in shown or (Reason("it does not hold"),):
        yield Cause(reason.sentence(asking), reason.advice, _trail(reason.place, view.resolved))


def of_doubts(reasons: Iterable[Reason], what: str, view: View, *, new: bool) -> Iterator[Cause]:
    """Why nobody can say whether something holds, never without a word; `new` if the snapshot lacks the account."""
    for reason in tuple(reasons) or (Reason("a fact is missing"),):
        advice = _NEW_ACCOUNT if new and view.withheld else reason.advice
        yield Cause(f"{what} cannot be decided: {reason.found}", advice, _trail(reason.place, view.resolved))


def of_violation(result: Result, reasons: Iterable[Reason]) -> Iterator[Cause]:
    """Why an assertion is violated, with what its requirement says of it."""
    requirement = result.requirement
    said = [result.assertion.message, f"see {requirement.reference}" if requirement.reference else ""]
    advice = "; ".join(part for part in said if part)
    for cause in of_reasons(reasons, quoted(requirement.name), result.view):
        yield Cause(cause.message, advice, cause.trail)


def of_validity(account: AccountPolicy, *, valid: bool) -> tuple[Cause, ...]:
    """Why the effective policy of an account is not valid, or not invalid; nothing where it is."""
    if account.status == ("valid" if valid else "invalid"):
        return ()
    if account.status in _NOTHING:
        return (Cause(_NOTHING[account.status]),)
    errors = account.resolved.errors if account.resolved else ()
    return tuple(Cause(_withheld(error)) for error in errors) or (Cause("AWS would publish the effective policy"),)


def _withheld(error: EffectiveError) -> str:
    by = f", set by {listed(error.policies, 'and')}" if error.policies else ""
    return f"AWS would withhold the effective policy: {error.code} at {error.path}: {error.message}{by}"


def _trail(place: Place | None, resolved: Resolved | None) -> Trail | None:
    """Where more happened to a setting than that one policy set it, all that happened."""
    if place is None or place.plan.node is None or resolved is None:
        return None
    node = place.plan.node.find(keys(place.path)[len(keys(place.plan.path)) :])
    steps = node.setting.trail if node else ()
    if len(steps) == len([step for step in steps if step.outcome == "applied"]) <= 1:
        return None
    notes = [resolved.note_of(place.path, step) for step in steps]
    return Trail(
        place.path, tuple((step, note.detail if note else "") for step, note in zip(steps, notes, strict=True))
    )

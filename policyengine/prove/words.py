"""What is said of an outcome: why something is guaranteed, and why nobody can say."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.prove.case import Case
from policyengine.prove.field import Field, Standing
from policyengine.wording import listed, quoted

_MOST_POINTS = 3


def guaranteed(case: Case) -> str:
    """Why nothing can break a requirement at a target."""
    said = "nothing that is still open can break it" if case.points else "everything that it reads is closed"
    return said + _peers(case)


def undecided(case: Case, standings: Iterable[Standing], field: Field) -> str:
    """Why nobody can say whether a requirement can be broken at a target."""
    found = list(standings)
    if violated := next((standing for standing in found if standing.violated), None):
        return f"it does not hold as it is: {field.sentence(violated, case.requirement)}"
    if frozen := next((standing for standing in found if standing.invalid), None):
        return f"AWS withholds the effective policy of {quoted(frozen.account.name)} as it is"
    if unknown := next((standing for standing in found if standing.undecided), None):
        return f"it cannot be decided as it is: {field.sentence(unknown, case.requirement)}"
    if not case.holds_untouched:
        return "it holds only by policies further down, and no policy that was tried undoes them" + _peers(case)
    open_ = [key.removesuffix("/+") for key in case.points if case.matters(key)] or [*case.points]
    more = f" and {len(open_) - _MOST_POINTS} more" if len(open_) > _MOST_POINTS else ""
    shown = f"{listed(open_[:_MOST_POINTS])}{more}"
    return f"no policy that was tried breaks it, and nothing rules one out: {shown} can be changed" + _peers(case)


def only_further_down(policies: Iterable[str]) -> str:
    """Why no line would do where a requirement only holds by policies further down."""
    return f"it holds only by {listed(policies, 'and') or 'policies'} further down, which a policy above can undo"


def _peers(case: Case) -> str:
    """The policies beside which an attack was not looked at."""
    names = [policy.name for policy in case.target.policies]
    return f"; what {listed(names, 'and')} on the same entity bring in is out of scope there" if names else ""

"""What is said of an outcome: why something is guaranteed, and why nobody can say."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.prove.case import Case
from policyengine.prove.field import Field, Standing
from policyengine.prove.reading import is_new
from policyengine.requirements import Requirement
from policyengine.wording import listed

NOT_ENABLED = "backup policies are not enabled for the organization, so that no policy has an effect"
_MOST_POINTS = 3


def guaranteed(case: Case) -> str:
    """Why nothing can break a requirement at a target."""
    return "nothing that is still open can break it" if case.points else "everything that it reads is closed"


def as_it_is(standing: Standing, requirement: Requirement, field: Field) -> str:
    """What is so of an account, whatever is attached."""
    if standing.invalid and not is_new(standing.account):
        return "AWS withholds the effective policy as it is"
    said = field.sentence(standing, requirement)
    if not is_new(standing.account):
        return f"it {'does not hold' if standing.violated else 'cannot be decided'} as it is: {said}"
    if standing.violated:
        return f"an account that is created there would not meet it as it is: {said}"
    return f"it cannot be decided for an account that is created there: {said}"


def broken(standing: Standing, requirement: Requirement, field: Field) -> str:
    """What a policy does to an account that does not meet the requirement any more."""
    if not standing.invalid:
        return field.sentence(standing, requirement)
    return (
        "an account that is created there gets nothing: AWS withholds its effective policy"
        f" ({field.withheld(standing)}), and it has no last valid one, as accounts of today have"
    )


def undecided(case: Case) -> str:
    """Why nobody can say whether a requirement that holds can be broken at a target."""
    if not case.holds_untouched:
        return "it holds only by policies further down, and no policy that was tried undoes them"
    if case.holds_published and case.may_freeze:
        return (
            "no policy that was tried makes AWS withhold the policy of an account created there, and none is ruled out"
        )
    open_ = [key.removesuffix("/+") for key in case.points if case.matters(key)] or [*case.points]
    if not open_:
        return "it hangs on what an account that is created there is called, or on its tags"
    more = f" and {len(open_) - _MOST_POINTS} more" if len(open_) > _MOST_POINTS else ""
    shown = f"{listed(open_[:_MOST_POINTS])}{more}"
    return f"no policy that was tried breaks it, and nothing rules one out: {shown} can be changed"


def only_further_down(policies: Iterable[str]) -> str:
    """Why no line would do where a requirement only holds by policies further down."""
    return f"it holds only by {listed(policies, 'and') or 'policies'} further down, which a policy above can undo"

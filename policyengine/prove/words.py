"""What is said of an outcome: why something is guaranteed, and why nobody can say."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.prove.case import Case
from policyengine.prove.field import Field, Standing
from policyengine.prove.reading import is_new
from policyengine.requirements import Requirement
from policyengine.wording import listed

_MOST_POINTS = 3


def guaranteed(case: Case) -> str:
    """Why nothing can break a requirement at a target."""
    return "nothing that is still open can break it" if case.points else "everything that it reads is closed"


def as_it_is(standing: Standing, requirement: Requirement, field: Field) -> str:
    """What keeps anybody from saying more of an account, whatever is attached."""
    if standing.invalid:
        return "AWS withholds the effective policy as it is"
    whose = "an account that is put there does not meet it" if is_new(standing.account) else "it does not hold"
    said = field.sentence(standing, requirement)
    return f"{whose if standing.violated else 'it cannot be decided'} as it is: {said}"


def undecided(case: Case) -> str:
    """Why nobody can say whether a requirement that holds can be broken at a target."""
    if not case.holds_untouched:
        return "it holds only by policies further down, and no policy that was tried undoes them"
    open_ = [key.removesuffix("/+") for key in case.points if case.matters(key)] or [*case.points]
    more = f" and {len(open_) - _MOST_POINTS} more" if len(open_) > _MOST_POINTS else ""
    shown = f"{listed(open_[:_MOST_POINTS])}{more}"
    return f"no policy that was tried breaks it, and nothing rules one out: {shown} can be changed"


def only_further_down(policies: Iterable[str]) -> str:
    """Why no line would do where a requirement only holds by policies further down."""
    return f"it holds only by {listed(policies, 'and') or 'policies'} further down, which a policy above can undo"

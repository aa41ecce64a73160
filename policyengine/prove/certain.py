"""What truths come to together if an unknown one may still turn out to be anything.

`requirements/truth.py` says what facts come to that nobody will change. There something missing decides an `and` that
also has something unknown; here that may still become false, and `not` tells the two apart: so it stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.plan import UNKNOWN
from policyengine.requirements import truth as settled
from policyengine.requirements.truth import MISSING, Truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    """`and`, `every`: false decides, whatever the others turn out to be."""
    found = set(truths)
    return UNKNOWN if UNKNOWN in found and False not in found else settled.conjunction(found)


def in_all(regions: Iterable[tuple[Truth, Truth]]) -> Truth:
    """Whether something holds in all Regions in which it is meant: for each, whether it is meant, and holds there."""
    found = list(regions)
    truth = settled.in_all(found)
    open_ = any(meant is not True or truth is UNKNOWN for meant, truth in found)
    return UNKNOWN if truth is MISSING and open_ else truth


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Whether so many hold. Where too few can, what is unknown may still turn out to be missing."""
    found = list(truths)
    truth = settled.at_least(count, found)
    return UNKNOWN if truth is False and UNKNOWN in found else truth

"""What an expression can come to beside true and false, and how these combine (language.md 5.2).

`UNKNOWN` is a fact that the snapshot does not tell. `MISSING` is something that is not there: it fails like false, and
`not` does not make it hold. Both orders of operands give the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeAlias

from policyengine.plan import UNKNOWN, Unknown


class Missing(Enum):
    """The one value for what is not there: `plans["x"]` of an account without it, the lock of a vault that is not."""

    MISSING = "missing"


class Absent(Enum):
    """The one value for a text that is not there, such as a tag: unequal to every text, and like nothing."""

    ABSENT = "absent"


MISSING: Final = Missing.MISSING
ABSENT: Final = Absent.ABSENT

Truth: TypeAlias = bool | Unknown | Missing


def negation(truth: Truth) -> Truth:
    """`not`: only true and false change."""
    return not truth if isinstance(truth, bool) else truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    """`and`, `every`: false decides, then what is missing, then what is unknown."""
    found = tuple(truths)
    if False in found:
        return False
    if MISSING in found:
        return MISSING
    return UNKNOWN if UNKNOWN in found else True


def disjunction(truths: Iterable[Truth]) -> Truth:
    """`or`, `some`: true decides; what is unknown might, what is missing cannot."""
    found = tuple(truths)
    if True in found:
        return True
    if UNKNOWN in found:
        return UNKNOWN
    return MISSING if MISSING in found else False


def in_all(regions: Iterable[tuple[Truth, Truth]]) -> Truth:
    """Whether something holds in all Regions in which it is meant: for each, whether it is meant, and holds there.

    One that is perhaps not meant takes nothing away where it holds there; where none is surely meant, nobody can say
    more than that it does not hold.
    """
    found = tuple(regions)
    sure = [truth for meant, truth in found if meant is True]
    truths = [*sure, *(truth if truth is True else UNKNOWN for meant, truth in found if meant is not True)]
    if sure:
        return conjunction(truths)
    return False if all(truth is False for _, truth in found) else UNKNOWN


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Whether so many hold."""
    found = list(truths)
    held = sum(truth is True for truth in found)
    if held >= count:
        return True
    if held + sum(truth is UNKNOWN for truth in found) >= count:
        return UNKNOWN
    return MISSING if MISSING in found else False

"""What an expression can come to beside plain values, and how truth values combine (language.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Mark(Enum):
    """UNKNOWN: nobody looked. MISSING: what was picked is not there. ABSENT: no such text (a tag that is not set)."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    ABSENT = "absent"


class Perhaps(NamedTuple):
    """An item of a list of which nobody knows whether it is there."""

    text: str


UNKNOWN, MISSING, ABSENT = Mark.UNKNOWN, Mark.MISSING, Mark.ABSENT

Truth = bool | Mark
"""True, False, UNKNOWN or MISSING."""

AND_ORDER: tuple[Truth, ...] = (False, MISSING, UNKNOWN, True)
OR_ORDER: tuple[Truth, ...] = (True, UNKNOWN, MISSING, False)


def all_of(truths: Iterable[Truth]) -> Truth:
    """The first of False, MISSING, UNKNOWN that is among them, else True."""
    found = list(truths)
    return next(truth for truth in AND_ORDER if truth in found or truth is True)


def any_of(truths: Iterable[Truth]) -> Truth:
    """The first of True, UNKNOWN, MISSING that is among them, else False."""
    found = list(truths)
    return next(truth for truth in OR_ORDER if truth in found or truth is False)


def negated(truth: Truth) -> Truth:
    """True and False change places; what is unknown or missing stays so."""
    return not truth if isinstance(truth, bool) else truth

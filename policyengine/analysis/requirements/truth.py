"""The four truths of a condition, as values and as bytes, and how they combine (language.md 5.2).

`UNKNOWN` is a fact that the snapshot lacks. `MISSING` is a value that does not exist: it fails like false, and `not`
does not make it hold. The order of operands makes no difference. What values are and how they compare is in
`value_types`; `evaluate_conditions` gives a condition its truths, for all rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final, TypeAlias

from policyengine.aws.deployment import UNKNOWN, Unknown


class Missing(Enum):
    """The one value for what is not there: `plans["x"]` of an account without it, the lock of a vault that is not."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

Truth: TypeAlias = bool | Unknown | Missing


TRUTH_BYTE: Final[Mapping[Truth, int]] = {False: 0, MISSING: 1, UNKNOWN: 3, True: 7}
"""A truth as a byte, so that `&` is `and` and `every`, and `|` is `or` and `some`, for whole columns at once."""

OF_BYTE: Final[Mapping[int, Truth]] = {byte: truth for truth, byte in TRUTH_BYTE.items()}
MET: Final = 8
"""The bit beside a truth that says that a quantifier met an element."""


def _table(value_of: Callable[[int], int]) -> bytes:
    """For `bytes.translate`."""
    return bytes(map(value_of, range(256)))


def _contribution(neutral: int, uncertain: Callable[[int], int]) -> bytes:
    """The contribution of an element, by three bits for whether it is meant, and three for whether it satisfies.

    `neutral` where it is not meant; `uncertain` says what remains of a truth where nobody knows whether it is.
    """

    def contributed(judged: int) -> int:
        meant, truth = OF_BYTE.get(judged >> 3, False), judged & 7
        if meant is True:
            return truth | MET
        return uncertain(truth) | MET if meant is UNKNOWN else neutral

    return _table(contributed)


NEGATED: Final = _table(lambda byte: {0: 7, 7: 0}.get(byte, byte))
EVERY: Final = _contribution(TRUTH_BYTE[True], lambda truth: truth | TRUTH_BYTE[UNKNOWN])
SOME: Final = _contribution(TRUTH_BYTE[False], lambda truth: TRUTH_BYTE[UNKNOWN] if truth else truth)
MEANT: Final = _table(lambda byte: MET if byte >= TRUTH_BYTE[UNKNOWN] else 0)


def negation(truth: Truth) -> Truth:
    """`not`: only true and false change."""
    return not truth if isinstance(truth, bool) else truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    """`and`, `every`: false decides, then what is missing, then what is unknown."""
    distinct = tuple(truths)
    if False in distinct:
        return False
    if MISSING in distinct:
        return MISSING
    return UNKNOWN if UNKNOWN in distinct else True


def disjunction(truths: Iterable[Truth]) -> Truth:
    """`or`, `some`: true decides; what is unknown might, what is missing cannot."""
    distinct = tuple(truths)
    if True in distinct:
        return True
    if UNKNOWN in distinct:
        return UNKNOWN
    return MISSING if MISSING in distinct else False


def in_all(regions: Iterable[tuple[Truth, Truth]]) -> Truth:
    """Whether a condition holds in all Regions that it applies to: for each, whether it applies and holds.

    One that is perhaps not meant takes nothing away where it holds there; where none is surely meant, nobody can say
    more than that it does not hold.
    """
    judged = tuple(regions)
    sure = [truth for meant, truth in judged if meant is True]
    truths = [*sure, *(truth if truth is True else UNKNOWN for meant, truth in judged if meant is not True)]
    if sure:
        return conjunction(truths)
    return False if all(truth is False for _, truth in judged) else UNKNOWN


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """`at least`: true where `count` are true, unknown where unknown ones may make up for it, else missing or false."""
    each = list(truths)
    satisfied = sum(truth is True for truth in each)
    if satisfied >= count:
        return True
    if satisfied + sum(truth is UNKNOWN for truth in each) >= count:
        return UNKNOWN
    return MISSING if MISSING in each else False

"""The four truths and how they combine (language.md 5.2); types, and how two values of a type compare (5.1).

`UNKNOWN` is a fact that the snapshot lacks. `MISSING` is a value that does not exist: it fails like false, and `not`
does not make it hold. The order of operands makes no difference. `ABSENT` is a text that is not set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import Enum
from functools import cache, lru_cache
from operator import ge, gt, le, lt
from typing import Any, Final, TypeAlias

from policyengine.aws.deployment import UNKNOWN, Unknown
from policyengine.language.syntax.nodes import ComparisonOperator


class Missing(Enum):
    """The one value for what is not there: `plans["x"]` of an account without it, the lock of a vault that is not."""

    MISSING = "missing"


class Absent(Enum):
    """The one value for a text that is not there, such as a tag: unequal to every text, and like nothing."""

    ABSENT = "absent"


MISSING: Final = Missing.MISSING
ABSENT: Final = Absent.ABSENT

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
    """What an element contributes, by three bits for whether it is meant, and three for whether it satisfies.

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
    """Whether so many hold."""
    each = list(truths)
    held = sum(truth is True for truth in each)
    if held >= count:
        return True
    if held + sum(truth is UNKNOWN for truth in each) >= count:
        return UNKNOWN
    return MISSING if MISSING in each else False


class Type(Enum):
    """What a value is, in the words of a message."""

    STRING = "a string"
    NAME = "a name"
    BOOLEAN = "a boolean"
    DURATION = "a duration"
    COUNT = "a number"
    LIST = "a list of strings"
    LOCK = "a lock mode"
    VAULT_TYPE = "a type of vault"
    KEY = "a kind of key"
    SELECTION_KIND = "a kind of selection"
    ACCOUNT = "an account"
    PLAN = "a plan"
    RULE = "a rule"
    PICKED_RULE = "a rule in all its Regions"
    COPY = "a copy"
    SELECTION = "a selection"
    RESOURCE = "a resource"
    VAULT = "a vault"
    PLANS = "a set of plans"
    RULES = "a set of rules"
    COPIES = "a set of copies"
    REGIONS = "a set of Regions"
    TAGS = "a set of tags"

    @property
    def phrase(self) -> str:
        """The type in a message; that names compare with case folded does not matter there."""
        return Type.STRING.value if self is Type.NAME else self.value

    @property
    def is_text(self) -> bool:
        """Whether it compares with a string."""
        return self in (Type.STRING, Type.NAME)


WORDS = {
    Type.LOCK: ("none", "governance", "compliance"),
    Type.VAULT_TYPE: ("standard", "air_gapped"),
    Type.KEY: ("aws_managed", "customer", "aws_owned"),
    Type.SELECTION_KIND: ("tag", "resource"),
}
"""The words that are values of a type, written without quotes."""

TYPE_OF_WORD = {word: kind for kind, words in WORDS.items() for word in words}


Holds = Callable[[Any, Any], bool]

ORDER: dict[ComparisonOperator, Holds] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def is_equality(holds: Holds) -> bool:
    """Whether a comparison decides as `==` does in Python, so that a value can be looked up."""
    return holds is _equal


def comparing(operator: ComparisonOperator, left: Type, right: Type) -> Holds:
    """What decides a comparison of two values whose types fit; names compare with case folded."""
    if operator in ORDER:
        return ORDER[operator]
    holds = _HOLDS[operator]
    if Type.LIST in (left, right) and operator != "in":
        return _UNORDERED[operator]
    return _folding(holds) if Type.NAME in (left, right) else holds


@cache
def _folding(holds: Holds) -> Holds:
    return lambda left, right: holds(_folded(left), _folded(right))


def _folded(value: Any) -> Any:  # noqa: ANN401 - a text, several, or nothing
    if isinstance(value, str):
        return value.casefold()
    return tuple(item.casefold() for item in value) if isinstance(value, (tuple, frozenset)) else value


def _equal(left: object, right: object) -> bool:
    return left is not ABSENT and left == right


def _unequal(left: object, right: object) -> bool:
    return not _equal(left, right)


def _is_within(left: object, right: Collection[object]) -> bool:
    return left in right


def _like(left: object, right: object) -> bool:
    return isinstance(left, str) and isinstance(right, str) and _pattern(right).fullmatch(left) is not None


def _same_items(left: Collection[str], right: Collection[str]) -> bool:
    """Lists are equal when they hold the same, in any order."""
    return set(left) == set(right)


def _other_items(left: Collection[str], right: Collection[str]) -> bool:
    return not _same_items(left, right)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """A shell pattern with `*` and `?`; `*` crosses `/` (language.md 5.1)."""
    first, *rest = (_literal(part) for part in re.split(r"\*+", text))
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    # The first place where a middle part fits is as good as any: without going back, time stays linear.
    return re.compile(f"{first}{''.join(f'(?>.*?{part})' for part in middle)}.*{last}", re.DOTALL)


def _literal(text: str) -> str:
    return "".join("." if character == "?" else re.escape(character) for character in text)


_HOLDS: dict[ComparisonOperator, Holds] = {"==": _equal, "!=": _unequal, "in": _is_within, "like": _like}
_UNORDERED: dict[ComparisonOperator, Holds] = {"==": _same_items, "!=": _other_items}

"""The types of values in expressions, and how two values of a type compare (language.md 5.1).

`ABSENT` is a text that is not set. What comparisons are together, and where a value is missing, is in `truth`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from enum import Enum
from functools import cache, lru_cache
from operator import ge, gt, le, lt
from typing import Any, Final

from policyengine.analysis.requirements.truth import Truth, negation
from policyengine.aws.deployment import UNKNOWN
from policyengine.base.records import Record
from policyengine.language.syntax.nodes import ComparisonOperator


class Absent(Enum):
    """The one value for a text that is not there, such as a tag: unequal to every text, and like nothing."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


class OpenList(Record):
    """A list that surely holds some texts, and may hold any of the `possible` ones, which the sure ones are among."""

    sure: tuple[str, ...]
    possible: tuple[str, ...]

    def mapped(self, change: Callable[[str], str]) -> OpenList:
        """The list of changed texts."""
        return OpenList(tuple(map(change, self.sure)), tuple(map(change, self.possible)))


class Type(Enum):
    """The type of a value; its text is the word that messages use."""

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


Holds = Callable[[Any, Any], Truth]

ORDER: dict[ComparisonOperator, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def is_equality(holds: Holds) -> bool:
    """Whether a comparison decides as `==` does in Python, so that a value can be looked up."""
    return holds is _equal


def comparing(operator: ComparisonOperator, left: Type, right: Type) -> Holds:
    """The predicate of a comparison of two values of these types; names compare with case folded."""
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
    if isinstance(value, OpenList):
        return value.mapped(str.casefold)
    if isinstance(value, str):
        return value.casefold()
    return tuple(item.casefold() for item in value) if isinstance(value, (tuple, frozenset)) else value


def _equal(left: object, right: object) -> bool:
    return left is not ABSENT and left == right


def _unequal(left: object, right: object) -> bool:
    return not _equal(left, right)


def _is_within(left: object, right: Collection[object] | OpenList) -> Truth:
    if isinstance(right, OpenList):
        return True if left in right.sure else UNKNOWN if left in right.possible else False
    return left in right


def _like(left: object, right: object) -> bool:
    return isinstance(left, str) and isinstance(right, str) and _pattern(right).fullmatch(left) is not None


def _same_items(left: Collection[str] | OpenList, right: Collection[str] | OpenList) -> Truth:
    """Lists are equal when they hold the same, in any order."""
    if isinstance(left, OpenList) or isinstance(right, OpenList):
        return UNKNOWN if may_be_equal(left, right) else False
    return set(left) == set(right)


def _other_items(left: Collection[str] | OpenList, right: Collection[str] | OpenList) -> Truth:
    return negation(_same_items(left, right))


def may_be_equal(left: Collection[str] | OpenList, right: Collection[str] | OpenList) -> bool:
    """Whether two lists may hold the same: either may hold all that the other surely does."""
    first, second = (
        value if isinstance(value, OpenList) else OpenList(tuple(value), tuple(value)) for value in (left, right)
    )
    return set(first.sure) <= set(second.possible) and set(second.sure) <= set(first.possible)


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

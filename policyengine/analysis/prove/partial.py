"""Values and truths that are partly certain: what a policy that is not written yet could make of them.

`requirements/truth.py` combines truths that are settled. There a missing value decides an `and` that also has an
unknown one; here that may still become false, and `not` differs between the two: so it stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from policyengine.analysis.requirements import MISSING, Truth
from policyengine.analysis.requirements import at_least as settled_at_least
from policyengine.analysis.requirements import conjunction as settled_conjunction
from policyengine.analysis.requirements import in_all as settled_in_all
from policyengine.aws.deployment import UNKNOWN
from policyengine.base.records import Record
from policyengine.language.syntax.nodes import ComparisonOperator

_WILD = re.compile(r"[*?]")


class Other(Record):
    """A text that is none of these, folded, and may be any other: the name of a plan that is not there yet."""

    texts: frozenset[str] = frozenset()

    def may_be(self, text: str) -> bool:
        """Whether it may be a text."""
        return text.casefold() not in self.texts


class AtLeast(Record):
    """A list that holds these, and may hold more."""

    items: tuple[str, ...]


class TextPrefix(Record):
    """A text that begins with this: the path of an account that could be put into a unit."""

    text: str


def compare(operator: ComparisonOperator, left: object, right: object) -> Truth:
    """The truth of a comparison, whatever the rest of the values turns out to be."""
    if isinstance(left, TextPrefix) or isinstance(right, TextPrefix):
        text, value = (left, right) if isinstance(left, TextPrefix) else (right, left)
        return _of_prefix(operator, text.text, value) if isinstance(text, TextPrefix) else UNKNOWN
    if isinstance(left, Other) or isinstance(right, Other):
        other, value = (left, right) if isinstance(left, Other) else (right, left)
        return _of_other(operator, other, value) if isinstance(other, Other) else UNKNOWN
    if isinstance(right, AtLeast) and operator == "in":
        return True if left in right.items else UNKNOWN
    listed, value = (left, right) if isinstance(left, AtLeast) else (right, left)
    too_many = isinstance(listed, AtLeast) and isinstance(value, tuple) and not set(listed.items) <= set(value)
    return operator == "!=" if too_many and operator in {"==", "!="} else UNKNOWN


def _of_other(operator: ComparisonOperator, other: Other, value: object) -> Truth:
    """An unknown text is surely none of those that it cannot be."""
    texts = value if isinstance(value, tuple) else (value,)
    surely_not = all(isinstance(text, str) and not other.may_be(text) for text in texts)
    return operator == "!=" if surely_not and operator in {"==", "!=", "in"} else UNKNOWN


def _of_prefix(operator: ComparisonOperator, start: str, value: object) -> Truth:
    """A text surely is none of those that begin otherwise."""
    texts = value if isinstance(value, tuple) else (value,)
    if operator == "like" and isinstance(value, str):
        return _like(start, value)
    surely_not = all(isinstance(text, str) and not text.startswith(start) for text in texts)
    return operator == "!=" if surely_not and operator in {"==", "!=", "in"} else UNKNOWN


def _like(start: str, pattern: str) -> Truth:
    """Whether every text, or none, that begins so fits a shell pattern."""
    literal = _WILD.split(pattern)[0]
    shorter = min(len(literal), len(start))
    if literal[:shorter] != start[:shorter]:
        return False
    return True if pattern.rstrip("*") == literal != pattern and start.startswith(literal) else UNKNOWN


def conjunction(truths: Iterable[Truth]) -> Truth:
    """`and`, `every`: false decides, whatever the others turn out to be."""
    distinct = set(truths)
    return UNKNOWN if UNKNOWN in distinct and False not in distinct else settled_conjunction(distinct)


def in_all(regions: Iterable[tuple[Truth, Truth]]) -> Truth:
    """Whether a condition holds in all Regions that it applies to: for each, whether it applies and holds."""
    judged = list(regions)
    truth = settled_in_all(judged)
    open_ = any(meant is not True or truth is UNKNOWN for meant, truth in judged)
    return UNKNOWN if truth is MISSING and open_ else truth


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Whether so many hold. Where too few can, what is unknown may still turn out to be missing."""
    each = list(truths)
    truth = settled_at_least(count, each)
    return UNKNOWN if truth is False and UNKNOWN in each else truth

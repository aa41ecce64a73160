"""Values of which only something is known: what a policy nobody has written yet could make of them."""

from __future__ import annotations

import re

from policyengine.plan import UNKNOWN
from policyengine.requirements.truth import Truth
from policyengine.syntax.expressions import ComparisonOperator
from policyengine.value import value

_WILD = re.compile(r"[*?]")


@value
class Other:
    """A text that is none of these, folded, and may be any other: the name of a plan that is not there yet."""

    texts: frozenset[str] = frozenset()

    def may_be(self, text: str) -> bool:
        """Whether it may be a text."""
        return text.casefold() not in self.texts


@value
class AtLeast:
    """A list that holds these, and may hold more."""

    items: tuple[str, ...]


@value
class Beginning:
    """A text that begins with this: the path of an account that could be put into a unit."""

    text: str


def compare(operator: ComparisonOperator, left: object, right: object) -> Truth:
    """What a comparison comes to, whatever the rest of the values turns out to be."""
    if isinstance(left, Beginning) or isinstance(right, Beginning):
        text, known = (left, right) if isinstance(left, Beginning) else (right, left)
        return _of_beginning(operator, text.text, known) if isinstance(text, Beginning) else UNKNOWN
    if isinstance(left, Other) or isinstance(right, Other):
        other, known = (left, right) if isinstance(left, Other) else (right, left)
        return _of_other(operator, other, known) if isinstance(other, Other) else UNKNOWN
    if isinstance(right, AtLeast) and operator == "in":
        return True if left in right.items else UNKNOWN
    listed, known = (left, right) if isinstance(left, AtLeast) else (right, left)
    too_many = isinstance(listed, AtLeast) and isinstance(known, tuple) and not set(listed.items) <= set(known)
    return operator == "!=" if too_many and operator in {"==", "!="} else UNKNOWN


def _of_other(operator: ComparisonOperator, other: Other, known: object) -> Truth:
    """An unknown text is surely none of those that it cannot be."""
    texts = known if isinstance(known, tuple) else (known,)
    surely_not = all(isinstance(text, str) and not other.may_be(text) for text in texts)
    return operator == "!=" if surely_not and operator in {"==", "!=", "in"} else UNKNOWN


def _of_beginning(operator: ComparisonOperator, start: str, known: object) -> Truth:
    """A text surely is none of those that begin otherwise."""
    texts = known if isinstance(known, tuple) else (known,)
    if operator == "like" and isinstance(known, str):
        return _like(start, known)
    surely_not = all(isinstance(text, str) and not text.startswith(start) for text in texts)
    return operator == "!=" if surely_not and operator in {"==", "!=", "in"} else UNKNOWN


def _like(start: str, pattern: str) -> Truth:
    """Whether every text, or none, that begins so fits a shell pattern."""
    literal = _WILD.split(pattern)[0]
    shorter = min(len(literal), len(start))
    if literal[:shorter] != start[:shorter]:
        return False
    return True if pattern.rstrip("*") == literal != pattern and start.startswith(literal) else UNKNOWN

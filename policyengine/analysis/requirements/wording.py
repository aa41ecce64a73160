"""Causes, why a condition does not hold: compared and chosen as values, and only what is reported is worded.

A cause says where a value is set, but not by whom, so that it is the same for all plans that share a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from msgspec.structs import replace

from policyengine.analysis.requirements.atoms import SettingPath, ValuePlace
from policyengine.aws.deployment import Origin, View, origins
from policyengine.base.records import Record
from policyengine.base.text import quoted

LONGEST_QUOTE = 1000
"""Characters of an expression that a message quotes."""

_LONGEST_KNOWN = 100  # characters of an expression that a baseline has
_QUOTE = re.compile(r"`([^`]*)`")
_MOST = 3  # parts that one message joins


def with_short_quotes(text: str) -> str:
    """A message as a baseline has it: expressions are cut early, so that what was accepted stays accepted."""
    return _QUOTE.sub(lambda found: quoted(found[1], _LONGEST_KNOWN), text)


class StatedValue(Record):
    """A value as messages state it; `set_at` is the path whose authors the message names, None where it names none.

    `every` names all of them, not only the last; `optional` is what AWS has no default for.
    """

    text: str
    set_at: SettingPath | None = None
    every: bool = False
    optional: bool = False


class Joined(Record):
    """Several in one message, each text once, and only the first few."""

    parts: tuple[Actual, ...]


Actual: TypeAlias = "tuple[StatedValue, ...] | Joined"


class Reason(Record):
    """The actual value; what is expected, worded to follow "asks for"; where the value is set; what would help.

    `required` is set where the expectation reads better by itself: "compliance is required". `values` are the
    actual values without who set them, whether the text shows them or not; empty where the text is all there is.
    `resource` is the ARN of the resource that it is about. `anonymous` is the actual value without who set it, empty
    where nobody is named. `looked_at` are the settings that the condition looked at (`looked_at.py`).
    """

    actual: str
    expected: str = ""
    place: ValuePlace | None = None
    required: str = ""
    advice: str = ""
    values: tuple[str, ...] = ()
    resource: str = ""
    anonymous: str = ""
    looked_at: tuple[str, ...] = ()

    @property
    def stated(self) -> tuple[str, ...]:
        """The identity of the violation across runs: the actual and the expected values."""
        return *(self.values or (self.actual,)), self.required or self.expected

    def sentence(self, asking: str) -> str:
        """The whole; `asking` is whoever asks."""
        return self._sentence(self.actual, asking)

    def anonymous_sentence(self, asking: str) -> str:
        """The same without who set the values; empty where nobody is named."""
        return self._sentence(self.anonymous, asking) if self.anonymous else ""

    def _sentence(self, actual: str, asking: str) -> str:
        if self.required:
            return f"{actual}; {self.required}"
        return f"{actual}; {asking} asks for {self.expected}" if self.expected else actual


class Cause(Record, uncompared=("looked_at",)):
    """A reason before it is worded; the same cause whatever else its condition looked at."""

    actual: Actual
    expected: str = ""
    path: SettingPath | None = None
    required: str = ""
    advice: str = ""
    values: tuple[str, ...] = ()
    resource: str = ""
    looked_at: tuple[str, ...] = ()

    @property
    def stated(self) -> tuple[str, ...]:
        """The actual values in words: those that are stated, else the one that was compared."""
        return self.values or (_worded(self.actual, None),)

    def also_at(self, paths: Iterable[str]) -> Cause:
        """The same cause of a condition that looks at these settings, too."""
        looked_at = tuple(dict.fromkeys((*self.looked_at, *paths)))
        return self if len(looked_at) == len(self.looked_at) else replace(self, looked_at=looked_at)

    def reason(self, view: View, *, names_authors: bool = True) -> Reason:
        """The reason in words for the accounts of a view; unless `names_authors`, not who set a value."""
        place = self.path.place(view) if self.path else None
        anonymous = _worded(self.actual, view, names_authors=False)
        actual = _worded(self.actual, view) if names_authors else anonymous
        anonymous = anonymous if anonymous != actual else ""
        return Reason(
            actual,
            self.expected,
            place,
            self.required,
            self.advice,
            self.values,
            self.resource,
            anonymous,
            self.looked_at,
        )


def each_once(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes, each once, in order, with all that its conditions looked at."""
    first: dict[Cause, Cause] = {}
    for cause in causes:
        first[cause] = first[cause].also_at(cause.looked_at) if cause in first else cause
    return tuple(first.values())


def values_of(causes: Iterable[Cause]) -> tuple[str, ...]:
    """The values of several causes, each with the path where it is set."""
    values = (f"{cause.path.path}: {value}" if cause.path else value for cause in causes for value in cause.stated)
    return tuple(dict.fromkeys(values))


def _worded(actual: Actual, view: View | None, *, names_authors: bool = True) -> str:
    """The text, without who set the values unless there is a view."""
    if isinstance(actual, Joined):
        return _joined(dict.fromkeys(_worded(part, view, names_authors=names_authors) for part in actual.parts))
    return ", and ".join(
        stated.text + (_set_by(stated, view, names_authors=names_authors) if view else "") for stated in actual
    )


def _joined(parts: Iterable[str]) -> str:
    first, *others = parts
    more = f", and {len(others) - _MOST + 1} more like these" if len(others) >= _MOST else ""
    return ", and ".join([first, *others[: _MOST - 1]]) + more


def _set_by(stated: StatedValue, view: View | None, *, names_authors: bool) -> str:
    if stated.set_at is None or view is None:
        return ""
    place = stated.set_at.place(view)
    if place.plan.node is None:
        return ", by `last_valid` of the snapshot"
    authors = origins(place.plan, place.path)
    if not authors:
        return "" if stated.optional else ", AWS's default"
    if not names_authors:
        return ""
    return f", set by {' and '.join(_author(author) for author in (authors if stated.every else authors[-1:]))}"


def _author(author: Origin) -> str:
    line = f" ({author.span.source.name}:{author.span.first.line})" if author.span else ""
    return f"{quoted(author.policy.name)} at {author.entity.path or author.entity.name}{line}"

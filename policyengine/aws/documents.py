"""Backup policies as Organizations stores them, where each of their settings was written, and their attachments.

A `PolicyDocument` is built by the compiler (from the language, with origins) or by `policy_text` (from JSON, without).
Nothing here judges a document; `admission/` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import field

from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import listed, quoted

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

CONTROL = "@@operators_allowed_for_child_policies"
ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
VALUE_OPERATORS = (ASSIGN, APPEND, REMOVE)

_FEW_KEYS = 5
_MOST_BITS = 10_000  # of an integer that is written in decimal digits


def spelled(value: Json) -> str:
    """A plain value as the text that AWS turns it into: numbers as written, `true`, `null` (semantics.md R23)."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    # Python refuses to write integers of more than 4,300 decimal digits. AWS takes no such number in any setting, nor
    # its hexadecimal form, which is cheap to write.
    return hex(value) if isinstance(value, int) and value.bit_length() > _MOST_BITS else str(value)


def kind_in_words(value: Json) -> str:
    """The description of a JSON value, after "found": "an object with `Resources`", "a list", "the text `x`".

    >>> kind_in_words({"Resources": {}}), kind_in_words({}), kind_in_words([1]), kind_in_words(True)
    ('an object with `Resources`', 'an empty object', 'a list', '`true`')
    """
    if isinstance(value, dict):
        return f"an object with {listed([*value][:_FEW_KEYS])}" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return f"the text {quoted(value)}" if isinstance(value, str) else quoted(spelled(value))


class WrittenAt(Record):
    """Where an author wrote a setting: its span, and for a setting of a template the span that uses the template."""

    span: Span
    used_at: Span | None = None


class Duplicate(Record):
    """A key that the JSON text of a document repeats in the object at `path`."""

    path: tuple[str, ...]
    key: str


class PolicyDocument(Record, eq=False):
    """One backup policy.

    `content` is the JSON value with AWS's operators, keys as the author spelled them. `size` counts the characters of
    the text as sent, `minified_size` those of its minified form (semantics.md section 8). `origins` maps the folded
    path of a node and its operator, `("plans", "daily", "regions", "@@assign")`, to its place; empty for raw documents.
    `duplicates` are keys that the text repeats: JSON readers keep the last value, AWS refuses the document. `words` are
    the author's words for AWS's keys, for each block (by its folded path) of a document written in the language.
    `unread` is set where the text is not a JSON object: (why, what to do); `content` is then an empty object.
    """

    name: str
    content: Json
    size: int
    minified_size: int
    span: Span | None = None
    description: str = ""
    origins: Mapping[tuple[str, ...], WrittenAt] = field(default_factory=dict)
    duplicates: tuple[Duplicate, ...] = ()
    words: Mapping[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)
    unread: tuple[str, str] | None = None

    def words_at(self, path: tuple[str, ...]) -> Mapping[str, str]:
        """The author's words for AWS's keys in the block that a folded path leads into; none for a raw document."""
        if self.words:
            for length in range(len(path), 0, -1):
                if words := self.words.get(path[:length]):
                    return words
        return {}

    def origin(self, path: tuple[str, ...], operator: str = "") -> WrittenAt | None:
        """The place of the operator at a folded path, else of the nearest node around it; None for a raw document."""
        origins = self.origins
        if operator and (origin := origins.get((*path, operator))):
            return origin
        for length in range(len(path), 0, -1):
            if origin := origins.get(path[:length]):
                return origin
        return WrittenAt(self.span) if self.span else None


class TargetName(Record):
    """The target of an attachment as written (language.md section 4).

    `kind` is its keyword (`root`, `ou`, `account`), `text` an OU path below the root, or the name or id of an account.
    """

    kind: str
    text: str
    span: Span


class Attachment(Record):
    """`attach P1, P2 to TARGET`: policy names in attachment order, each with its span."""

    target: TargetName
    policies: tuple[tuple[str, Span], ...]
    span: Span


class Compiled(Record):
    """The value of a project's files: policy documents and attachments, both in written order.

    `complete` is false when a file lost statements to errors: policies may then be missing, so a name that refers to
    none is not reported.
    """

    policies: tuple[PolicyDocument, ...]
    attachments: tuple[Attachment, ...]
    complete: bool = True

"""AWS's own documents: a backup policy as Organizations stores it, and where each of its settings was written.

A `PolicyDocument` is made by the compiler (from the language, with origins) or by the snapshot (raw, without).
Nothing here judges a document; `admission/` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from policyengine.base.records import entity, record
from policyengine.base.source import Span

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

CONTROL = "@@operators_allowed_for_child_policies"
ASSIGN, APPEND, REMOVE = "@@assign", "@@append", "@@remove"
VALUE_OPERATORS = (ASSIGN, APPEND, REMOVE)

_HUGE = 10_000  # bits of a number


def spelled(value: Json) -> str:
    """A plain value as the text that AWS makes of it: numbers as written, `true`, `null` (semantics.md R23)."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    # Python refuses to write out integers of more than 4,300 digits; the hexadecimal form is as unfit and cheap.
    return hex(value) if isinstance(value, int) and value.bit_length() > _HUGE else str(value)


@record
class Origin:
    """Where an author wrote a setting: the line itself, and for a template the place that uses it."""

    span: Span
    used_at: Span | None = None


@record
class Duplicate:
    """A key that the JSON text of a document holds twice; `path` is where the object stands."""

    path: tuple[str, ...]
    key: str


@entity
class PolicyDocument:
    """One backup policy.

    `content` is the JSON value with AWS's operators, keys as the author spelled them. `size` counts the characters of
    the text as sent, `minified_size` those of its minified form (semantics.md section 8). `origins` maps the folded
    path of a node and its operator, `("plans", "daily", "regions", "@@assign")`, to its place; empty for raw documents.
    `duplicates` are keys that the text repeats: JSON readers keep the last, AWS refuses the document. `words` are the
    author's words for AWS's keys, for each block (by its folded path) of a document that was written in the language.
    `unread` says why a text is not one JSON object, and what to do; its `content` is then an empty one.
    """

    name: str
    content: Json
    size: int
    minified_size: int
    span: Span | None = None
    description: str = ""
    origins: Mapping[tuple[str, ...], Origin] = field(default_factory=dict, repr=False)
    duplicates: tuple[Duplicate, ...] = ()
    words: Mapping[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict, repr=False)
    unread: tuple[str, str] | None = None

    def words_at(self, path: tuple[str, ...]) -> Mapping[str, str]:
        """The author's words for AWS's keys in the block that a folded path leads into; none for a raw document."""
        if self.words:
            for length in range(len(path), 0, -1):
                if found := self.words.get(path[:length]):
                    return found
        return {}

    def origin(self, path: tuple[str, ...], operator: str = "") -> Origin | None:
        """Where the operator at a folded path was written, or the nearest place around it."""
        origins = self.origins
        if operator and (found := origins.get((*path, operator))):
            return found
        for length in range(len(path), 0, -1):
            if found := origins.get(path[:length]):
                return found
        return Origin(self.span) if self.span else None


@record
class TargetName:
    """Where an attachment points, as written: `root`, an OU path below the root, an account's name or id."""

    kind: str
    text: str
    span: Span


@record
class Attachment:
    """`attach P1, P2 to TARGET`: policy names in attachment order, each with its place."""

    target: TargetName
    policies: tuple[tuple[str, Span], ...]
    span: Span


@record
class Compiled:
    """What the project's files say: documents by name, in written order, and attachments.

    `complete` is false when a file lost statements to errors: names may then be missing, and nobody complains about
    them.
    """

    policies: tuple[PolicyDocument, ...]
    attachments: tuple[Attachment, ...]
    complete: bool = True

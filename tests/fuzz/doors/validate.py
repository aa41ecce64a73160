"""`read_document` and `admit`: any text is a document with a verdict."""

from __future__ import annotations

from datetime import UTC, datetime

from fuzz.doors.door import Door
from fuzz.laws import holds, spans_lie_in_texts
from fuzz.mutations import trees
from fuzz.seeds import document_texts
from fuzz.words import document_words
from policyengine.aws.admission import admit
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.policy_text import TextFault, read_document, unread_document

AT = datetime(2026, 9, 24, 8, 30, tzinfo=UTC)


def check(text: str) -> None:
    """Judges a text twice, and then what was left of it."""
    document = _read(text)
    outcome = admit(document, at=AT)
    spans_lie_in_texts(outcome.diagnostics)
    for other in (document, _read(text)):
        again = admit(other, at=AT)
        holds("same verdict twice", again.diagnostics == outcome.diagnostics)
        holds("same rest twice", again.value.content == outcome.value.content)
    holds("no path twice", _distinct(outcome.diagnostics), outcome.diagnostics)
    if not document.unread:
        holds("changed where refused", outcome.failed == (outcome.value is not document))
        again = admit(outcome.value, at=AT)
        holds("the rest is admitted", {found.path for found in again.diagnostics} <= {""}, again.diagnostics)
        holds("the rest is whole", again.value.content == outcome.value.content)


def _read(text: str) -> PolicyDocument:
    read = read_document("p", text)
    if not isinstance(read, TextFault):
        return read
    lines = text.split("\n")
    holds("place", 1 <= read.line <= len(lines) and 1 <= read.column <= len(lines[read.line - 1]) + 1, read)
    return unread_document("p", text, read)


def _distinct(found: tuple[object, ...]) -> bool:
    return all(one != other for place, one in enumerate(found) for other in found[:place]) if len(found) < 50 else True


DOOR = Door("validate", check, document_texts, document_words(), trees.mutated, seconds_per_character=300e-6)

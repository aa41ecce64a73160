"""`format_source`: a text keeps its tree and its comments, and a second time changes nothing."""

from __future__ import annotations

from fuzz.doors.door import Door
from fuzz.laws import holds
from fuzz.mutations import texts
from fuzz.seeds import policy_texts
from fuzz.words import language_words
from policyengine.base.source import Source
from policyengine.language.syntax import format_source, parse


def check(text: str) -> None:
    """Formats a text, and what came of it."""
    before, outcome = parse(Source("a.bpol", text)), format_source(Source("a.bpol", text))
    if before.diagnostics:
        holds("faulty text left alone", outcome.value == text)
        holds("faults told", outcome.diagnostics == before.diagnostics)
        return
    holds("formatter trusts itself", not outcome.diagnostics, [found.message for found in outcome.diagnostics])
    after = parse(Source("a.bpol", outcome.value))
    holds("formatted text has no fault", not after.diagnostics, outcome.value)
    holds("tree kept", after.value == before.value, outcome.value)
    comments = [comment.text for comment in before.value.comments]
    holds("comments kept", [comment.text for comment in after.value.comments] == comments, outcome.value)
    holds("stable", format_source(Source("a.bpol", outcome.value)).value == outcome.value, outcome.value)
    holds("lines end well", _tidy(outcome.value), outcome.value)


def _tidy(text: str) -> bool:
    lines = text.split("\n")
    return "\r" not in text and lines[-1] == "" and not any(line.endswith((" ", "\t")) for line in lines)


DOOR = Door("formatter", check, policy_texts, language_words(), texts.mutated, seconds_per_character=500e-6)

"""`parse`: any text is a tree, or has findings."""

from __future__ import annotations

from fuzz.doors.door import Door
from fuzz.laws import holds, nodes_lie_in_text, spans_lie_in_texts
from fuzz.mutations import texts
from fuzz.seeds import policy_texts
from fuzz.words import language_words
from policyengine.base.diagnostics import Outcome
from policyengine.base.source import Source
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Module

MOST_FINDINGS = 101


def check(text: str) -> None:
    """Reads a text, and every fourth twice."""
    outcome = parse(Source("a.bpol", text))
    holds("silent loss", outcome.value.complete or outcome.diagnostics)
    holds("number of findings", len(outcome.diagnostics) <= MOST_FINDINGS, len(outcome.diagnostics))
    spans_lie_in_texts(outcome.diagnostics)
    nodes_lie_in_text(outcome.value)
    if len(text) % 4 == 0:
        _same_again(text, outcome)


def _same_again(text: str, outcome: Outcome[Module]) -> None:
    again = parse(Source("a.bpol", text))
    holds("same tree twice", again.value == outcome.value)
    holds("same findings twice", again.diagnostics == outcome.diagnostics)


DOOR = Door("parser", check, policy_texts, language_words(), texts.mutated, seconds_per_character=200e-6)

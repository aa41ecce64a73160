"""Reading what was printed, printing what was read: nothing is lost or changed."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from language.syntax.strategies import modules

from policyengine.base.source import Source
from policyengine.language.syntax import format_module, format_source, parse
from policyengine.language.syntax.nodes import Module

pytestmark = pytest.mark.scale

_TOKEN = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"|\.\.\.|[-+<>=!]=|[0-9]*:[0-9]+|[\w-]+|\S')

thorough = settings(max_examples=150, suppress_health_check=list(HealthCheck))


@thorough
@given(modules())
def test_what_is_printed_reads_as_the_same_module(module: Module) -> None:
    outcome = parse(Source("made.bpol", format_module(module)))
    assert outcome.diagnostics == ()
    assert outcome.value == module


@thorough
@given(modules())
def test_printing_is_stable(module: Module) -> None:
    text = format_module(module)
    assert format_source(Source("made.bpol", text)).value == text


@thorough
@given(modules(), st.randoms(use_true_random=False))
def test_comments_and_line_breaks_anywhere_are_kept_or_made_canonical(module: Module, random: object) -> None:
    text = _scattered(format_module(module), random)
    outcome = format_source(Source("made.bpol", text))
    assert outcome.diagnostics == ()
    again = parse(Source("made.bpol", outcome.value)).value
    before = parse(Source("made.bpol", text)).value
    assert again == before == module
    assert [comment.text for comment in again.comments] == [comment.text for comment in before.comments]


def _scattered(text: str, random: object) -> str:
    """The same tokens with other blanks, and comments between them."""
    parts = []
    for index, token in enumerate(_TOKEN.findall(text)):
        parts += [token, random.choice((" ", " ", "\n", "\n\n\n  ", f" # note {index}\r\n"))]  # type: ignore[attr-defined]
    return "".join(parts)

"""No text makes the parser or the formatter fail, recurse too deeply or take more than its length's time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language.syntax.strategies import bare_words

from policyengine.base.source import Source
from policyengine.language.syntax import KEYWORDS, format_source, parse

pytestmark = pytest.mark.scale

TEXTS = {
    "empty": "",
    "blank": " \t\r\n\n",
    "byte order mark": "\ufeff",
    "10 MB of braces": "{" * 10_000_000,
    "long line": "let a = [" + "a, " * 400_000 + "]\n",
    "nested brackets": "let a = " + "[" * 5000 + "]" * 5000,
    "nested parentheses": "require r { assert " + "(" * 1000 + "a" + ")" * 1000 + " }",
    "not": "require r { assert " + "not " * 50_000 + "a }",
    "quantifiers": "require r { assert " + "every a satisfies " * 20_000 + "a }",
    "wheres": "require r { assert " + "every a where " * 20_000 + "a }",
    "blocks": "policy p { " + "plan a { " * 5000 + "} " * 5001,
    "unclosed blocks": "policy p {\n" * 20_000,
    "names and braces": "  " + "a{" * 200_000 + "\n }" * 200_000,
    "braces on one line": "}" * 900_000,
    "stray braces": "}\n" * 50_000,
    "escapes": 'let a = "' + '\\"' * 200_000,
    "one long name": "a" * 900_000,
    "huge number": "let a = " + "9" * 500_000 + " days",
    "binary": "".join(map(chr, random.Random(1).choices(range(256), k=50_000))),
    "surrogates": "let a = \udc80 \ud800\n" * 100,
    "NUL": "let a = 3 days\0",
    "carriage returns": "let a = 3 days\r" * 1000,
    "direction": "let a = 3 days # \u202e\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_are_answered_soon(name: str) -> None:
    source = Source("hostile.bpol", TEXTS[name])
    begin = time.process_time()
    outcome = parse(source)
    assert time.process_time() - begin < 10
    assert outcome.value.complete or outcome.diagnostics
    assert len(outcome.diagnostics) <= 101
    assert outcome.diagnostics or name in ("empty", "blank", "byte order mark", "long line")


@pytest.mark.parametrize("name", ["nested brackets", "nested parentheses", "not", "quantifiers", "wheres", "blocks"])
def test_depth_is_a_finding(name: str) -> None:
    assert "PE113" in {found.code for found in parse(Source("deep.bpol", TEXTS[name])).diagnostics}


@pytest.mark.parametrize(
    "text",
    [
        "let a = " + "[" * 100 + "]" * 100 + "\n",
        "require r {\n  assert " + "not " * 99 + "a\n}\n",
        "require r {\n  assert " + "every b satisfies " * 99 + "a\n}\n",
        "require r {\n  assert " + "(a and " * 49 + "(a or b)" + ")" * 49 + "\n}\n",
    ],
)
def test_a_hundred_levels_are_read_printed_and_compared(text: str) -> None:
    outcome = format_source(Source("deep.bpol", text))
    assert outcome.diagnostics == ()
    assert parse(Source("deep.bpol", outcome.value)).value == parse(Source("deep.bpol", text)).value


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(sorted(KEYWORDS)), bare_words(), st.text(max_size=3))).map(" ".join))
def test_any_words_are_read_without_an_exception(text: str) -> None:
    outcome = parse(Source("any.bpol", text))
    assert all(found.span and 0 <= found.span.start <= found.span.end <= len(text) for found in outcome.diagnostics)
    assert outcome.value.complete or outcome.diagnostics


@settings(max_examples=200)
@given(st.text(st.characters(max_codepoint=0x2100) | st.sampled_from('{}[]()="#\n \\:'), max_size=60))
def test_any_text_is_formatted_or_left_as_it_is(text: str) -> None:
    outcome = format_source(Source("any.bpol", text))
    assert "PE119" not in {found.code for found in outcome.diagnostics}
    assert not outcome.diagnostics or outcome.value == text

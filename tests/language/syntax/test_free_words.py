"""All words are free as names: every keyword, and what looks like one, stands wherever language.md allows a name."""

from __future__ import annotations

import pytest

from policyengine.base.source import Source
from policyengine.language.syntax import KEYWORDS, format_module, format_source, parse
from policyengine.language.syntax.nodes import Module

ENDINGS = ("", "-x", "_x", "s", "1")

PLACES = """\
let {word} = [true]

template rule {word} {{}}

template plan {word} like {word} {{}}

policy {word} "title" {{
  children may append, remove in {word}/{word}

  plan {word} like {word} {{
    children may nothing in {word}
    regions = [true]

    rule {word} like {word} {{
      children may assign in {word}/{word}
      vault = "V"
      schedule = every 4 hours
      copy to vault "V" in {word}
      copy to vault "V" in {word} account "1" {{
        retain = 1 day
      }}
      retain = 3 days
    }}

    tag selection {word} {{
      where {word}: "k" not like "v"
    }}

    resource selection {word} {{
      where {word}: "k" == "v"
    }}
  }}
}}

attach {word}, {word} to root

require {word} "title" {{
  for every {word} satisfies a.{word}["x"].{word}
  assert some {word} where a.{word} satisfies a
  assert no {word} satisfies at least 2 {word} satisfies a
}}

use pack "p" for account.{word}

waive {word} for root until 2027-03-31 because "x"

test "t" {{
  given policy {word} attached to root
  expect violation of {word}
  expect no violation of {word}
  expect account.{word} == account.{word}
}}
"""


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_every_word_is_free_as_a_name(keyword: str) -> None:
    for ending in ENDINGS:
        text = PLACES.format(word=keyword + ending)
        outcome = parse(Source("words.bpol", text))
        assert outcome.diagnostics == ()
        assert format_module(outcome.value) == text
        assert outcome.value == _with_quotes(keyword + ending)


def _with_quotes(word: str) -> Module:
    """The module whose names are quoted: a name is the same with and without quotes."""
    text = PLACES.format(word=word)
    for before, after in (("let ", " ="), ("attach ", ","), ("policy ", ' "'), ("waive ", " for")):
        text = text.replace(f"{before}{word}{after}", f'{before}"{word}"{after}')
    return parse(Source("words.bpol", text)).value


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
@pytest.mark.parametrize(("part", "block"), [("rule r", "recovery_point_tags"), ("plan p", "plan_tags")])
def test_words_of_the_language_need_quotes_as_keys_of_tags(part: str, block: str, keyword: str) -> None:
    text = f'template {part} {{\n  {block} {{ "{keyword}" = "v" }}\n}}\n'
    assert format_source(Source("tags.bpol", text)).value == text
    (found,) = parse(Source("tags.bpol", text.replace(f'"{keyword}"', keyword))).diagnostics
    assert (found.code, found.help) == ("PE107", f'write `"{keyword}"`')


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_words_that_only_look_like_keywords_need_no_quotes_as_keys_of_tags(keyword: str) -> None:
    text = f'template rule r {{\n  recovery_point_tags {{ {keyword}-x = "v" }}\n}}\n'
    assert format_source(Source("tags.bpol", text)).value == text


def test_a_keyword_is_never_cut_out_of_a_longer_word() -> None:
    (found,) = parse(Source("cut.bpol", "policy p {\n  children mayappend\n}\n")).diagnostics
    assert found.span is not None
    assert found.span.text in ("children", "mayappend")

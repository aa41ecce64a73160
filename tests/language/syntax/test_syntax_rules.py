"""The examples on the pages of the syntax rules: the bad one breaks this rule and no other, the good one none."""

from __future__ import annotations

import pytest

from policyengine.base.catalogue.language import (
    bare_quantifier,
    chained_comparison,
    conflicting_parts,
    forbidden_character,
    incomplete_statement,
    malformed_date,
    malformed_duration,
    malformed_schedule,
    malformed_time,
    misplaced_part,
    nested_too_deeply,
    reserved_word,
    unclosed_block,
    unexpected_text,
    unknown_clause,
    unknown_escape,
    unsupported_language,
    unterminated_string,
)
from policyengine.base.diagnostics import Rule
from policyengine.base.source import Source
from policyengine.language.syntax import format_source, parse

RULES = (
    unexpected_text.RULE,
    unclosed_block.RULE,
    unterminated_string.RULE,
    unknown_escape.RULE,
    forbidden_character.RULE,
    misplaced_part.RULE,
    reserved_word.RULE,
    malformed_duration.RULE,
    malformed_time.RULE,
    malformed_schedule.RULE,
    malformed_date.RULE,
    unsupported_language.RULE,
    nested_too_deeply.RULE,
    chained_comparison.RULE,
    bare_quantifier.RULE,
    conflicting_parts.RULE,
    incomplete_statement.RULE,
    unknown_clause.RULE,
)


def test_codes_have_no_gap() -> None:
    assert [rule.code for rule in RULES] == [f"PE{number}" for number in range(101, 119)]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_examples_show_the_rule(rule: Rule) -> None:
    bad, good = str(rule.bad), str(rule.good)
    assert [found.code for found in parse(Source("policy.bpol", bad)).diagnostics] == [rule.code]
    assert parse(Source("policy.bpol", good)).diagnostics == ()


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_good_examples_are_in_the_canonical_layout(rule: Rule) -> None:
    assert format_source(Source("policy.bpol", str(rule.good))).value == rule.good

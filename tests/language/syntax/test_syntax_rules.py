"""The examples on the pages of the syntax rules: the bad one breaks this rule and no other, the good one none."""

from __future__ import annotations

import pytest

from policyengine.base.rules import Rule
from policyengine.base.source import Source
from policyengine.language.language_rules import RULES, UNSAFE_FORMATTING
from policyengine.language.syntax import format_source, parse

OF_THE_SYNTAX = [rule for rule in RULES if rule.code < UNSAFE_FORMATTING.code]


def test_codes_have_no_gap() -> None:
    assert [rule.code for rule in OF_THE_SYNTAX] == [f"PE{number}" for number in range(101, 119)]


@pytest.mark.parametrize("rule", OF_THE_SYNTAX, ids=lambda rule: rule.name)
def test_the_examples_show_the_rule(rule: Rule) -> None:
    bad, good = rule.page.bad["policy.bpol"], rule.page.good["policy.bpol"]
    assert [found.code for found in parse(Source("policy.bpol", bad)).diagnostics] == [rule.code]
    assert parse(Source("policy.bpol", good)).diagnostics == ()


@pytest.mark.parametrize("rule", OF_THE_SYNTAX, ids=lambda rule: rule.name)
def test_the_good_examples_are_in_the_canonical_layout(rule: Rule) -> None:
    good = rule.page.good["policy.bpol"]
    assert format_source(Source("policy.bpol", good)).value == good

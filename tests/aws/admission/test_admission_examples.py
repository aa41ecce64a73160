"""The examples on the pages of this room's rules."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules

import pytest

from policyengine.aws.admission import admit
from policyengine.aws.policy_text import TextFault, read_document
from policyengine.base.catalogue import admission as family
from policyengine.base.catalogue.admission import unreadable_document
from policyengine.base.catalogue.merging import document_too_long
from policyengine.base.diagnostics import Rule, Severity

RULES: list[Rule] = [
    *(import_module(f"{family.__name__}.{found.name}").RULE for found in iter_modules(family.__path__)),
    document_too_long.RULE,
]


def codes(example: str | dict[str, str]) -> set[str]:
    assert isinstance(example, dict)
    document = read_document("policy", example["policy.json"])
    if isinstance(document, TextFault):
        return {unreadable_document.RULE.code}
    return {found.code for found in admit(document, at=datetime.now(UTC)).diagnostics}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_bad_example_breaks_this_rule_only_and_the_good_one_none(rule: Rule) -> None:
    assert codes(rule.bad) == {rule.code}
    assert codes(rule.good) == set()
    assert rule.severity is Severity.ERROR


def test_codes_are_numbered_without_gaps_and_named_as_their_files() -> None:
    numbers = sorted(int(rule.code.removeprefix("PE")) for rule in RULES)

    assert numbers == [*range(201, 201 + len(RULES) - 1), 310]
    assert {rule.name.replace("-", "_") for rule in RULES[:-1]} == {
        found.name for found in iter_modules(family.__path__)
    }

"""The examples on the pages of this room's rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from policyengine.aws.admission import admit
from policyengine.aws.admission.admission_rules import RULES, UNREADABLE_DOCUMENT
from policyengine.aws.policy_text import TextFault, read_document
from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule


def codes(example: Mapping[str, str]) -> set[str]:
    document = read_document("policy", example["policy.json"])
    if isinstance(document, TextFault):
        return {UNREADABLE_DOCUMENT.code}
    return {found.code for found in admit(document, at=datetime.now(UTC)).diagnostics}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_bad_example_breaks_this_rule_only_and_the_good_one_none(rule: Rule) -> None:
    assert codes(rule.page.bad) == {rule.code}
    assert codes(rule.page.good) == set()
    assert rule.page.heading == f"{rule.code} {rule.name} (error)"
    assert rule.severity is Severity.ERROR


def test_codes_are_numbered_without_gaps() -> None:
    numbers = [int(rule.code.removeprefix("PE")) for rule in RULES]

    assert numbers == [*range(201, 201 + len(RULES) - 1), 310]

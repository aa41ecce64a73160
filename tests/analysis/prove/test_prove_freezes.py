"""Policies further down that break nothing, and make AWS keep what accounts have."""

from __future__ import annotations

import pytest
from analysis.prove.projects import RULE, plan, policy, proven, require, under_attack

KEPT = require('every rule where rule.plan == "daily" satisfies rule.retention >= 35 days')
LONG = RULE.replace("35 days", "400 days")

FROZEN = {
    "a plan that is not finished": (
        policy(plan(lock="locked"), may="children may append"),
        "'rules' is missing, at plans/attack",
        "plan attack {",
    ),
    "a selection without values": (
        policy(plan(), may="children may nothing"),
        "'tag_value' is less than the allowed minimum limit 1, at plans/daily/selections/tags/tagged/tag_value",
        'values -= ["yes"]',
    ),
    "no Regions": (
        policy(plan(lock="", regions="[eu-west-1]").replace("tag selection", "locked tag selection"), may="children may nothing"),
        "'regions' is less than the allowed minimum limit 1, at plans/daily/regions",
        "regions -= [eu-west-1]",
    ),
    "continuous backup that is kept too long": (
        policy(plan(rule=LONG.replace("retain", "locked retain"), regions="[eu-west-1]  children may append in regions").replace("tag selection", "locked tag selection"), may="children may nothing"),
        ("Dependent fields enable_continuous_backup=true,delete_after_days=400 in policy block nightly are invalid when"
        " used together, at plans/daily/rules/nightly"),
        "continuous = true",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "error", "line"), FROZEN.values(), ids=FROZEN)
def test_a_freeze(text: str, error: str, line: str) -> None:
    found = proven(text + KEPT)
    for result in found.values():
        assert result.freeze is not None
        assert result.freeze.broken == error
        assert line in result.freeze.text
        assert under_attack(text + KEPT, result.freeze)[result.freeze.account.path] == "invalid"


def test_a_freeze_does_not_break_a_requirement() -> None:
    found = proven(policy(plan(lock="locked"), may="children may append") + KEPT)
    assert {(result.outcome, result.counterexample, result.freeze is None) for result in found.values()} == {
        ("guaranteed", None, False)
    }


def test_nothing_to_freeze() -> None:
    found = proven(policy(plan(lock="locked"), may="children may nothing") + KEPT)
    assert {result.freeze for result in found.values()} == {None}


def test_who_is_frozen_already_cannot_be_frozen() -> None:
    found = proven(policy(plan(), "plan rest { regions = [eu-west-1] }") + KEPT)
    assert {result.freeze for result in found.values()} == {None}

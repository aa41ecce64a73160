"""What a condition is held against: all that its quantifiers mean and its names pick, and nothing else."""

from __future__ import annotations

import pytest
from analysis.requirements.test_violation_causes import POLICY, TREE
from support.evaluation import evaluated

from policyengine.analysis.requirements import Element, ResourceRow, rows_of, touched
from policyengine.aws.deployment import DeployedCopy, DeployedPlan, DeployedRule

NIGHTLY, MONTHLY = (
    ["nightly in eu-west-1", "nightly in eu-central-1"],
    ["monthly in eu-west-1", "monthly in eu-central-1"],
)
COPIES = ["copy of nightly", "copy of nightly"]


def named(element: Element) -> str:
    if isinstance(element, DeployedRule):
        return f"{element.rule.name} in {element.region}"
    if isinstance(element, DeployedCopy):
        return f"copy of {element.copy.rule}"
    if isinstance(element, DeployedPlan):
        return element.plan.name
    return element.arn if isinstance(element, ResourceRow) else element.name


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("every rule satisfies rule.continuous", [*MONTHLY, *NIGHTLY]),
        ('every rule where rule.name == "nightly" satisfies rule.continuous', NIGHTLY),
        ("some copy satisfies copy.cross_region", COPIES),
        ("no selection satisfies selection.kind == resource", ["tagged"]),
        ("every plan satisfies some selection satisfies true", ["daily", "tagged"]),
        ('plans["daily"].windows_vss', ["daily"]),
        ('plans["daily"].rules["nightly"].retention >= 1 day', NIGHTLY),
        ('1 day <= plans["daily"].rules["nightly"].in_region["eu-west-1"].retention', NIGHTLY[:1]),
        ('not (plans["daily"].windows_vss or plans["weekly"].windows_vss)', ["daily"]),
        ('plans["daily"].windows_vss and (every copy satisfies true)', ["daily", *COPIES]),
        ('every plan satisfies plan.rules["monthly"].continuous', ["daily", *MONTHLY]),
        ('account.name == "payments"', []),
        ("true", []),
    ],
)
def test_what_a_condition_looks_at_is_touched(condition: str, expected: list[str]) -> None:
    text = f"{POLICY}\nrequire r {{ assert {condition} }}\n"
    judgement = evaluated(text, TREE).judgement
    assert judgement
    (result,) = judgement.results
    (row,) = rows_of([(result.view, result.accounts[0])], judgement.management)

    found = touched(result.assertion.condition, row)

    assert sorted(map(named, found)) == sorted(expected)


def test_a_quantifier_is_walked_through_once_for_what_is_around_it() -> None:
    condition = "every rule satisfies (every plan satisfies plan.windows_vss)"
    text = f"{POLICY}\nrequire r {{ assert {condition} }}\n"
    judgement = evaluated(text, TREE).judgement
    assert judgement
    (result,) = judgement.results
    (row,) = rows_of([(result.view, result.accounts[0])], judgement.management)

    found = touched(result.assertion.condition, row)

    assert sorted(map(named, found)) == sorted([*MONTHLY, *NIGHTLY, "daily"])

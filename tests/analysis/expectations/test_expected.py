"""What a test may expect, and what is said when it is not so."""

from __future__ import annotations

import pytest
from analysis.expectations.projects import POLICIES, TREE, faults, run

from policyengine.aws.note_words import note_detail

RETENTION = 'plans["daily"].rules["nightly"].retention'
BROKEN = 'given policy broken attached to account "books"'
KEPT = TREE + 'last_valid: {"222222222222": {plans: {old: {regions: [eu-west-3]}}}}\n'
DISABLED = TREE.replace("{id: o-exampleorgid,", "{backup_policies_enabled: false,")
DETACHED = POLICIES.replace("attach baseline to root\n", "")


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (f"{RETENTION} >= 35 days", []),
        ("no rule where rule.continuous satisfies rule.retention > 35 days", []),
        (
            f"{RETENTION} == 40 days",
            ["retention is 35 days", "set by `baseline` at Root (policies.bpol:7)", "; the test asks for 40 days"],
        ),
        (
            '"eu-west-3" in plans["daily"].regions',
            ["`eu-west-1`, set by `baseline`", "; the test asks for `eu-west-3`"],
        ),
        ('plans["weekly"].windows_vss', ["no plan `weekly`; this account has `daily`"]),
        ("every rule satisfies rule.vault.lock == compliance", ["vault `Main` in eu-west-1", "compliance"]),
        (
            "every rule satisfies rule.vault.key == customer",
            ["this cannot be decided: the snapshot does not tell the key of vault `Main` in eu-west-1", "[add "],
        ),
        ("some copy satisfies copy.cross_region", ["no copy; the test asks for"]),
    ],
)
def test_a_condition(expected: str, told: list[str]) -> None:
    found = faults(f'given account "books" expect {expected}')
    assert len(found) == bool(told)
    assert [part for part in told if part not in found[0]] == []


@pytest.mark.parametrize(
    "condition",
    [
        f"{RETENTION} >= 35 days",
        f"{RETENTION} > 35 days and account.management",
        f"{RETENTION} > 35 days or account.management",
        "true",
        'account.name like "b*"',
        'account.tags["env"] == "prod"',
        "every plan satisfies plan.windows_vss",
        "every copy satisfies copy.cross_region",
        "some copy satisfies copy.cross_region",
        "no rule satisfies rule.vault.lock == governance",
        "at least 1 rule satisfies rule.vault.exists",
        "at least 2 rule satisfies rule.vault.exists",
        'some plan satisfies (every selection satisfies selection.key == "backup")',
        'every rule where rule.plan == "daily" satisfies not rule.continuous',
    ],
)
def test_of_a_condition_and_its_opposite_one_holds(condition: str) -> None:
    failed = [bool(faults(f'given account "books" expect {one}')) for one in (condition, f"not ({condition})")]
    assert sorted(failed) == [False, True]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ('given account "books" expect no violation of month', []),
        ('given account "books" expect violation of production', []),
        ('given account "oldest" expect no violation of production', []),
        ('given account "books" expect violation of month', ["expect violation of month: `month` holds"]),
        ('given account "oldest" expect violation of production', ["`production` does not apply to `oldest`"]),
        ('given account "books" expect violation of keyed', ["`keyed` cannot be decided: the snapshot", "[add "]),
        ('given account "books" expect no violation of keyed', ["`keyed` cannot be decided: the snapshot", "[add "]),
        (
            'given account "books" given policy shorter attached to account "books" expect no violation of month',
            ["retention is 7 days", "`month` asks for at least 30 days", "[too short; see Rule 4]"],
        ),
    ],
)
def test_a_requirement(steps: str, told: list[str]) -> None:
    found = faults(steps)
    assert len(found) == bool(told)
    assert [part for part in told if part not in found[0]] == []


def test_a_waived_violation_is_one() -> None:
    waived = 'waive production for account "books" until 2026-12-31 because "SHOP-1"\n'
    (result,) = run(f'{waived}test "it" {{ given account "books" expect violation of production }}').results
    assert result.passed


def test_a_requirement_that_does_not_apply_is_noted() -> None:
    (result,) = run('test "it" { given account "oldest" expect no violation of production }').results
    assert (result.passed, result.notes) == (True, ("`production` does not apply to `oldest`",))


@pytest.mark.parametrize(
    ("tree", "steps", "fault"),
    [
        (TREE, "expect valid", None),
        (TREE, f"{BROKEN} expect invalid", None),
        (TREE, "expect invalid", "AWS would publish the effective policy"),
        (
            TREE,
            f"{BROKEN} expect valid",
            "AWS would withhold the effective policy: KEY_REQUIRED at `plan weekly`: `rules` is missing, set by `broken`",
        ),
        (KEPT, f"{BROKEN} expect invalid", None),
    ],
)
def test_validity(tree: str, steps: str, fault: str | None) -> None:
    line = steps[steps.index("expect") :]
    found = faults(f'given account "books" {steps}', tree)
    assert found[:1] == ([f"{line}: {fault}"] if fault else [])


@pytest.mark.parametrize("expected", ["valid", "invalid"])
@pytest.mark.parametrize(
    ("tree", "policies", "told"),
    [
        (TREE, DETACHED, "no backup policy is attached to this account or above it"),
        (DISABLED, POLICIES, "backup policies are not enabled in this organization"),
    ],
)
def test_where_there_is_no_policy_it_is_neither(expected: str, tree: str, policies: str, told: str) -> None:
    found = faults(f'given account "books" expect {expected}', tree, policies)
    assert found == [f"expect {expected}: {told}, so AWS publishes none"]


@pytest.mark.parametrize(
    ("tree", "given", "expected", "fault"),
    [
        (KEPT, '"books"', '"eu-west-3" in plans["old"].regions', None),
        (
            TREE,
            '"books"',
            f"{RETENTION} == 35 days",
            (
                "this cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps"
                " [mend the policy, or add what AWS publishes now to `last_valid` in the snapshot]"
            ),
        ),
        (
            TREE,
            '"new" in ou "Shops"',
            f"{RETENTION} == 35 days",
            (
                "this cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps"
                " [mend the policy: a new account has no earlier one that AWS could keep]"
            ),
        ),
        (
            TREE,
            '"books"',
            "no violation of month",
            (
                "`month` cannot be decided: AWS withholds the effective policy, and nobody knows which one it keeps"
                " [mend the policy, or add what AWS publishes now to `last_valid` in the snapshot]"
            ),
        ),
    ],
)
def test_expectations_are_held_against_what_aws_publishes(
    tree: str, given: str, expected: str, fault: str | None
) -> None:
    steps = f"given account {given} given policy broken attached to root expect {expected}"
    assert faults(steps, tree) == ([f"expect {expected}: {fault}"] if fault else [])


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            'given account "books" given policy refused attached to ou "Shops" expect valid',
            ['given policy refused attached to ou "Shops": AWS would refuse policy `refused`'],
        ),
        ('given account "books" given policy refused attached to ou "Labs" expect valid', []),
        (
            f'given account "books" given policy refused attached to ou "Shops" expect {RETENTION} == 1 day',
            [
                'given policy refused attached to ou "Shops": AWS would refuse policy `refused`',
                f"expect {RETENTION} == 1 day: retention is 35 days",
            ],
        ),
    ],
)
def test_what_aws_would_refuse_fails_the_tests_that_have_it(steps: str, expected: list[str]) -> None:
    found = faults(steps)
    assert len(found) == len(expected)
    assert all(fault.startswith(start) for fault, start in zip(found, expected, strict=True))


def test_a_refused_policy_that_the_project_attaches_fails_the_test_as_a_whole() -> None:
    (result,) = run('attach refused to ou "Shops"\ntest "it" { given account "books" expect valid }').results
    (failure,) = result.failures
    assert failure.span.text == 'test "it"'
    assert [cause.message for cause in failure.causes] == [
        "AWS would refuse policy `refused`: `start_within` is `30`, expected 60 or more minutes"
    ]


def test_every_expectation_is_judged_and_reported_with_its_place() -> None:
    text = 'test "it" {\n  given account "books"\n  expect invalid\n  expect valid\n  expect violation of month\n}\n'
    (result,) = run(text).results
    assert [failure.span.first.line for failure in result.failures] == [3, 5]


def test_tests_stand_by_file_and_line() -> None:
    test = 'test "{}" {{ given account "books" expect valid }}\n'
    ran = run(test.format("a") + test.format("b"), test.format("c"))
    places = [(result.title, result.span.source.name, result.span.first.line) for result in ran.results]
    assert places == [("a", "1.bpol", 1), ("b", "1.bpol", 2), ("c", "2.bpol", 1)]
    assert (ran.failed, ran.coverage) == (0, None)


def test_the_trail_tells_who_lost() -> None:
    steps = (
        'given account "books" given policy shorter attached to ou "Shops" given policy longer attached to ou "Shops"'
    )
    (result,) = run(f'test "it" {{ {steps} expect {RETENTION} == 1 day }}').results
    (cause,) = result.failures[0].causes
    assert cause.trail
    said = [(step.policy.name, step.outcome, note_detail(note) if note else "") for step, note in cause.trail.steps]
    assert said == [
        ("baseline", "overridden", ""),
        ("shorter", "applied", ""),
        ("longer", "shadowed", "`@@assign` is ignored: `shorter` is attached here first"),
    ]


def test_a_value_that_one_policy_set_needs_no_trail() -> None:
    (result,) = run(f'test "it" {{ given account "books" expect {RETENTION} == 1 day }}').results
    assert [cause.trail for cause in result.failures[0].causes] == [None]

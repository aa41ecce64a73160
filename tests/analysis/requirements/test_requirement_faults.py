"""Packs, tests and requirements speak of what there is; faults are told all at once, and quickly."""

from __future__ import annotations

from time import perf_counter

import pytest
from support.moment import AT

from policyengine.analysis.requirements import check_types
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.language.syntax import parse


def faults(text: str, *others: str, snapshot: str = "") -> list[Diagnostic]:
    """What is wrong with a project, apart from info."""
    sources = [Source(f"{number}.bpol", part) for number, part in enumerate((text, *others))]
    tree = Source("organization.yaml", snapshot) if snapshot else None
    return [found for found in evaluate(sources, tree, at=AT).diagnostics if found.severity is not Severity.INFO]


def said(text: str, *others: str, snapshot: str = "") -> list[tuple[str, str, str, str]]:
    """Name, underlined text, message and help of each fault."""
    found = faults(text, *others, snapshot=snapshot)
    return [(f.name, f.span.text if f.span else "", f.message, f.help) for f in found]


def test_a_misused_let_is_shown_where_it_is_defined() -> None:
    found = faults('let kept = "x"\nrequire r { assert every rule satisfies rule.retention >= kept }\n')[0]
    assert [(label.span.text, label.text) for label in found.labels] == [("kept", "`kept` is defined here")]


def test_a_requirement_with_a_faulty_expression_is_left_out() -> None:
    text = """\
require scope { for nonsense assert true }
require narrowed { assert every rule where nonsense satisfies true }
require broken { assert every rule satisfies nonsense assert true }
require whole { assert true }
"""
    outcome = check_types([parse(Source("r.bpol", text)).value])

    assert [fault.name for fault in outcome.diagnostics] == ["unknown-name"] * 3
    assert [requirement.name for requirement in outcome.value.requirements] == ["whole"]


GIVEN = """\
policy desk { }
require house-rule { assert true message "ask the desk" }
test "a new desk" {
  given account "desk" in ou "Finance"
  given policy desk attached to ou "Finance"
  expect every rule satisfies rule.continuous
  expect violation of house-rule
  expect account.name == "desk"
}
"""


def test_a_test_has_what_is_given_and_what_is_expected_in_written_order() -> None:
    outcome = check_types([parse(Source("t.bpol", GIVEN)).value])

    assert outcome.diagnostics == ()
    (checked,) = outcome.value.tests
    assert checked.title == "a new desk"
    assert [type(step).__name__ for step in checked.given] == ["GivenAccount", "GivenPolicy"]
    assert [type(step).__name__ for step in checked.expected] == [
        "ExpectedCondition",
        "ExpectViolation",
        "ExpectedCondition",
    ]
    assert [assertion.message for assertion in outcome.value.requirements[0].assertions] == ["ask the desk"]


def test_a_test_with_a_faulty_expectation_is_left_out() -> None:
    outcome = check_types([parse(Source("t.bpol", GIVEN.replace('== "desk"', "== nonsense"))).value])

    assert [fault.name for fault in outcome.diagnostics] == ["unknown-name"]
    assert outcome.value.tests == ()


def test_a_fault_elsewhere_leaves_no_test_out() -> None:
    text = f"require broken {{ assert nonsense }}\n{GIVEN}"
    outcome = check_types([parse(Source("t.bpol", text)).value])

    assert [fault.name for fault in outcome.diagnostics] == ["unknown-name"]
    assert [checked.title for checked in outcome.value.tests] == ["a new desk"]


def test_a_test_names_what_nobody_has() -> None:
    text = 'test "t" {\n  given policy desk attached to root\n  expect violation of house-rule\n}\n'

    assert said(text) == [
        ("unknown-policy", "desk", "there is no policy `desk`", "the project has no policies"),
        (
            "unknown-requirement",
            "house-rule",
            "there is no requirement `house-rule`",
            "the project has no requirements",
        ),
    ]


def test_known_policies_are_listed_in_order() -> None:
    policies = "policy zeta { }\npolicy beta { }\npolicy alpha { }\n"
    (fault,) = said(policies + 'test "t" {\n  given policy nothing-near attached to root\n  expect true\n}\n')

    assert fault[3] == "the policies are `alpha`, `beta` and `zeta`"


@pytest.mark.parametrize(
    ("pack", "advice"),
    [
        ("hippa", "did you mean `hipaa`?"),
        ("pci", "did you mean `pci-dss-4`?"),
        ("HIPAA", "did you mean `hipaa`?"),
    ],
)
def test_an_unknown_pack_is_suggested(pack: str, advice: str) -> None:
    assert said(f'use pack "{pack}"\n') == [("unknown-pack", f'"{pack}"', f"there is no pack `{pack}`", advice)]


def test_the_packs_are_listed_where_none_is_near() -> None:
    (name, _, message, advice), *others = said('use pack "nothing-like-it"\n')
    assert (name, message, others) == ("unknown-pack", "there is no pack `nothing-like-it`", [])
    assert advice.startswith("the packs are `audit-manager`, `cis-controls-11`, ")


def test_the_scope_of_a_pack_is_an_expression_of_the_project() -> None:
    assert said('use pack "hipaa" for account.pth like "Prod/*"\n') == [
        ("unknown-attribute", "pth", "an account has no attribute `pth`", "did you mean `path`?")
    ]


REQUIRED = "require long-retention { assert every rule satisfies rule.retention >= 35 days }\n"
POLICY = "policy baseline { plan daily { regions = [eu-west-1] } }\nattach baseline to root\n"


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (
            "expect no violation of long-retentoin",
            (
                "unknown-requirement",
                "long-retentoin",
                "there is no requirement `long-retentoin`",
                "did you mean `long-retention`?",
            ),
        ),
        (
            "expect violation of locks",
            (
                "unknown-requirement",
                "locks",
                "there is no requirement `locks`",
                "the requirements are `long-retention`",
            ),
        ),
        (
            "given policy baselin attached to root\n  expect valid",
            ("unknown-policy", "baselin", "there is no policy `baselin`", "did you mean `baseline`?"),
        ),
        (
            "expect account.nme == 5",
            ("unknown-attribute", "nme", "an account has no attribute `nme`", "did you mean `name`?"),
        ),
    ],
    ids=["requirement", "no requirement near", "policy", "expression"],
)
def test_a_test_speaks_of_what_there_is(step: str, fault: tuple[str, str, str, str]) -> None:
    assert said(f'{REQUIRED}{POLICY}test "t" {{\n  given account "shop"\n  {step}\n}}\n') == [fault]


def test_a_test_may_attach_a_policy_of_the_snapshot() -> None:
    tree = 'version: 1\nroot: {name: Root, accounts: [{id: "222222222222", name: shop}]}\n'
    tree += "policies: {raw: {content: {plans: {}}}}\n"
    text = 'test "t" {\n  given account "shop"\n  given policy raw attached to root\n  expect valid\n}\n'
    assert "unknown-policy" not in [name for name, *_ in said(text, snapshot=tree)]


def test_a_test_may_expect_something_of_a_requirement_of_a_pack() -> None:
    text = 'use pack "hipaa"\ntest "t" {\n  given account "shop"\n  expect no violation of hipaa-data-backup-plan\n}\n'
    assert said(text) == []


def test_a_requirement_cannot_have_the_name_of_one_of_a_pack() -> None:
    found = faults("require HIPAA-Data-Backup-Plan { assert true }\n", 'use pack "hipaa"\n')
    assert [(fault.name, fault.message, fault.help) for fault in found] == [
        (
            "name-repeated",
            "pack `hipaa` has a requirement called `HIPAA-Data-Backup-Plan` too",
            "give this one another name",
        )
    ]
    assert [(label.span.text, label.text) for label in found[0].labels] == [('use pack "hipaa"', "used here")]


def test_a_pack_may_be_used_twice() -> None:
    assert said('use pack "hipaa" for account.ou == "A"\nuse pack "hipaa" level advisory for account.ou == "B"\n') == []


def test_a_requirement_cannot_have_the_name_of_a_check() -> None:
    assert said("require Vault-Missing { assert true }\n") == [
        (
            "requirement-named-like-check",
            "Vault-Missing",
            "requirement `Vault-Missing` has the name of a check",
            "give it another name: a waiver could not say which of the two it means",
        )
    ]


def test_requirements_have_names_of_their_own() -> None:
    assert [name for name, *_ in said("require r { assert true }\n", "require R { assert true }\n")] == [
        "name-repeated"
    ]


def test_a_faulty_requirement_is_not_half_judged() -> None:
    text = "require r {\n  assert account.management\n  assert account.nme == 5\n}\nrequire s { assert account.management }\n"
    outcome = check_types([parse(Source("r.bpol", text)).value])
    assert [requirement.name for requirement in outcome.value.requirements] == ["s"]
    assert [found.name for found in outcome.diagnostics] == ["unknown-attribute"]


def test_a_requirement_with_a_faulty_scope_is_not_judged() -> None:
    outcome = check_types([parse(Source("r.bpol", "require r {\n  for account.nme == 5\n  assert true\n}\n")).value])
    assert outcome.value.requirements == ()
    assert [found.name for found in outcome.diagnostics] == ["unknown-attribute"]


def test_a_name_that_a_faulty_file_may_have_lost_is_nobodys_fault() -> None:
    lost = "let kept = = 35 days\n"
    found = faults(lost, "require r { assert every rule satisfies rule.retention >= kept }\n")
    assert "unknown-name" not in [fault.name for fault in found]
    assert len(found) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1000 + "true" + ")" * 1000,
        "not " * 1000 + "true",
        "every rule satisfies " * 1000 + "true",
        "every rule where (" * 1000 + "true" + ") satisfies true" * 1000,
        "every rule satisfies " + "(" * 1000 + "rule.retention" + ")" * 1000 + " >= 1 day",
        "account.id in " + "[" * 1000 + "]" * 1000,
        "true and (" * 1000 + "true" + ")" * 1000,
    ],
    ids=["parentheses", "not", "every", "where", "around a value", "lists", "and"],
)
def test_deep_nesting_is_one_fault_and_quick(expression: str) -> None:
    begin = perf_counter()
    found = faults(f"require r {{\n  assert {expression}\n}}\n")
    assert [fault.message for fault in found] == ["nested more than 100 levels deep"]
    assert perf_counter() - begin < 2


@pytest.mark.parametrize(
    "expression",
    ["account" + ".x" * 1000 + " == 5", 'account["x"]' + '["x"]' * 1000 + " == 5", " == ".join(["1"] * 1000)],
    ids=["attributes", "picks", "comparisons"],
)
def test_a_long_chain_is_one_fault_and_quick(expression: str) -> None:
    begin = perf_counter()
    assert len(faults(f"require r {{\n  assert {expression}\n}}\n")) == 1
    assert perf_counter() - begin < 2


def test_a_thousand_operands_are_fine() -> None:
    assert faults(f"require r {{\n  assert {' and '.join(['account.management'] * 1000)}\n}}\n") == []


def test_a_pack_used_twice_for_the_same_accounts_is_reported() -> None:
    found = faults('use pack "hipaa"\nuse pack "hipaa" level advisory\n', 'use pack "hipaa"\n')
    assert {(fault.name, fault.message) for fault in found} == {("name-repeated", "pack `hipaa` is used twice")}
    assert [fault.fix is None for fault in found] == [True, False]
    scope = 'for account.ou == "A"'
    (narrowed,) = faults(f'use pack "hipaa"\nuse pack "hipaa" {scope}\nuse  pack "hipaa"  {scope}\n')
    assert narrowed.message == "pack `hipaa` is used twice for the same accounts"
    assert [label.text for label in narrowed.labels] == ["first used here"]

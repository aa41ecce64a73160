"""From a `waive` statement to a waiver: whom it covers, until when, and what cannot be waived."""

from __future__ import annotations

from datetime import date

import pytest
from analysis.findings.agreements import ACCOUNTS, BOOKS, BOSS, LAB, TODAY, TOYS, blocked, read, statements, waivers

from policyengine.analysis.findings import Gate, read_waivers, settle
from policyengine.base.diagnostics import Diagnostic, Severity


@pytest.mark.parametrize(
    ("target", "covered"),
    [
        ("root", {BOSS, BOOKS, TOYS, LAB}),
        ('ou "Shops"', {BOOKS, TOYS}),
        ('ou "Shops/Loud"', {TOYS}),
        ('account "books"', {BOOKS}),
        (f'account "{LAB}"', {LAB}),
    ],
)
def test_it_covers_the_accounts_at_or_below_its_target(target: str, covered: set[str]) -> None:
    (waiver,) = waivers(f"operator-blocked for {target} until 2027-01-01")
    assert waiver.covered(frozenset(ACCOUNTS)) == covered
    assert waiver.covered(frozenset({TOYS})) == covered & {TOYS}


def test_it_holds_what_the_statement_says() -> None:
    (waiver,) = waivers('operator-blocked for ou "Shops" until 2027-01-02')
    assert (waiver.what, waiver.until, waiver.because) == ("operator-blocked", date(2027, 1, 2), "x")
    assert (waiver.target.kind, waiver.target.path) == ("ou", "Shops")
    assert waiver.span.text == 'waive operator-blocked for ou "Shops" until 2027-01-02 because "x"'


@pytest.mark.parametrize(
    ("today", "holds"),
    [
        (date(2026, 9, 12), True),
        (date(2026, 9, 13), True),
        (date(2026, 9, 14), False),
        (date(2027, 1, 1), False),
    ],
)
def test_the_last_day_counts(today: date, *, holds: bool) -> None:
    outcome = read("operator-blocked for root until 2026-09-13", today=today)
    assert len(outcome.value) == holds
    assert [(found.name, found.severity) for found in outcome.diagnostics] == (
        [] if holds else [("waiver-expired", Severity.ERROR)]
    )


@pytest.mark.parametrize(
    ("statement", "name", "place", "message", "advice"),
    [
        ("operator-bloked for root until 2027-01-01", "not-waivable", "operator-bloked",
         "there is no requirement and no check `operator-bloked`", "did you mean `operator-blocked`?"),
        ("sealt for root until 2027-01-01", "not-waivable", "sealt",
         "there is no requirement and no check `sealt`", "did you mean `sealed`?"),
        ("nothing-like-it for root until 2027-01-01", "not-waivable", "nothing-like-it",
         "there is no requirement and no check `nothing-like-it`", ""),
        ("pe301 for root until 2027-01-01", "not-waivable", "pe301",
         "there is no requirement and no check `pe301`", "checks go by name: did you mean `operator-blocked`?"),
        ("unknown-setting for root until 2027-01-01", "not-waivable", "unknown-setting",
         "findings of `unknown-setting` cannot be waived", "it is a mistake in the text: mend what it finds"),
        ("schedule-invalid for root until 2027-01-01", "not-waivable", "schedule-invalid",
         "findings of `schedule-invalid` cannot be waived", "AWS would refuse the document all the same: mend what it finds"),
        ("waiver-unused for root until 2027-01-01", "not-waivable", "waiver-unused",
         "findings of `waiver-unused` cannot be waived", "it is about what the gate itself rests on: mend what it finds"),
        ("document-too-long for root until 2027-01-01", "not-waivable", "document-too-long",
         "findings of `document-too-long` cannot be waived", "AWS would refuse it all the same: mend what it finds"),
        ("effective-policy-invalid for root until 2027-01-01", "not-waivable", "effective-policy-invalid",
         "findings of `effective-policy-invalid` cannot be waived", "AWS would refuse it all the same: mend what it finds"),
        ("operator-blocked for root until 2026-09-12", "waiver-expired", "2026-09-12",
         "the waiver of `operator-blocked` ended on 2026-09-12", "mend what it covers and remove it, or agree on a later date"),
        ('operator-blocked for ou "Shop" until 2027-01-01', "unknown-target", 'ou "Shop"',
         "the organization has no unit `Shop`", "did you mean `Shops`?"),
        ('operator-blocked for ou "toys" until 2027-01-01', "unknown-target", 'ou "toys"',
         "the organization has no unit `toys`", "`toys` is an account: write `for account`"),
        ('operator-blocked for ou "Root" until 2027-01-01', "unknown-target", 'ou "Root"',
         "the organization has no unit `Root`", "write `for root` for the root itself"),
        ('operator-blocked for account "Shops" until 2027-01-01', "unknown-target", 'account "Shops"',
         "the organization has no account `Shops`", "`Shops` is a unit: write `for ou`"),
    ],
)  # fmt: skip
def test_what_makes_it_void(statement: str, name: str, place: str, message: str, advice: str) -> None:
    outcome = read(statement, requirements=("sealed",))
    assert outcome.value == ()
    (found,) = outcome.diagnostics
    assert (found.name, found.message, found.help, found.severity) == (name, message, advice, Severity.ERROR)
    assert found.span is not None
    assert found.span.text == place


def test_every_fault_of_a_statement_is_reported() -> None:
    outcome = read('nonsense for ou "Nowhere" until 2020-01-01')
    assert [found.name for found in outcome.diagnostics] == ["not-waivable", "waiver-expired", "unknown-target"]


def test_a_void_waiver_leaves_the_others_alone() -> None:
    outcome = read("nonsense for root until 2027-01-01\noperator-blocked for root until 2027-01-01")
    assert [waiver.what for waiver in outcome.value] == ["operator-blocked"]


def test_any_name_may_be_a_requirement_where_some_are_not_known() -> None:
    outcome = read("of-a-pack for root until 2027-01-01\nunknown-setting for root until 2027-01-01", requirements=None)
    assert [waiver.what for waiver in outcome.value] == ["of-a-pack"]
    assert [found.message for found in outcome.diagnostics] == ["findings of `unknown-setting` cannot be waived"]


def test_without_an_organization_targets_are_nobodys_fault() -> None:
    text = (
        'operator-blocked for ou "Nowhere" until 2027-01-01\noperator-blocked for root until 2027-01-01\n'
        'nonsense for ou "Nowhere" until 2020-01-01'
    )
    outcome = read_waivers(statements(text), None, (), {}, today=TODAY)
    assert [found.name for found in outcome.diagnostics] == ["not-waivable", "waiver-expired"]
    nowhere, root = outcome.value
    found = [blocked(), blocked(BOOKS, line=2)]
    assert settle(found, Gate(), [nowhere], complete=False).waived == ()
    assert settle(found, Gate(), [root]).standing == ()


def about(name: str, requirement: str, code: str = "PE701") -> Diagnostic:
    return Diagnostic(code, name, Severity.ERROR, "m", requirement=requirement)


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (about("requirement-violated", "sealed"), True),
        (about("requirement-undecided", "sealed"), True),
        (about("requirement-violated", "other"), False),
        (about("requirement-vacuous", "sealed"), False),
        (about("unknown-attribute", "sealed", "PE190"), False),
        (blocked(BOOKS), False),
    ],
)
def test_a_waiver_of_a_requirement_is_for_what_it_violates_or_leaves_undecided(
    found: Diagnostic, *, named: bool
) -> None:
    (waiver,) = waivers("sealed for root until 2027-01-01", requirements=("sealed",))
    assert waiver.names(found) is named


def test_a_pack_is_waived_as_a_whole() -> None:
    outcome = read_waivers(
        statements('pack "cis" for root until 2027-01-01'), None, (), {"cis": ("a", "b"), "other": ("c",)}, today=TODAY
    )
    (waiver,) = outcome.value
    violations = [_violation(name) for name in ("a", "b", "c")]
    assert (waiver.what, [waiver.names(violation) for violation in violations]) == ('pack "cis"', [True, True, False])
    verdict = settle(violations, Gate(), outcome.value)
    assert [finding.diagnostic.requirement for finding in verdict.findings if finding.waiver] == ["a", "b"]


def _violation(requirement: str) -> Diagnostic:
    return Diagnostic("PE701", "requirement-violated", Severity.ERROR, "m", requirement=requirement)


@pytest.mark.parametrize(
    ("pack", "advice"), [("cls", "did you mean `cis`?"), ("nothing-like-it", "it uses `cis` and `nis`")]
)
@pytest.mark.parametrize("until", ["2027-01-01", "2020-01-01"])
def test_a_pack_that_the_project_does_not_use_cannot_be_waived(pack: str, advice: str, until: str) -> None:
    waived = statements(f'pack "{pack}" for root until {until}')
    (found,) = read_waivers(waived, None, (), {"cis": ("a",), "nis": ("b",)}, today=TODAY).diagnostics
    assert (found.name, found.message, found.help) == (
        "not-waivable",
        f"the project uses no pack `{pack}`",
        advice,
    )

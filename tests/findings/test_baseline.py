"""The baseline: what it accepts, what is new all the same, and what is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from findings.agreements import BOOKS, BOSS, LAB, TOYS, baseline, blocked, waivers

from policyengine.diagnostics import Diagnostic, Severity
from policyengine.findings import Gate, Identity, settle, to_accept
from policyengine.source import Source, Span

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
VIOLATED = Diagnostic(
    "PE701", "requirement-violated", ERROR, "m", region="eu-west-1", accounts=(BOOKS,), policies=("p",), requirement="r"
)


def test_what_is_accepted_does_not_count() -> None:
    found = [blocked(BOOKS, TOYS, severity=ERROR), blocked(message="of no account"), VIOLATED]
    accepting = baseline(settle(found, Gate()))
    verdict = settle(found, Gate(fail_on=WARNING), baseline=accepting)
    assert (verdict.failed, verdict.standing, len(verdict.accepted)) == (False, (), 3)
    assert [finding.counts for finding in verdict.findings] == [False, False, False]


def test_a_new_account_with_an_accepted_finding_is_new() -> None:
    accepting = baseline(settle([blocked(BOOKS)], Gate()))
    verdict = settle([blocked(BOOKS, TOYS, severity=ERROR)], Gate(), baseline=accepting)
    assert [(finding.diagnostic.accounts, finding.accepted) for finding in verdict.findings] == [
        ((BOOKS,), True),
        ((TOYS,), False),
    ]
    assert verdict.failed


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(blocked(BOOKS, line=7), id="another line"),
        pytest.param(blocked(BOOKS, severity=ERROR), id="another level"),
        pytest.param(blocked(BOOKS, severity=INFO), id="only an info"),
        pytest.param(replace(blocked(BOOKS), help="another advice"), id="another advice"),
    ],
)
def test_it_stays_the_same_finding(later: Diagnostic) -> None:
    verdict = settle([later], Gate(fail_on=WARNING), baseline=baseline(settle([blocked(BOOKS)], Gate())))
    assert (verdict.failed, len(verdict.accepted), len(verdict.findings)) == (False, 1, 1)


def test_a_line_that_a_message_names_may_shift() -> None:
    before = replace(VIOLATED, message="retention is 7 days, set by `p` at Root (a.bpol:14); `r` asks for 35 days")
    accepting = baseline(settle([before], Gate()))
    shifted = replace(before, message=before.message.replace(":14)", ":20)"))
    assert not settle([shifted], Gate(), baseline=accepting).failed
    worse = replace(before, message=before.message.replace("7 days", "1 day"))
    assert settle([worse], Gate(), baseline=accepting).failed


@pytest.mark.parametrize(
    "later",
    [
        replace(VIOLATED, name="requirement-undecided"),
        replace(VIOLATED, requirement="other"),
        replace(VIOLATED, span=Span(Source("b.bpol", "x"), 0, 1)),
        replace(VIOLATED, path="plans/daily"),
        replace(VIOLATED, region="eu-central-1"),
        replace(VIOLATED, policies=("p", "q")),
        replace(VIOLATED, message="another"),
        replace(VIOLATED, accounts=(LAB,)),
        replace(VIOLATED, accounts=()),
    ],
)
def test_it_is_another_finding(later: Diagnostic) -> None:
    verdict = settle([later], Gate(), baseline=baseline(settle([VIOLATED], Gate())))
    assert verdict.failed
    assert [found.name for found in verdict.diagnostics] == [later.name, "accepted-finding-gone"]


def test_what_a_baseline_takes() -> None:
    found = [
        blocked(TOYS, LAB, BOOKS),
        blocked(BOSS, line=9),
        blocked(message="of no account"),
        blocked(BOOKS, line=5, message="of no account"),
        blocked(BOOKS, severity=INFO, message="only an info"),
        Diagnostic("PE120", "unknown-setting", ERROR, "m"),
        Diagnostic("PE201", "unknown-key", ERROR, "m"),
        Diagnostic("PE801", "waiver-expired", ERROR, "m"),
    ]
    (agreed,) = waivers('operator-blocked for account "toys" until 2027-01-01')
    of_line = Identity("operator-blocked", "", "policy.bpol", "", "", (), "m")
    assert to_accept(settle(found, Gate(), [agreed])) == [
        (of_line, (BOSS, BOOKS, LAB)),
        (of_line._replace(message="of no account"), ()),
        (of_line._replace(message="of no account"), (BOOKS,)),
    ]


def test_a_waiver_comes_first() -> None:
    (agreed,) = waivers('operator-blocked for account "toys" until 2027-01-01')
    accepting = baseline(settle([blocked(BOOKS, TOYS)], Gate()))
    verdict = settle([blocked(BOOKS, TOYS)], Gate(), [agreed], accepting)
    assert [(finding.diagnostic.accounts, finding.waiver, finding.accepted) for finding in verdict.findings] == [
        ((BOOKS,), None, True),
        ((TOYS,), agreed, False),
    ]


def test_a_waiver_of_what_is_accepted_is_in_use() -> None:
    accepting = baseline(settle([blocked(TOYS)], Gate()))
    verdict = settle([blocked(TOYS)], Gate(), waivers("operator-blocked for root until 2027-01-01"), accepting)
    assert [(found.name, found.accounts) for found in verdict.diagnostics] == [("operator-blocked", (TOYS,))]


@pytest.mark.parametrize(
    ("left", "gone"),
    [
        ([blocked(BOOKS, TOYS), blocked(message="n")], []),
        ([blocked(BOOKS), blocked(message="n")], [("m", (TOYS,))]),
        ([blocked(message="n")], [("m", (BOOKS, TOYS))]),
        ([blocked(BOOKS, TOYS)], [("n", ())]),
        ([], [("m", (BOOKS, TOYS)), ("n", ())]),
    ],
)
def test_what_is_gone_is_told_once_for_each_entry(
    left: list[Diagnostic], gone: list[tuple[str, tuple[str, ...]]]
) -> None:
    accepting = baseline(settle([blocked(BOOKS, TOYS), blocked(message="n")], Gate()))
    told = [
        found for found in settle(left, Gate(), baseline=accepting).standing if found.name == "accepted-finding-gone"
    ]
    assert [(found.severity, found.message, found.accounts) for found in sorted(told, key=lambda one: one.message)] == [
        (INFO, f"an accepted finding is gone: operator-blocked: {message}", accounts) for message, accounts in gone
    ]


def test_what_was_not_looked_at_is_not_gone() -> None:
    accepting = baseline(settle([VIOLATED], Gate()))
    assert settle([], Gate(), baseline=accepting, complete=False).findings == ()


def test_nothing_accepted_is_nothing_gone() -> None:
    accepting = baseline(settle([], Gate()))
    assert settle([blocked(BOOKS)], Gate(), baseline=accepting) == settle([blocked(BOOKS)], Gate())

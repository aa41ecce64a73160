"""The baseline: what it accepts, what is new all the same, and what is gone."""

from __future__ import annotations

import pytest
from analysis.findings.agreements import BOOKS, BOSS, LAB, TOYS, baseline, blocked, waivers
from msgspec.structs import replace

from policyengine.analysis.findings import Acceptance, Gate, Identity, not_to_accept, settle, to_accept
from policyengine.analysis.findings.baseline import read_baseline
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.source import Source, Span

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


def in_file(name: str, found: Diagnostic = VIOLATED) -> Diagnostic:
    return replace(found, span=Span(Source(name, "x"), 0, 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [("old.bpol", "new.bpol"), (None, "new.bpol"), ("old.bpol", None)],
    ids=["renamed", "from JSON to the language", "and back"],
)
def test_a_file_may_have_another_name(before: str | None, after: str | None) -> None:
    was, is_now = (in_file(name) if name else VIOLATED for name in (before, after))
    verdict = settle([is_now], Gate(), baseline=baseline(settle([was], Gate())))
    assert [(found.diagnostic.name, found.accepted) for found in verdict.findings] == [("requirement-violated", True)]


def test_the_file_tells_findings_apart_that_are_the_same_but_for_it() -> None:
    accepting = baseline(settle([in_file("a.bpol")], Gate()))
    verdict = settle([in_file("a.bpol"), in_file("b.bpol")], Gate(), baseline=accepting)
    assert [(found.span.source.name if found.span else "") for found in verdict.standing] == ["b.bpol"]


def test_what_a_finding_states_counts_and_not_its_words() -> None:
    before = replace(VIOLATED, values=("retention is 120 days",))
    accepting = baseline(settle([before], Gate()))
    assert not settle([replace(before, message="in other words")], Gate(), baseline=accepting).failed
    assert settle([replace(before, values=("retention is 31 days",))], Gate(), baseline=accepting).failed


def test_an_older_baseline_has_the_message_only() -> None:
    message = "retention is 7 days, set by `p` at Root (a.bpol:14)"
    accepting = baseline(settle([replace(VIOLATED, message=message)], Gate()))
    found = replace(VIOLATED, message=message.replace("14", "20"), values=("retention is 7 days",))
    verdict = settle([found], Gate(), baseline=accepting)
    assert [(one.diagnostic.name, one.accepted) for one in verdict.findings] == [("requirement-violated", True)]
    assert settle([replace(found, message="other")], Gate(), baseline=accepting).failed


def test_accounts_with_the_same_message_are_accepted_with_their_own_values() -> None:
    """A reader sees one finding of both; one of them gets worse."""
    books = replace(VIOLATED, values=("120 days",))
    toys = replace(VIOLATED, values=("90 days",), accounts=(TOYS,))
    verdict = settle([books, toys], Gate())
    assert [found.accounts for found in verdict.standing] == [(BOOKS, TOYS)]
    accepting = baseline(verdict)
    assert not settle([books, toys], Gate(), baseline=accepting).failed
    worse = settle([replace(books, values=("31 days",)), toys], Gate(), baseline=accepting)
    assert [found.accounts for found in worse.standing if found.name == VIOLATED.name] == [(BOOKS,)]


def test_what_cannot_be_accepted_is_not_accepted_by_an_older_baseline() -> None:
    invalid = Diagnostic("PE401", "effective-policy-invalid", ERROR, "m", accounts=(BOOKS,))
    text = '{"schema": "policyengine/baseline/1", "findings": [{"name": "effective-policy-invalid", "message": "m"}]}'
    verdict = settle([invalid], Gate(), baseline=read_baseline(Source("baseline.json", text)))
    assert [(found.name, found.severity, found.message) for found in verdict.standing] == [
        ("effective-policy-invalid", ERROR, "m"),
        ("acceptance-void", WARNING, "the baseline accepts `effective-policy-invalid`, which cannot be accepted"),
    ]


@pytest.mark.parametrize("level", [None, INFO, WARNING])
@pytest.mark.parametrize(
    "found",
    [
        Diagnostic("PE310", "document-too-long", ERROR, "m"),
        Diagnostic("PE308", "too-many-policies-attached", ERROR, "m"),
        Diagnostic("PE401", "effective-policy-invalid", ERROR, "m", accounts=(BOOKS,)),
        Diagnostic("PE201", "unknown-key", ERROR, "m"),
    ],
    ids=lambda found: found.name,
)
def test_no_level_takes_away_what_aws_refuses(found: Diagnostic, level: Severity | None) -> None:
    assert settle([found], Gate(levels={found.name: level})).failed


@pytest.mark.parametrize(
    "later",
    [
        replace(VIOLATED, name="requirement-undecided"),
        replace(VIOLATED, requirement="other"),
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
    of_m = Identity("operator-blocked", "", "", "", (), ("m",))
    of_none = of_m._replace(values=("of no account",))
    verdict = settle(found, Gate(), [agreed])
    assert to_accept(verdict) == [
        Acceptance(of_m, "policy.bpol", "m", (BOSS, BOOKS, LAB)),
        Acceptance(of_none, "policy.bpol", "of no account", ()),
        Acceptance(of_none, "policy.bpol", "of no account", (BOOKS,)),
    ]
    assert not_to_accept(verdict) == 3


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
def test_what_is_gone_is_reported_once_for_each_entry(
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

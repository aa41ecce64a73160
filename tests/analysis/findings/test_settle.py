"""The verdict: what is merged, levelled, waived and counted, and the laws of it."""

from __future__ import annotations

import pytest
from analysis.findings.agreements import ACCOUNTS, BOOKS, BOSS, LAB, TOYS, baseline, blocked, waivers
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policyengine.analysis.findings import Finding, Gate, Verdict, Waiver, settle
from policyengine.analysis.findings.waivers import WaiverIndex
from policyengine.base.diagnostics import Diagnostic, Label, Severity
from policyengine.base.source import Source, Span

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
OF_THE_LANGUAGE = Diagnostic("PE120", "unknown-setting", ERROR, "m")
OF_ADMISSION = Diagnostic("PE201", "unknown-key", ERROR, "m")


def kept(verdict: Verdict) -> list[tuple[str, tuple[str, ...]]]:
    """What counts: names and accounts."""
    return [(found.name, found.accounts) for found in verdict.standing]


def test_findings_that_differ_in_their_accounts_only_are_one() -> None:
    verdict = settle([blocked(TOYS), blocked(BOOKS), blocked(TOYS), blocked(LAB, line=2)], Gate())
    assert kept(verdict) == [("operator-blocked", (BOOKS, TOYS)), ("operator-blocked", (LAB,))]


def test_the_order_is_severity_then_code_then_place() -> None:
    found = [
        blocked(LAB, line=2),
        blocked(BOSS, line=3, severity=ERROR),
        OF_ADMISSION,
        blocked(TOYS, line=1),
        OF_THE_LANGUAGE,
        blocked(BOOKS, line=1, message="a"),
    ]
    assert [(one.code, one.accounts) for one in settle(found, Gate()).diagnostics] == [
        ("PE120", ()),
        ("PE201", ()),
        ("PE301", (BOSS,)),
        ("PE301", (BOOKS,)),
        ("PE301", (TOYS,)),
        ("PE301", (LAB,)),
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(blocked(BOOKS), region="eu-west-1"),
        replace(blocked(BOOKS), policies=("p",)),
        replace(blocked(BOOKS), requirement="r"),
        replace(blocked(BOOKS), help="h"),
        replace(blocked(BOOKS), span=Span(Source("policy.bpol", "\nx"), 1, 1)),
        replace(blocked(BOOKS), labels=(Label(Span(Source("b.bpol", "x"), 0, 1), "here"),)),
    ],
)
def test_no_two_findings_are_equal_in_the_order(other: Diagnostic) -> None:
    assert settle([blocked(BOOKS), other], Gate()) == settle([other, blocked(BOOKS)], Gate())


@pytest.mark.parametrize(
    ("gate", "severities", "failed"),
    [
        (Gate(), [WARNING], False),
        (Gate(fail_on=WARNING), [WARNING], True),
        (Gate(levels={"operator-blocked": ERROR}), [ERROR], True),
        (Gate(fail_on=WARNING, levels={"operator-blocked": INFO}), [INFO], False),
        (Gate(fail_on=WARNING, levels={"operator-blocked": None}), [], False),
        (Gate(fail_on=WARNING, levels={"key-blocked": None}), [WARNING], True),
    ],
)
def test_levels_and_the_gate(gate: Gate, severities: list[Severity], *, failed: bool) -> None:
    verdict = settle([blocked(BOOKS)], gate)
    assert ([found.severity for found in verdict.standing], verdict.failed) == (severities, failed)


def test_a_waiver_takes_its_accounts_out_of_a_finding() -> None:
    (shops,) = waivers('operator-blocked for ou "Shops" until 2027-01-01')
    found = blocked(BOOKS, TOYS, LAB, severity=ERROR)
    verdict = settle([found], Gate(), [shops])
    assert verdict.findings == (
        Finding(replace(found, accounts=(BOOKS, TOYS)), waiver=shops),
        Finding(replace(found, accounts=(LAB,))),
    )
    assert (verdict.failed, verdict.count(ERROR), len(verdict.waived)) == (True, 1, 1)


def test_what_is_waived_altogether_does_not_fail_the_gate() -> None:
    verdict = settle([blocked(BOOKS, severity=ERROR)], Gate(), waivers("operator-blocked for root until 2027-01-01"))
    assert (verdict.failed, verdict.count(ERROR), kept(verdict)) == (False, 0, [])
    assert [found.name for found in verdict.diagnostics] == ["operator-blocked"]


def test_what_concerns_no_account_is_waived_for_the_root_only() -> None:
    unit = waivers('operator-blocked for ou "Shops" until 2027-01-01')
    assert kept(settle([blocked()], Gate(), unit, complete=False)) == [("operator-blocked", ())]
    assert kept(settle([blocked()], Gate(), waivers("operator-blocked for root until 2027-01-01"))) == []


def test_of_two_waivers_the_one_that_holds_longer_is_named_and_both_are_in_use() -> None:
    short, long = waivers(
        'operator-blocked for ou "Shops" until 2026-12-31\noperator-blocked for account "toys" until 2027-12-31'
    )
    for both in ([short, long], [long, short]):
        verdict = settle([blocked(BOOKS, TOYS)], Gate(), both)
        assert [(found.diagnostic.accounts, found.waiver) for found in verdict.findings] == [
            ((BOOKS,), short),
            ((TOYS,), long),
        ]


def test_levels_come_before_waivers() -> None:
    waiver = waivers("operator-blocked for root until 2027-01-01")
    verdict = settle([blocked(BOOKS)], Gate(levels={"operator-blocked": ERROR}), waiver)
    assert [(found.diagnostic.severity, found.counts) for found in verdict.findings] == [(ERROR, False)]


@pytest.mark.parametrize("found", [OF_THE_LANGUAGE, OF_ADMISSION, Diagnostic("PE802", "waiver-unused", WARNING, "m")])
def test_some_findings_always_count(found: Diagnostic) -> None:
    """Even with a waiver of that name, which `read_waivers` would not make, and an entry in the baseline."""
    (waiver,) = waivers("operator-blocked for root until 2027-01-01")
    disguised = settle([replace(found, code="PE301", accounts=(BOOKS,))], Gate())
    accepting = baseline(disguised)
    verdict = settle(
        [replace(found, accounts=(BOOKS,))], Gate(), [replace(waiver, what=found.name)], accepting, complete=False
    )
    assert kept(verdict) == [(found.name, (BOOKS,))]


@pytest.mark.parametrize(
    ("found", "unused"),
    [
        ([], True),
        ([blocked(LAB)], True),
        ([blocked()], True),
        ([Diagnostic("PE302", "key-blocked", WARNING, "m", accounts=(BOOKS,))], True),
        ([blocked(LAB, TOYS)], False),
    ],
)
def test_a_waiver_that_covers_nothing_is_reported(found: list[Diagnostic], *, unused: bool) -> None:
    (waiver,) = waivers('operator-blocked for ou "Shops" until 2027-01-01')
    told = [one for one in settle(found, Gate(), [waiver]).standing if one.name == "waiver-unused"]
    assert [(one.severity, one.message, one.span) for one in told] == (
        [(WARNING, "the waiver of `operator-blocked` covers no finding", waiver.span)] if unused else []
    )


def test_a_check_that_is_switched_off_has_nothing_to_waive() -> None:
    waiver = waivers("operator-blocked for root until 2027-01-01")
    verdict = settle([blocked(BOOKS)], Gate(levels={"operator-blocked": None}), waiver)
    assert [found.name for found in verdict.diagnostics] == ["waiver-unused"]


def test_what_was_not_looked_at_is_not_called_unused() -> None:
    waiver = waivers("sealed for root until 2027-01-01", requirements=("sealed",))
    assert settle([], Gate(), waiver, complete=False).findings == ()


def test_the_project_may_make_an_unused_waiver_worse_but_not_silence_it() -> None:
    waiver = waivers("operator-blocked for root until 2027-01-01")
    assert settle([], Gate(levels={"waiver-unused": ERROR}), waiver).failed
    unheard = settle([], Gate(levels={"waiver-unused": None}), waiver)
    assert [(found.name, found.severity) for found in unheard.standing] == [("waiver-unused", WARNING)]


TARGETS = ["root", 'ou "Shops"', 'ou "Shops/Loud"', 'ou "Labs"', 'account "boss"', 'account "toys"']
CHECKS = {"operator-blocked": "PE301", "key-blocked": "PE302", "unknown-setting": "PE120"}
PLACES = [None, Span(Source("a.bpol", "one two"), 0, 3), Span(Source("a.bpol", "one two"), 4, 7)]


@st.composite
def some_waivers(draw: st.DrawFn) -> list[Waiver]:
    lines = st.tuples(
        st.sampled_from(["operator-blocked", "key-blocked"]),
        st.sampled_from(TARGETS),
        st.sampled_from(["2026-09-13", "2027-01-01"]),
    )
    written = [f"{what} for {target} until {until}" for what, target, until in draw(st.lists(lines, max_size=4))]
    return list(waivers("\n".join(written)))


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    name = draw(st.sampled_from(sorted(CHECKS)))
    return Diagnostic(
        CHECKS[name],
        name,
        draw(st.sampled_from(list(Severity))),
        draw(st.sampled_from("ab")),
        span=draw(st.sampled_from(PLACES)),
        help=draw(st.sampled_from(["", "h"])),
        labels=draw(st.sampled_from([(), (Label(Span(Source("b.bpol", "x"), 0, 1), "here"),)])),
        region=draw(st.sampled_from(["", "eu-west-1"])),
        accounts=tuple(draw(st.lists(st.sampled_from(ACCOUNTS), unique=True, min_size=1))),
        policies=draw(st.sampled_from([(), ("p",)])),
    )


GATES = st.sampled_from([Gate(), Gate(fail_on=WARNING, levels={"key-blocked": ERROR, "waiver-unused": INFO})])
SEVERAL = st.lists(diagnostics(), max_size=8)


def cases(found: list[Diagnostic] | tuple[Diagnostic, ...]) -> set[tuple[Diagnostic, str]]:
    """Diagnostics taken apart by account; what is said about waivers left out."""
    return {
        (replace(one, accounts=()), account)
        for one in found
        for account in one.accounts or ("",)
        if one.name != "waiver-unused"
    }


@pytest.mark.scale
@given(SEVERAL, some_waivers(), GATES)
def test_a_waiver_removes_exactly_what_it_names(found: list[Diagnostic], agreed: list[Waiver], gate: Gate) -> None:
    before, after = settle(found, gate), settle(found, gate, agreed)
    named = {
        (one, account)
        for one, account in cases(before.standing)
        if any(waiver.what == one.name and account in waiver.accounts for waiver in agreed)
    }
    assert cases(after.standing) == cases(before.standing) - named
    assert cases([finding.diagnostic for finding in after.waived]) == named
    assert cases(after.diagnostics) == cases(before.diagnostics)


@pytest.mark.scale
@given(SEVERAL, some_waivers())
def test_the_index_of_waivers_has_what_holding_each_against_each_has(
    present: list[Diagnostic], agreed: list[Waiver]
) -> None:
    index = WaiverIndex(agreed)
    for diagnostic in present:
        accounts = frozenset(diagnostic.accounts)
        covering = {(w.what, w.target) for w in agreed if w.names(diagnostic) and w.covered(accounts)}
        candidates = index.candidates(diagnostic)
        assert covering == {(w.what, w.target) for w in candidates if w.covered(accounts)}
        assert [w.until for w in candidates] == sorted((w.until for w in candidates), reverse=True)
    unused = [w for w in agreed if not any(w.names(d) and w.covered(frozenset(d.accounts)) for d in present)]
    assert sorted(index.unused(present), key=id) == sorted(unused, key=id)


@pytest.mark.scale
@given(SEVERAL, some_waivers(), GATES)
def test_settling_again_changes_nothing(found: list[Diagnostic], agreed: list[Waiver], gate: Gate) -> None:
    accepting = baseline(settle(found[:2], gate, agreed))
    once = settle(found, gate, agreed, accepting)
    assert settle(once.diagnostics, gate, agreed, accepting) == once


@pytest.mark.scale
@given(SEVERAL.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))), some_waivers(), GATES)
def test_the_order_of_what_was_found_does_not_matter(
    orders: tuple[list[Diagnostic], list[Diagnostic]], agreed: list[Waiver], gate: Gate
) -> None:
    found, shuffled = orders
    accepting = baseline(settle(found[:2], gate))
    assert settle(shuffled, gate, agreed[::-1], accepting) == settle(found, gate, agreed, accepting)


@pytest.mark.scale
@given(SEVERAL, some_waivers(), GATES)
def test_the_gate_fails_for_what_counts_and_for_nothing_else(
    found: list[Diagnostic], agreed: list[Waiver], gate: Gate
) -> None:
    verdict = settle(found, gate, agreed)
    assert verdict.failed is any(one.severity.rank <= gate.fail_on.rank for one in verdict.standing)
    assert sum(verdict.count(severity) for severity in Severity) == len(verdict.findings) - len(verdict.waived)


def test_one_cause_of_many_places_is_shared() -> None:
    found = [replace(blocked(TOYS, line=number), policies=(f"p{number}",)) for number in range(5)]
    verdict = settle(found, Gate())
    (shared,) = verdict.shared
    assert shared.places == verdict.standing
    assert shared.diagnostic.policies == ("p0", "p1", "p2", "p3", "p4")
    assert [len(few.places) for few in settle(found[:3], Gate()).shared] == [1, 1, 1]


def _used(*lines: int, path: str = "", region: str = "eu-west-1") -> Diagnostic:
    """A missing vault in a Region, with the lines that use the template in which it is named."""
    uses = tuple(Label.use(Span(Source("uses.bpol", "\n" * 9), line, line)) for line in lines)
    return replace(blocked(TOYS), message=f"no vault in {region}", region=region, labels=uses, path=path)


def test_findings_of_a_line_that_differ_in_uses_are_one_in_each_region() -> None:
    found = [_used(1, path="plans/a"), _used(1, 2, path="plans/b"), _used(3, path="plans/b", region="eu-west-3")]
    first, second = settle(found, Gate()).shared
    assert [label.span.start for label in first.diagnostic.labels] == [1, 2]
    assert (first.diagnostic.region, first.diagnostic.places) == ("eu-west-1", ("plans/a", "plans/b"))
    assert (second.diagnostic.region, len(second.places)) == ("eu-west-3", 1)


@pytest.mark.parametrize(
    "other",
    [
        replace(_used(2), labels=(Label(Span(Source("a.bpol", "x"), 0, 1), "set here"),)),
        replace(_used(2), message="no role in eu-west-1"),
        _used(2, region="eu-west-3"),
        replace(_used(2), span=Span(Source("policy.bpol", "\nx"), 1, 1)),
        replace(_used(2), severity=ERROR),
    ],
)
def test_findings_of_other_causes_stay_apart(other: Diagnostic) -> None:
    assert [len(each.places) for each in settle([_used(1), other], Gate()).shared] == [1, 1]


def test_of_many_uses_the_first_are_labelled() -> None:
    (shared,) = settle([_used(line) for line in range(9)], Gate()).shared
    assert ([label.span.start for label in shared.diagnostic.labels], len(shared.places)) == ([0, 1, 2, 3, 4], 9)


def _set_by(policy: str, *, line: int = 0) -> Diagnostic:
    """A violation whose message names the policy that sets the value, in a line that a label shows."""
    label = Label(Span(Source("tier.bpol", "\n" * 9), line, line), "set here")
    said = replace(blocked(TOYS), message=f"35 days, set by `{policy}`; 90 asked", anonymous="35 days; 90 asked")
    return replace(said, labels=(label,), policies=(policy,), requirement="kept")


def test_values_of_one_line_are_one_cause_whichever_policy_sets_them() -> None:
    (shared,) = settle([_set_by("a"), _set_by("b")], Gate()).shared
    assert (shared.diagnostic.message, shared.diagnostic.policies) == ("35 days; 90 asked", ("a", "b"))
    assert [place.message for place in shared.places] == [_set_by(name).message for name in "ab"]


def test_values_of_many_lines_are_one_cause_and_of_few_stay_apart() -> None:
    found = [_set_by(f"p{line}", line=line) for line in range(4)]
    (shared,) = settle(found, Gate()).shared
    assert (shared.diagnostic.message, len(shared.places)) == ("35 days; 90 asked", 4)
    assert [each.diagnostic.message for each in settle(found[:3], Gate()).shared] == [
        each.message for each in found[:3]
    ]


def test_a_single_author_stays_named() -> None:
    (shared,) = settle([_set_by("a"), replace(_set_by("a"), accounts=(BOOKS,))], Gate()).shared
    assert shared.diagnostic.message == _set_by("a").message

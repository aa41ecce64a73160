"""The verdict of the gate on all findings.

Equal findings of several accounts become one with all of them; the project's levels apply, then its waivers, then its
baseline; the order is fixed, so two runs over the same input print the same. What is fixed (`Rule.fixed`) none of the
three can set aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from policyengine.analysis.findings.baseline import AcceptedFindings
from policyengine.analysis.findings.registry import FIXED
from policyengine.analysis.findings.verdict import Finding, Verdict
from policyengine.analysis.findings.waiver_rules import WAIVER_UNUSED
from policyengine.analysis.findings.waivers import NOWHERE, Waiver, places
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.records import record
from policyengine.base.rules import Fact
from policyengine.base.source import Span
from policyengine.base.text import quoted

if TYPE_CHECKING:
    from policyengine.analysis.findings.baseline import Baseline


class Cover:
    """What a project has agreed to live with: waivers that hold, and a baseline.

    Where two waivers cover the same, the one that holds longer is named. `present` is all that is found.
    """

    def __init__(self, waivers: Collection[Waiver], baseline: Baseline | None, present: Iterable[Diagnostic]) -> None:
        self._waivers = sorted(waivers, key=_longest_first)
        self._accepted = AcceptedFindings(baseline, present)

    def parts(self, found: Diagnostic) -> list[Finding]:
        """A finding, split where only some of its accounts are covered, or not by the same."""
        left = places(found)
        parts = []
        for waiver in self._waivers:
            if waiver.names(found) and (waived := waiver.covered(left)):
                parts.append(Finding(_part(found, waived), waiver))
                left -= waived
        if accepted := left & self._accepted.accounts_of(found):
            parts.append(Finding(_part(found, accepted), accepted=True))
        if standing := left - accepted:
            parts.append(Finding(_part(found, standing)))
        return parts

    def idle(self, present: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """What covers nothing of all that was found: unused waivers and entries of the baseline that are gone."""
        there = [(found, places(found)) for found in present] if self._waivers else []
        for waiver in self._waivers:
            if not any(waiver.names(found) and waiver.covered(accounts) for found, accounts in there):
                yield _unused(waiver)
        yield from self._accepted.refused()
        yield from self._accepted.gone(present)


def _longest_first(waiver: Waiver) -> tuple[int, str, int]:
    return -waiver.until.toordinal(), waiver.span.source.name, waiver.span.start


def _part(found: Diagnostic, ids: frozenset[str]) -> Diagnostic:
    """What a finding says of some of its accounts, which are in order; mostly of all of them."""
    some = ids - {NOWHERE}
    return found if len(some) == len(found.accounts) else replace(found, accounts=tuple(sorted(some)))


def _unused(waiver: Waiver) -> Diagnostic:
    return WAIVER_UNUSED.at(
        waiver.span,
        f"the waiver of {quoted(waiver.what)} covers no finding",
        help="remove it, or look at what it names and where",
    )


_NAMES = [known.name for known in fields(Diagnostic) if known.compare and known.name != "accounts"]
_BUT_FOR_ACCOUNTS = attrgetter(*_NAMES)
_SHOWN_BUT_FOR_ACCOUNTS = attrgetter(*(name for name in _NAMES if name != "values"))


@record
class Gate:
    """When a run fails, and how bad the project wants a check to be: a severity, or None to switch it off.

    Where it is `strict`, a fact that the snapshot does not tell is a finding, unless it is one of `unknown`.
    """

    fail_on: Severity = Severity.ERROR
    levels: Mapping[str, Severity | None] = field(default_factory=dict)
    strict: bool = False
    unknown: tuple[Fact, ...] = ()


def settle(
    diagnostics: Iterable[Diagnostic],
    gate: Gate,
    waivers: Collection[Waiver] = (),
    baseline: Baseline | None = None,
    *,
    complete: bool = True,
) -> Verdict:
    """The verdict on all diagnostics of a run (interface.md section 4, `check`).

    What a waiver or the baseline covers does not count. `complete` says whether the run saw all accounts: only then can
    it be told which waivers are unused and which entries of the baseline are gone.
    """
    found = _merge(_levelled(diagnostics, gate))
    cover = Cover(waivers, baseline, found)
    if complete and (idle := list(_levelled(cover.idle(found), gate))):
        found = _merge([*found, *idle])  # it may be settled a second time
    findings = _joined(part for one in found for part in cover.parts(one))
    ordered = tuple(sorted(findings, key=lambda finding: _order(finding.diagnostic)))
    failed = any(part.counts and part.diagnostic.severity.rank <= gate.fail_on.rank for part in ordered)
    return Verdict(ordered, failed)


def _levelled(diagnostics: Iterable[Diagnostic], gate: Gate) -> Iterable[Diagnostic]:
    for found in diagnostics:
        level = gate.levels.get(found.name, found.severity)
        if found.code in FIXED and (level is None or level.rank > found.severity.rank):
            level = found.severity
        if level:
            yield found if level is found.severity else found.with_severity(level)


def _merge(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings that differ in their accounts only, as one."""
    equal: dict[object, list[Diagnostic]] = {}
    for found in diagnostics:
        equal.setdefault(_BUT_FOR_ACCOUNTS(found), []).append(found)
    return [_with_all_accounts(found) for found in equal.values()]


def _with_all_accounts(equal: Sequence[Diagnostic]) -> Diagnostic:
    """One of the findings, with the accounts of all in order."""
    accounts = tuple(sorted({number for found in equal for number in found.accounts}))
    return equal[0] if equal[0].accounts == accounts else replace(equal[0], accounts=accounts)


def _joined(parts: Iterable[Finding]) -> Iterator[Finding]:
    """One finding of those that say the same to a reader and have met the same fate, whatever values they rest on."""
    equal: dict[object, list[Finding]] = {}
    for part in parts:
        shown = _SHOWN_BUT_FOR_ACCOUNTS(part.diagnostic)
        equal.setdefault((shown, part.waiver, part.accepted), []).append(part)
    for first, *others in equal.values():
        if not others:
            yield first
            continue
        whole = _with_all_accounts([part.diagnostic for part in (first, *others)])
        rests_on = tuple(part.diagnostic for part in (first, *others))
        yield replace(first, diagnostic=replace(whole, values=()), parts=rests_on)


def _order(found: Diagnostic) -> tuple[object, ...]:
    """By severity, code, file, line, path and first account, then by everything else, so that no two are alike."""
    file, line = (found.span.source.name, found.span.first.line) if found.span else ("", 0)
    first = found.accounts[0] if found.accounts else ""
    told = (found.severity.rank, found.code, file, line, found.path, first, found.message)
    labels = tuple((*_place(label.span), label.text) for label in found.labels)
    return *told, found.region, _place(found.span), found.policies, found.requirement, found.help, labels


def _place(span: Span | None) -> tuple[str, int, int]:
    return (span.source.name, span.start, span.end) if span else ("", 0, 0)

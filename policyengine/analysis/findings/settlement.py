"""The verdict of the gate on all findings.

Equal findings of several accounts are merged; the project's levels apply, then its waivers, then its baseline; the
order is fixed, so two runs over the same input print the same. None of the three sets aside what is fixed
(`Rule.fixed`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from operator import attrgetter, lt
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from policyengine.analysis.findings.baseline import AcceptedFindings
from policyengine.analysis.findings.gates import Gate
from policyengine.analysis.findings.registry import FIXED
from policyengine.analysis.findings.verdict import Finding, Verdict
from policyengine.analysis.findings.waiver_rules import WAIVER_UNUSED
from policyengine.analysis.findings.waivers import NOWHERE, Waiver, WaiverIndex, places
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import compared_fields
from policyengine.base.source import Span
from policyengine.base.text import quoted

if TYPE_CHECKING:
    from policyengine.analysis.findings.baseline import Baseline

_NAMES = [name for name in compared_fields(Diagnostic) if name != "accounts"]
_BUT_FOR_ACCOUNTS = attrgetter(*_NAMES)
_SHOWN_BUT_FOR_ACCOUNTS = attrgetter(*(name for name in _NAMES if name != "values"))


class Cover:
    """The agreements of a project on findings: waivers that hold, and a baseline.

    Where two waivers cover the same, the finding names the one that holds longer. `present` are all
    findings of the run.
    """

    def __init__(self, waivers: Collection[Waiver], baseline: Baseline | None, present: Iterable[Diagnostic]) -> None:
        self._waivers = WaiverIndex(waivers)
        self._accepted = AcceptedFindings(baseline, present)

    def parts(self, diagnostic: Diagnostic) -> list[Finding]:
        """A finding, split where only some of its accounts are covered, or not by the same."""
        parts, accounts = [], places(diagnostic)
        waivers = self._waivers.candidates(diagnostic)
        left = set(accounts) if waivers else accounts
        for waiver in waivers:
            if waived := waiver.covered(left):
                parts.append(Finding(_part(diagnostic, waived), waiver))
                left -= waived
        if accepted := left & self._accepted.accounts_of(diagnostic):
            parts.append(Finding(_part(diagnostic, accepted), accepted=True))
        if standing := left - accepted:
            parts.append(Finding(_part(diagnostic, standing)))
        return parts

    def unused(self, present: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """A finding for each waiver that covers nothing, and for each entry of the baseline that is gone."""
        yield from map(_unused, self._waivers.unused(present))
        yield from self._accepted.refused()
        yield from self._accepted.gone(present)


def _part(diagnostic: Diagnostic, ids: AbstractSet[str]) -> Diagnostic:
    """The part of a finding on some of its accounts, which are in order; mostly of all of them."""
    some = ids - {NOWHERE}
    return diagnostic if len(some) == len(diagnostic.accounts) else replace(diagnostic, accounts=tuple(sorted(some)))


def _unused(waiver: Waiver) -> Diagnostic:
    return WAIVER_UNUSED.at(
        waiver.span,
        f"the waiver of {quoted(waiver.what)} covers no finding",
        help="remove it, or look at what it names and where",
    )


def settle(
    diagnostics: Iterable[Diagnostic],
    gate: Gate,
    waivers: Collection[Waiver] = (),
    baseline: Baseline | None = None,
    *,
    complete: bool = True,
) -> Verdict:
    """The verdict on all diagnostics of a run (interface.md section 4, `check`).

    What a waiver or the baseline covers does not count. `complete` says whether the run saw all accounts: only then are
    unused waivers and entries of the baseline that are gone reported.
    """
    merged = _merge(_levelled(diagnostics, gate))
    cover = Cover(waivers, baseline, merged)
    if complete and (unused := list(_levelled(cover.unused(merged), gate))):
        merged = _merge([*merged, *unused])  # it may be settled a second time
    findings = _joined(part for diagnostic in merged for part in cover.parts(diagnostic))
    ordered = tuple(sorted(findings, key=lambda finding: _order(finding.diagnostic)))
    failed = any(part.counts and part.diagnostic.severity.rank <= gate.fail_on.rank for part in ordered)
    return Verdict(ordered, failed)


def faults_of(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings of a run that ended before its result: each once, in order; no project can change their levels."""
    return settle(diagnostics, Gate()).diagnostics


def _levelled(diagnostics: Iterable[Diagnostic], gate: Gate) -> Iterable[Diagnostic]:
    for diagnostic in diagnostics:
        level = gate.level_of(diagnostic.name, diagnostic.severity)
        if diagnostic.code in FIXED and (level is None or level.rank > diagnostic.severity.rank):
            level = diagnostic.severity
        if level:
            yield diagnostic if level is diagnostic.severity else diagnostic.with_severity(level)


def _merge(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings; those that differ in their accounts only are merged."""
    equal: dict[object, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        equal.setdefault(_BUT_FOR_ACCOUNTS(diagnostic), []).append(diagnostic)
    return [_with_all_accounts(diagnostic) for diagnostic in equal.values()]


def _with_all_accounts(equal: Sequence[Diagnostic]) -> Diagnostic:
    """The first of the findings, with the accounts and the resources of all, sorted."""
    if len(equal) == 1 and _in_order(equal[0].accounts) and _in_order(equal[0].resources):
        return equal[0]
    accounts = tuple(sorted({number for diagnostic in equal for number in diagnostic.accounts}))
    resources = tuple(sorted({pair for diagnostic in equal for pair in diagnostic.resources}))
    return replace(equal[0], accounts=accounts, resources=resources)


def _in_order(items: Sequence[Any]) -> bool:
    """Whether items are sorted and differ; most findings have no equal, and accounts in order."""
    return all(map(lt, items, islice(items, 1, None)))


def _joined(parts: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; those with the same text and the same waiver or acceptance are merged, whatever their values."""
    equal: dict[object, list[Finding]] = {}
    for part in parts:
        shown = _SHOWN_BUT_FOR_ACCOUNTS(part.diagnostic)
        equal.setdefault((shown, part.waiver, part.accepted), []).append(part)
    for first, *others in equal.values():
        if not others:
            yield first
            continue
        whole = _with_all_accounts([part.diagnostic for part in (first, *others)])
        merged_parts = tuple(part.diagnostic for part in (first, *others))
        yield replace(first, diagnostic=replace(whole, values=()), parts=merged_parts)


def _order(diagnostic: Diagnostic) -> tuple[object, ...]:
    """By severity, code, file, line, path and first account, then by everything else, so that the order is total."""
    file, line = (diagnostic.span.source.name, diagnostic.span.first.line) if diagnostic.span else ("", 0)
    first = diagnostic.accounts[0] if diagnostic.accounts else ""
    shown = (diagnostic.severity.rank, diagnostic.code, file, line, diagnostic.path, first, diagnostic.message)
    labels = tuple((*_place(label.span), label.text) for label in diagnostic.labels)
    return (
        *shown,
        diagnostic.region,
        _place(diagnostic.span),
        diagnostic.policies,
        diagnostic.requirement,
        diagnostic.help,
        labels,
    )


def _place(span: Span | None) -> tuple[str, int, int]:
    return (span.source.name, span.start, span.end) if span else ("", 0, 0)

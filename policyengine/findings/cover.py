"""The one place that decides whether a finding counts: a waiver comes first, then the baseline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from policyengine.catalogue.waivers import waiver_unused
from policyengine.diagnostics import Diagnostic
from policyengine.findings.baseline import AcceptedFindings
from policyengine.findings.verdict import Finding
from policyengine.findings.waivers import NOWHERE, Waiver, places
from policyengine.wording import quoted

if TYPE_CHECKING:
    from policyengine.model.baseline import Baseline


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
    return waiver_unused.RULE.at(
        waiver.span,
        f"the waiver of {quoted(waiver.what)} covers no finding",
        help="remove it, or look at what it names and where",
    )

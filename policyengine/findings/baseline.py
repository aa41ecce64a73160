"""The baseline: what makes two findings the same, which findings it accepts, and which of them are gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from policyengine.catalogue.waivers import accepted_finding_gone
from policyengine.diagnostics import Diagnostic, Severity
from policyengine.findings.verdict import Verdict
from policyengine.findings.waivers import NOWHERE, may_be_covered, places

if TYPE_CHECKING:
    from policyengine.model.baseline import Accepted, Baseline

_LINE = re.compile(r"(?<=[^\s(]):[0-9]+(?=\))")  # "set by `baseline` at Root (backup.bpol:14)": lines shift
_ADVICE = "run `policyengine check --update-baseline`"


class Identity(NamedTuple):
    """What stays the same when lines shift and levels change; empty where there is none."""

    name: str
    requirement: str
    file: str
    path: str
    region: str
    policies: tuple[str, ...]
    message: str


def to_accept(verdict: Verdict) -> list[tuple[Identity, tuple[str, ...]]]:
    """What a baseline would hold that accepts all errors and warnings that count and may be accepted.

    Each identity with the ids of its accounts, none where it concerns no account in particular; in a fixed order.
    """
    accounts: dict[tuple[Identity, bool], set[str]] = {}
    for found in verdict.standing:
        if found.severity is not Severity.INFO and may_be_covered(found.code):
            accounts.setdefault((identity(found), bool(found.accounts)), set()).update(found.accounts)
    return [(same, tuple(sorted(ids))) for (same, _), ids in sorted(accounts.items(), key=lambda item: item[0])]


def identity(found: Diagnostic) -> Identity:
    """What makes a finding the same finding in another run."""
    file = found.span.source.name if found.span else ""
    message = _LINE.sub("", found.message)
    return Identity(found.name, found.requirement, file, found.path, found.region, found.policies, message)


class AcceptedFindings:
    """The entries of a baseline, to be asked by finding."""

    def __init__(self, baseline: Baseline | None) -> None:
        self._entries = baseline.findings if baseline else ()
        self._accounts: dict[Identity, set[str]] = {}
        for entry in self._entries:
            self._accounts.setdefault(_identity_of(entry), set()).update(entry.accounts or (NOWHERE,))

    def accounts_of(self, found: Diagnostic) -> AbstractSet[str]:
        """The accounts on which a finding is accepted."""
        if not self._accounts or not may_be_covered(found.code):
            return frozenset()
        return self._accounts.get(identity(found), frozenset())

    def gone(self, present: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """A finding for each entry that is gone, altogether or on some accounts."""
        if not self._entries:
            return
        there: dict[Identity, set[str]] = {}
        for found in present:
            there.setdefault(identity(found), set()).update(places(found))
        for entry in self._entries:
            if missing := set(entry.accounts or (NOWHERE,)) - there.get(_identity_of(entry), set()):
                yield _gone(entry, missing - {NOWHERE})


def _gone(entry: Accepted, accounts: Iterable[str]) -> Diagnostic:
    return accepted_finding_gone.RULE.at(
        None,
        f"an accepted finding is gone: {entry.name}: {entry.message}",
        help=_ADVICE,
        path=entry.path,
        region=entry.region or "",
        accounts=tuple(sorted(accounts)),
        policies=entry.policies,
        requirement=entry.requirement or "",
    )


def _identity_of(entry: Accepted) -> Identity:
    requirement, file, region = entry.requirement or "", entry.file or "", entry.region or ""
    return Identity(entry.name, requirement, file, entry.path, region, entry.policies, entry.message)

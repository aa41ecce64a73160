"""The result that every format of `check` prints, and findings as other programs identify them.

These identify a finding by its family, a file and a fingerprint. Files are relative to the top of the git repository
where there is one, else to the project.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from posixpath import join, normpath
from typing import NamedTuple

from msgspec import field

from policyengine.analysis.checks import MissingFact
from policyengine.analysis.findings import Gate, Identity, Verdict, identity
from policyengine.analysis.findings.waiver_rules import ACCEPTED_FINDING_GONE
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.rules import Fact
from policyengine.base.source import Position, Span
from policyengine.report.account_names import AccountNames
from policyengine.report.shown_text import count

_CONFIGURATION = "policyengine.toml"


class AppliedFixes(Record):
    """The fixes that `check --fix` applied before it judged: their number, and the files."""

    fixes: int
    files: tuple[str, ...]


class CheckResult(Record):
    """A verdict with its circumstances.

    `accounts` counts those judged, `policies` the documents; `names` names accounts, None without an organization;
    `not_judged` says in words what a missing snapshot or a fault kept from being judged, `missing_facts` are those that
    the snapshot lacks and checks need; `baseline` names the project's baseline.
    `demanded` are the names of the requirements judged, `assertions` counts theirs, each account by itself.

    For programs: the `gate`, and files as the repository has them: `prefix` is the project's folder below the top of
    its git repository, empty or with a `/` at its end; `snapshot` is the snapshot's file below that top, empty where
    there is none.
    """

    verdict: Verdict
    at: datetime
    accounts: int
    policies: int
    names: AccountNames | None
    not_judged: tuple[str, ...] = ()
    missing_facts: tuple[MissingFact, ...] = ()
    baseline: str = ""
    gate: Gate = field(default_factory=Gate)
    demanded: tuple[str, ...] = ()
    fixed: AppliedFixes | None = None
    assertions: int = 0
    prefix: str = ""
    snapshot: str = ""

    @property
    def remarks(self) -> tuple[tuple[str, str], ...]:
        """The remarks beside findings, as titles and texts: parts not judged or left out, and missing facts."""
        judged = tuple(("not judged", reason) for reason in self.not_judged)
        if self.gate.left_out:
            judged = (*judged, ("left out", count(len(self.gate.left_out), "check")))
        return (
            (*judged, ("not in the snapshot", _missing_facts_text(self.missing_facts)))
            if self.missing_facts
            else judged
        )


def _missing_facts_text(lacking: Sequence[MissingFact]) -> str:
    """`vaults, roles, needed by 11 checks`."""
    checks = {name for missing in lacking if missing.fact is not Fact.TAGS for name in missing.asking}
    requirements = {name for missing in lacking if missing.fact is Fact.TAGS for name in missing.asking}
    asking = ((len(checks), "check"), (len(requirements), "requirement"))
    needed_by = " and ".join(count(number, noun) for number, noun in asking if number)
    return f"{', '.join(missing.fact for missing in lacking)}, needed by {needed_by}"


class FilePlace(NamedTuple):
    """A stretch of a file, its end exclusive; without an end it is the line of `first`."""

    file: str
    first: Position
    last: Position | None = None

    @property
    def last_line(self) -> int:
        """The last line with a character of the stretch."""
        if self.last is None or self.last.line == self.first.line:
            return self.first.line
        return self.last.line - (self.last.column == 1)


def place(span: Span, result: CheckResult) -> FilePlace:
    """The place of a span of the project."""
    return FilePlace(_file(result, span.source.name), span.first, span.last)


def anchor(diagnostic: Diagnostic, result: CheckResult) -> FilePlace:
    """The place of a finding, for readers that refuse a finding without one.

    What no policy text says, the snapshot does, so that is where it points; an entry of the baseline that is gone, to
    the baseline. Raw policies have no lines, hence the first one.
    """
    if diagnostic.span:
        return place(diagnostic.span, result)
    if diagnostic.code == ACCEPTED_FINDING_GONE.code and result.baseline:
        return FilePlace(_file(result, result.baseline), Position(1, 1))
    return FilePlace(result.snapshot or _file(result, _CONFIGURATION), Position(1, 1))


def fingerprints(result: CheckResult) -> list[str]:
    """The identity of each finding across runs, whatever its line, level and accounts; no two are equal.

    Of findings that are the same but for that, those that count are numbered first, so that a waiver of one part does
    not change the fingerprint of the other.
    """
    findings = result.verdict.findings
    hashes, met = [""] * len(findings), Counter[Identity]()
    for index in sorted(range(len(findings)), key=lambda index: not findings[index].counts):
        same = identity(findings[index].diagnostic)
        hashes[index] = _hash([result.prefix, met[same], *same])
        met[same] += 1
    return hashes


def _file(result: CheckResult, name: str) -> str:
    return normpath(join(result.prefix, name))


def _hash(parts: list[object]) -> str:
    return sha256(json.dumps(parts).encode("ascii")).hexdigest()

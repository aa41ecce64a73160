"""Findings as other programs tell them apart: by a file of the repository, and by a fingerprint.

Files are relative to the top of the git repository where there is one, else to the project.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from posixpath import join, normpath
from typing import NamedTuple

from policyengine.catalogue.waivers import accepted_finding_gone
from policyengine.diagnostics import Diagnostic
from policyengine.findings import Identity, identity
from policyengine.report.check.result import CheckResult
from policyengine.source import Position, Span

_CONFIGURATION = "policyengine.toml"


class Place(NamedTuple):
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


def place(span: Span, result: CheckResult) -> Place:
    """The place of a span of the project."""
    return Place(_file(result, span.source.name), span.first, span.last)


def anchor(found: Diagnostic, result: CheckResult) -> Place:
    """The place of a finding, for readers that refuse a finding without one.

    What no policy text says, the snapshot does, so that is where it points; an entry of the baseline that is gone, to
    the baseline. Raw policies have no lines, hence the first one.
    """
    if found.span:
        return place(found.span, result)
    if found.code == accepted_finding_gone.RULE.code and result.baseline:
        return Place(_file(result, result.baseline), Position(1, 1))
    return Place(result.snapshot or _file(result, _CONFIGURATION), Position(1, 1))


def fingerprints(result: CheckResult) -> list[str]:
    """What each finding is known by in other runs, whatever its line, level and accounts are; no two are alike.

    Of findings that are the same but for that, those that count are numbered first, so that a waiver of one part does
    not change the fingerprint of the other.
    """
    findings = result.verdict.findings
    made, met = [""] * len(findings), Counter[Identity]()
    for index in sorted(range(len(findings)), key=lambda index: not findings[index].counts):
        same = identity(findings[index].diagnostic)
        made[index] = _hash([result.prefix, met[same], *same])
        met[same] += 1
    return made


def _file(result: CheckResult, name: str) -> str:
    return normpath(join(result.prefix, name))


def _hash(parts: list[object]) -> str:
    return sha256(json.dumps(parts).encode("ascii")).hexdigest()

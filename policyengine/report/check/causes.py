"""Findings by what causes them, for people: what many policies have in common, and counts for each check.

A row stands for a level, a check and a requirement, the worst first. Only findings that count are counted, not what a
waiver covers or the baseline accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.rules import Family, family_of
from policyengine.base.text import quoted
from policyengine.report.terminal import TerminalPage, clipped, count

MANY = 10
"""Findings that people still read one by one; of more they want the table, too."""

_MOST = 10  # rows that the last screen has room for
_LONGEST = 60  # characters of a requirement's name
_FEW = 3  # findings that say the same and are listed one by one


class FindingCount(NamedTuple):
    """How many findings of a level a check has, on how many accounts; `first` is the first of them in a report."""

    first: Diagnostic
    findings: int
    accounts: int

    @property
    def severity(self) -> Severity:
        """The level of all of them."""
        return self.first.severity

    @property
    def title(self) -> str:
        """The check, and the requirement that the findings are about: `PE701 requirement-violated of `kept``."""
        of = f" of {quoted(self.first.requirement, _LONGEST)}" if self.first.requirement else ""
        return f"{self.first.code} {self.first.name}{of}"

    @property
    def place(self) -> str:
        """Where the first one is."""
        return place_of(self.first)


def finding_counts(findings: Iterable[Diagnostic]) -> list[FindingCount]:
    """The rows of findings that are in the order of a report: by level, then the most accounts and findings first."""
    together: dict[tuple[Severity, str, str], list[Diagnostic]] = {}
    for diagnostic in findings:
        together.setdefault((diagnostic.severity, diagnostic.code, diagnostic.requirement), []).append(diagnostic)
    rows = [
        FindingCount(same[0], len(same), len({number for diagnostic in same for number in diagnostic.accounts}))
        for same in together.values()
    ]
    return sorted(rows, key=_worst_first)


class SharedFinding(NamedTuple):
    """A finding with the accounts and policies of others that say the same elsewhere, and where these begin."""

    diagnostic: Diagnostic
    elsewhere: tuple[str, ...] = ()


def shared_findings(findings: Sequence[Diagnostic]) -> Iterator[SharedFinding]:
    """The findings in order; more than three that say the same of different places are one, at the first of them.

    Mistakes in a text stay apart: each wants its own edit.
    """
    together: dict[tuple[str, ...], list[Diagnostic]] = {}
    for one in findings:
        together.setdefault(_said(one), []).append(one)
    for one in findings:
        same = together[_said(one)]
        if len(same) <= _FEW or family_of(one.code) is Family.LANGUAGE:
            yield SharedFinding(one)
        elif same[0] is one:
            yield _shared(same)


def _said(one: Diagnostic) -> tuple[str, ...]:
    return one.severity.value, one.code, one.message, one.region, one.requirement, one.help


def _shared(several: Sequence[Diagnostic]) -> SharedFinding:
    first, *others = several
    accounts = tuple(sorted({number for one in several for number in one.accounts}))
    policies = tuple(dict.fromkeys(name for one in several for name in one.policies))
    whole = replace(first, accounts=accounts, policies=policies)
    return SharedFinding(whole, tuple(dict.fromkeys(place for one in others if (place := place_of(one)))))


def place_of(diagnostic: Diagnostic) -> str:
    """Where a finding begins: `backup.bpol:12`, or its path where there is no text."""
    span = diagnostic.span
    return f"{span.source.name}:{span.first.line}" if span else diagnostic.path


def _worst_first(row: FindingCount) -> tuple[int, int, int, str, str]:
    return row.severity.rank, -row.accounts, -row.findings, row.first.code, row.first.requirement


def write_table(page: TerminalPage, rows: Sequence[FindingCount], most: int | None = _MOST) -> None:
    """Adds the first rows to a page, below a head, and how many more there are."""
    page.line(("level    findings  accounts  check, and where it begins", "strong"))
    for row in rows[:most]:
        page.line(
            (f"{row.severity:<7}", row.severity.value),
            f"{row.findings:>10,}{row.accounts:>10,}  {clipped(row.title, 80)}",
            (f"  {row.place}" if row.place else "", "place"),
        )
    if rest := rows[len(rows) if most is None else most :]:
        findings = sum(row.findings for row in rest)
        page.line(f"and {count(findings, 'finding')} of {count(len(rest), 'more check')}: see `--statistics`")

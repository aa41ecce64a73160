"""Findings by what causes them, for people: the places of one cause, and counts for each check.

A row stands for a level, a check and a requirement, the worst first. Only findings that count are counted, not what a
waiver covers or the baseline accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from policyengine.analysis.findings import SharedFinding
from policyengine.base.diagnostics import Diagnostic, Severity
from policyengine.base.source import Span
from policyengine.base.text import quoted
from policyengine.report.shown_text import clipped, count
from policyengine.report.terminal import TerminalPage

MANY = 10
"""Places with a finding that people still look at one by one; of more they want the table, too."""

_MOST = 10  # rows that the last screen has room for
_LONGEST = 60  # characters of a requirement's name


class FindingCount(NamedTuple):
    """How many findings of a level a check has, where and on how many accounts; `first` is that of a report."""

    first: Diagnostic
    findings: int
    places: int
    accounts: int

    @property
    def severity(self) -> Severity:
        """The severity that all findings of the row have."""
        return self.first.severity

    @property
    def title(self) -> str:
        """The check, and the requirement that the findings are about: `PE701 requirement-violated of `kept``."""
        of = f" of {quoted(self.first.requirement, _LONGEST)}" if self.first.requirement else ""
        return f"{self.first.code} {self.first.name}{of}"

    @property
    def place(self) -> str:
        """The place of the first finding."""
        return place_of(self.first)


def standing(shared: Iterable[SharedFinding]) -> list[Diagnostic]:
    """The findings that count, each cause once."""
    return [each.diagnostic for each in shared if each.counts]


def finding_counts(shared: Iterable[SharedFinding]) -> list[FindingCount]:
    """The rows of what counts, in the order of a report: by level, then the most accounts and places first."""
    together: dict[tuple[Severity, str, str], list[SharedFinding]] = {}
    for each in shared:
        if each.counts:
            diagnostic = each.diagnostic
            together.setdefault((diagnostic.severity, diagnostic.code, diagnostic.requirement), []).append(each)
    return sorted(map(_counted, together.values()), key=_worst_first)


def _counted(same: Sequence[SharedFinding]) -> FindingCount:
    accounts = {number for each in same for number in each.diagnostic.accounts}
    return FindingCount(same[0].diagnostic, len(same), sum(len(each.places) for each in same), len(accounts))


def places(shared: Iterable[SharedFinding]) -> int:
    """The number of places with a finding that counts."""
    return sum(len(each.places) for each in shared if each.counts)


def elsewhere(shared: SharedFinding) -> tuple[str, ...]:
    """The other places of a finding and of what it is about, but for those that it shows itself."""
    repeated = (place for each in shared.places[1:] for place in _lines(each) if place)
    uses = (place_of_span(label.span) for each in shared.places for label in each.labels if label.of_use)
    shown = {place_of(shared.diagnostic), *(place_of_span(label.span) for label in shared.diagnostic.labels)}
    return tuple(place for place in dict.fromkeys((*repeated, *uses)) if place not in shown)


def _lines(diagnostic: Diagnostic) -> Sequence[str]:
    """The places of a finding: of a violation, whose place is the assertion, also those where its value is set."""
    lines = (place_of_span(label.span) for label in diagnostic.labels if diagnostic.requirement and not label.of_use)
    return place_of(diagnostic), *lines


def place_of(diagnostic: Diagnostic) -> str:
    """The place where a finding begins: `backup.bpol:12`, or its path where there is no text."""
    return place_of_span(diagnostic.span) if diagnostic.span else diagnostic.path


def place_of_span(span: Span) -> str:
    """The file and line where a span begins."""
    return f"{span.source.name}:{span.first.line}"


def _worst_first(row: FindingCount) -> tuple[int, int, int, str, str]:
    return row.severity.rank, -row.accounts, -row.places, row.first.code, row.first.requirement


def write_table(page: TerminalPage, rows: Sequence[FindingCount], most: int | None = _MOST) -> None:
    """Adds the first rows to a page, below a head, and how many more there are."""
    page.line(("level    findings  places  accounts  check, and where it begins", "strong"))
    for row in rows[:most]:
        numbers = f"{row.findings:>10,}{row.places:>8,}{row.accounts:>10,}  "
        lead = ((f"{row.severity:<7}", row.severity.value), numbers)
        page.hanging(lead, clipped(row.title, 80), (f"  {row.place}" if row.place else "", "place"))
    if rest := rows[len(rows) if most is None else most :]:
        findings = sum(row.findings for row in rest)
        page.line(f"and {count(findings, 'finding')} of {count(len(rest), 'more check')}: see `--statistics`")

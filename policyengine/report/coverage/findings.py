"""Groups as findings: where each points, and what it says in one line."""

from __future__ import annotations

from policyengine.analysis.coverage import CoverageGroup
from policyengine.base.source import Position
from policyengine.report.check.result import FilePlace, place
from policyengine.report.coverage.result import CoverageCause, CoverageReport
from policyengine.report.coverage.words import cause_title, compared, remedy
from policyengine.report.coverage_reasons import MEANINGS
from policyengine.report.shown_text import some


def group_place(group: CoverageGroup, covered: CoverageReport) -> FilePlace:
    """The selection that nearly takes the resources; what no policy's text says, the snapshot does."""
    if group.span and group.span.source.text:
        return place(group.span, covered.check)
    return FilePlace(covered.check.snapshot or "policyengine.toml", Position(1, 1))


def group_text(group: CoverageGroup, covered: CoverageReport) -> str:
    """The group as a sentence: how many resources of each type, why, what would help, and the first few."""
    title = cause_title(CoverageCause((group,)), covered)
    verb = "undecided" if group.reason.is_undecided else "unprotected"
    said = [f"{title} {verb}: {MEANINGS[group.reason]}", compared(group), f"change: {remedy(group, covered)}"]
    said.append(f"for example {some(group.sample, 3)}" if group.sample else "")
    return ". ".join(text for text in said if text)

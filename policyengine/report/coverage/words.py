"""Coverage in words that every format for people shares: sums, what a group is, and what the gate says."""

from __future__ import annotations

from policyengine.analysis.coverage import CoverageGroup, CoverageReason
from policyengine.analysis.findings import GateLimit
from policyengine.base.source import Position
from policyengine.base.text import quoted
from policyengine.report.blind_spots import with_blind_spots
from policyengine.report.check.result import FilePlace, place
from policyengine.report.coverage.remedies import change_for
from policyengine.report.coverage.result import CoverageCause, CoverageReport, counted_types
from policyengine.report.coverage_reasons import MEANINGS, NOTES
from policyengine.report.shown_text import clipped, count, some

_R = CoverageReason
_LONGEST_LINE = 120  # characters of a policy's line


def share(covered: CoverageReport) -> str:
    """`92.5 % protected`; of very many the share is never rounded up to all."""
    result = covered.result
    if not result.resources:
        return "no resources"
    tenths = result.protected * 1000 // result.resources
    return f"{tenths // 10}.{tenths % 10} % protected"


def headline(covered: CoverageReport) -> str:
    """The sums in one line, and what nobody sees."""
    result = covered.result
    numbers = f"{result.protected:,} of {count(result.resources, 'resource')}"
    parts = [f"{result.unprotected:,} unprotected"]
    if result.undecided:
        parts.append(f"{result.undecided:,} undecided")
    return with_blind_spots(f"{share(covered)} ({numbers}), {', '.join(parts)}", result.not_visible)


def remarks(covered: CoverageReport) -> list[str]:
    """The remarks beside the groups: notes on protected resources."""
    return [f"{count(number, 'protected resource')} {NOTES[note]}" for note, number in covered.result.notes.items()]


def cause_title(cause: CoverageCause, covered: CoverageReport) -> str:
    """`12 RDS, 3 EBS in payments (222222222222), eu-west-1`."""
    types = ", ".join(f"{number:,} {kind}" for kind, number in counted_types(cause))
    places = _accounts(cause, covered)
    regions = some(cause.regions, 3)
    return f"{types} in {', '.join(part for part in (places, regions) if part)}"


def _accounts(cause: CoverageCause, covered: CoverageReport) -> str:
    ids = cause.accounts
    nowhere = any(group.account is None for group in cause.groups)
    known = [number for number in ids if number in covered.accounts]
    names = covered.check.names.named(known) if known and covered.check.names else ""
    others = [covered.account_title(number) for number in ids if number not in covered.accounts]
    parts = [names, some(others, 3), covered.account_title(None) if nowhere else ""]
    return ", ".join(part for part in parts if part)


def compared(group: CoverageGroup) -> str:
    """The value of a resource against the one that a selection wants; empty where no value decides."""
    if group.reason is _R.REGION_NOT_IN_PLAN:
        return f"it is in {group.observed or 'some Region'}, and the plan runs in {group.wanted or 'none'}"
    if group.observed and group.wanted:
        return f"it has {quoted(group.observed, 120)}, and the selection wants {quoted(group.wanted, 120)}"
    if group.wanted:
        return f"the selection wants {quoted(group.wanted, 120)}"
    return f"it has {quoted(group.observed, 120)}" if group.observed else ""


def written_line(group: CoverageGroup) -> str:
    """The line of a policy that nearly matched: its place, its text, and whose it is; empty where none has a line."""
    span = group.span
    if span is None or not span.source.text:
        return ""
    text = clipped(span.source.line(span.first.line).strip(), _LONGEST_LINE)
    of = f" (policy {some(group.policies)})" if group.policies else ""
    return f"{span.source.name}:{span.first.line}: {text}{of}"


def _limited(covered: CoverageReport, limit: GateLimit) -> str:
    if covered.is_limit_open:
        return f"of no resource anybody can say whether it is protected, so --max-unprotected {limit} is not met"
    result = covered.result
    return limit.in_words("--max-unprotected", "unprotected", (result.protected, result.unprotected, result.undecided))


def ending(covered: CoverageReport) -> str:
    """The last line after the verdict: why it is what it is."""
    parts = []
    if covered.limit is not None:
        parts.append(_limited(covered, covered.limit))
    if covered.check.demanded:
        standing = sum(bool(finding.requirement) for finding in covered.check.verdict.standing)
        asked = count(len(covered.check.demanded), "requirement")
        parts.append(f"{asked} on resources: {count(standing, 'finding') if standing else 'no findings'}")
    return "; ".join(parts)


def group_place(group: CoverageGroup, covered: CoverageReport) -> FilePlace:
    """The selection that nearly takes the resources; what no policy's text says, the snapshot does."""
    if group.span and group.span.source.text:
        return place(group.span, covered.check)
    return FilePlace(covered.check.snapshot or "policyengine.toml", Position(1, 1))


def group_text(group: CoverageGroup, covered: CoverageReport) -> str:
    """The group as a sentence: how many resources of each type, why, what would help, and the first few."""
    cause = CoverageCause((group,))
    title = cause_title(cause, covered)
    verb = "undecided" if group.reason.is_undecided else "unprotected"
    sentences = [
        f"{title} {verb}: {MEANINGS[group.reason]}",
        compared(group),
        f"change: {change_for(cause, covered)}",
        f"for example {some(group.sample, 3)}" if group.sample else "",
    ]
    return ". ".join(text for text in sentences if text)

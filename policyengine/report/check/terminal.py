"""`check` on a terminal: each finding with its line, what does not count in a line each, then the sum.

Of many findings the last screen has a table: which checks find the most, the worst first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyengine.analysis.findings import Finding, SharedFinding
from policyengine.report.check.causes import MANY, elsewhere, finding_counts, places, standing, write_table
from policyengine.report.check.result import AppliedFixes, CheckResult
from policyengine.report.finding_text import tally
from policyengine.report.shown_text import count, some
from policyengine.report.terminal import Part, TerminalPage
from policyengine.report.terminal_findings import write_diagnostic


def render(result: CheckResult, *, color: bool = False, width: int | None = None) -> str:
    """The verdict for people."""
    page = TerminalPage(color=color, width=width)
    findings = result.verdict.shared
    for shared in findings:
        if shared.counts:
            write_diagnostic(page, shared.diagnostic, result.names, elsewhere(shared))
    for text in covered_texts(findings, result.baseline):
        page.line((text, "dim"))
    if places(findings) > MANY:
        write_table(page, finding_counts(findings))
    write_end(page, result)
    return page.text()


def write_end(page: TerminalPage, result: CheckResult) -> None:
    """Adds what no finding says, and the sum."""
    for title, text in result.remarks:
        page.line((f"{title}: ", "warning"), text)
    if fixable := sum(diagnostic.fix is not None for diagnostic in result.verdict.standing):
        page.line(("fixable: ", "info"), f"{count(fixable, 'finding')}, by `policyengine check --fix`")
    if result.fixed and result.fixed.fixes:
        page.line(("fixed: ", "good"), fixed_text(result.fixed))
    page.line(*summary(result))


def fixed_text(fixed: AppliedFixes) -> str:
    """`3 mistakes in 2 files: policy.bpol, shared.bpol`."""
    return f"{count(fixed.fixes, 'mistake')} in {count(len(fixed.files), 'file')}: {some(fixed.files)}"


def covered_texts(findings: Sequence[SharedFinding], baseline: str) -> Iterator[str]:
    """A line for the findings that do not count and read the same, the waived first."""
    numbers: dict[str, int] = {}
    first: dict[str, SharedFinding] = {}
    for finding in sorted(findings, key=lambda each: each.accepted):
        if not finding.counts:
            text = covered(finding, baseline)
            numbers[text] = numbers.get(text, 0) + len(finding.places)
            first.setdefault(text, finding)
    for text, number in numbers.items():
        yield covered(first[text], baseline, f", at {number:,} places") if number > 1 else text


def covered(finding: Finding | SharedFinding, baseline: str, more: str = "") -> str:
    """The reason why a finding does not count, and what it is; `more` follows its message."""
    diagnostic, waiver = finding.diagnostic, finding.waiver
    text = f"{diagnostic.code} {diagnostic.name}: {diagnostic.message}{more}"
    if waiver:
        return f"waived until {waiver.until}: {text} (because {waiver.because})"
    return f"accepted in {baseline}: {text}"


def summary(result: CheckResult) -> list[Part]:
    """The last line: the verdict, how much was judged, how many findings."""
    looked_at = [count(result.accounts, "account"), count(result.policies, "policy")]
    if result.demanded:
        looked_at.append(count(len(result.demanded), "requirement"))
    word: Part = ("fail", "error") if result.verdict.failed else ("pass", "good")
    return [word, f": {', '.join(looked_at)}: {', '.join(_counts(result.verdict.shared))}"]


def _counts(findings: Sequence[SharedFinding]) -> list[str]:
    """The counts of findings: those that count, left out if there are only others, then waived and accepted ones."""
    quiet = {"waived": sum(each.waiver is not None for each in findings), "accepted": sum(e.accepted for e in findings)}
    covered = [f"{number:,} {word}" for word, number in quiet.items() if number]
    counting = standing(findings)
    return [*([tally(counting)] if counting or not covered else ()), *covered]

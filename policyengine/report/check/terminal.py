"""`check` on a terminal: each finding with its line, what does not count in a line each, then the sum.

Of many findings the last screen has a table: which checks find the most, the worst first.
"""

from __future__ import annotations

from policyengine.analysis.findings import Finding, Verdict
from policyengine.report.check.causes import MANY, finding_counts, shared_findings, write_table
from policyengine.report.check.result import CheckResult, Fixed
from policyengine.report.terminal import Part, TerminalPage, count, some, tally, write_diagnostic


def render(result: CheckResult, *, color: bool = False, width: int | None = None) -> str:
    """The verdict for people."""
    page = TerminalPage(color=color, width=width)
    verdict = result.verdict
    for shared in shared_findings(verdict.standing):
        write_diagnostic(page, shared.diagnostic, result.names, shared.elsewhere)
    for finding in (*verdict.waived, *verdict.accepted):
        page.line((covered(finding, result.baseline), "dim"))
    if len(verdict.standing) > MANY:
        write_table(page, finding_counts(verdict.standing))
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


def fixed_text(fixed: Fixed) -> str:
    """`3 mistakes in 2 files: policy.bpol, shared.bpol`."""
    return f"{count(fixed.fixes, 'mistake')} in {count(len(fixed.files), 'file')}: {some(fixed.files)}"


def covered(finding: Finding, baseline: str) -> str:
    """A finding that does not count, in a line: why, and what it is."""
    diagnostic, waiver = finding.diagnostic, finding.waiver
    text = f"{diagnostic.code} {diagnostic.name}: {diagnostic.message}"
    if waiver:
        return f"waived until {waiver.until}: {text} (because {waiver.because})"
    return f"accepted in {baseline}: {text}"


def summary(result: CheckResult) -> list[Part]:
    """The last line: the verdict, how much was judged, how many findings."""
    looked_at = [count(result.accounts, "account"), count(result.policies, "policy")]
    if result.demanded:
        looked_at.append(count(len(result.demanded), "requirement"))
    word: Part = ("fail", "error") if result.verdict.failed else ("pass", "good")
    return [word, f": {', '.join(looked_at)}: {', '.join(_counts(result.verdict))}"]


def _counts(verdict: Verdict) -> list[str]:
    """What counts, which goes without saying where there is only what does not; then the rest."""
    quiet = {"waived": len(verdict.waived), "accepted": len(verdict.accepted)}
    covered = [f"{number:,} {word}" for word, number in quiet.items() if number]
    return [*([tally(verdict.standing)] if verdict.standing or not covered else ()), *covered]

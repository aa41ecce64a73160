"""`check` on a terminal: each finding with its line, then the sum."""

from __future__ import annotations

from policyengine.report.check.result import CheckResult
from policyengine.report.diagnostic import tally, write_diagnostic
from policyengine.report.text import Page, Part, count


def render(result: CheckResult, *, color: bool = False) -> str:
    """The verdict for people."""
    page = Page(color=color)
    for found in result.verdict.findings:
        write_diagnostic(page, found, result.names)
    for reason in result.not_judged:
        page.line(("not judged: ", "warning"), reason)
    page.line(*_summary(result))
    return page.text()


def _summary(result: CheckResult) -> list[Part]:
    verdict = result.verdict
    looked_at = f"{count(result.accounts, 'account')}, {count(result.policies, 'policy')}"
    word: Part = ("fail", "error") if verdict.failed else ("pass", "good")
    return [word, f": {looked_at}: {tally(verdict.findings)}"]

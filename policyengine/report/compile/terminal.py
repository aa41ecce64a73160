"""`compile` on a terminal: each document as it would be sent, with its size."""

from __future__ import annotations

from policyengine.analysis.findings import Verdict
from policyengine.aws.documents import Compiled
from policyengine.aws.facts import limits
from policyengine.aws.policy_text import minify
from policyengine.report.terminal import Page, tally, write_diagnostic


def render(compiled: Compiled, verdict: Verdict, *, documents: bool = True, color: bool = False) -> str:
    """Findings first, then `NAME (SIZE of 10,000 characters)` for each policy, and its minified document.

    Where it failed there are no documents to speak of, and the number of faults ends the page.
    """
    page = Page(color=color)
    for found in verdict.diagnostics:
        write_diagnostic(page, found, {})
    if verdict.failed:
        page.line(("fail", "error"), f": {tally(verdict.diagnostics)}")
        return page.text()
    for policy in compiled.policies:
        most = limits()["policy_characters"]
        page.line((policy.name, "strong"), f" ({policy.size:,} of {most:,} characters)")
        if documents:
            page.line(minify(policy.content))
    return page.text()

"""`compile` on a terminal: each document as it would be sent, with its size."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.diagnostics import Diagnostic
from policyengine.facts import limits
from policyengine.model.documents import Compiled
from policyengine.model.text import minify
from policyengine.report.diagnostic import write_diagnostic
from policyengine.report.text import Page


def render(compiled: Compiled, findings: Sequence[Diagnostic], *, documents: bool = True, color: bool = False) -> str:
    """Findings first, then `NAME (SIZE of 10,000 characters)` for each policy, and its minified document."""
    page = Page(color=color)
    for found in findings:
        write_diagnostic(page, found, {})
    for policy in compiled.policies:
        most = limits()["policy_characters"]
        page.line((policy.name, "strong"), f" ({policy.size:,} of {most:,} characters)")
        if documents:
            page.line(minify(policy.content))
    return page.text()

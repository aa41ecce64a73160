"""`validate` on a terminal, and what both of its formats print from."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import record
from policyengine.report.terminal import Page, count, write_diagnostic


@record
class Validated:
    """One file and what AWS would refuse in it; size in characters as written."""

    file: str
    size: int
    findings: tuple[Diagnostic, ...]


def render(documents: Sequence[Validated], *, color: bool = False) -> str:
    """A line per file, its refusals beneath it."""
    page = Page(color=color)
    for document in documents:
        verdict = ("refused", "error") if document.findings else ("admitted", "good")
        page.line((document.file, "strong"), ": ", verdict, f" ({count(document.size, 'character')})")
        for found in document.findings:
            write_diagnostic(page, found, {})
    return page.text()

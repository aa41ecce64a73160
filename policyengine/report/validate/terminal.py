"""`validate` on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.report.diagnostic import write_diagnostic
from policyengine.report.text import Page, count
from policyengine.report.validate.result import Validated


def render(documents: Sequence[Validated], *, color: bool = False) -> str:
    """A line per file, its refusals beneath it."""
    page = Page(color=color)
    for document in documents:
        verdict = ("refused", "error") if document.findings else ("admitted", "good")
        page.line((document.file, "strong"), ": ", verdict, f" ({count(document.size, 'character')})")
        for found in document.findings:
            write_diagnostic(page, found, {})
    return page.text()

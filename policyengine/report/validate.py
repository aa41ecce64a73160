"""`validate` on a terminal, and as JSON, both from one `ValidatedFile`."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.report.json_output import to_json
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage
from policyengine.report.terminal_findings import write_diagnostic

SCHEMA = "policyengine/validate/1"


class ValidatedFile(Record):
    """One file and what AWS would refuse in it; size in characters as written."""

    file: str
    size: int
    findings: tuple[Diagnostic, ...]


def terminal(documents: Sequence[ValidatedFile], *, color: bool = False, width: int | None = None) -> str:
    """A line per file, its refusals beneath it."""
    page = TerminalPage(color=color, width=width)
    for document in documents:
        verdict = ("refused", "error") if document.findings else ("admitted", "good")
        page.line((document.file, "strong"), ": ", verdict, f" ({count(document.size, 'character')})")
        for diagnostic in document.findings:
            write_diagnostic(page, diagnostic)
    return page.text()


def as_json(documents: Sequence[ValidatedFile], at: str) -> str:
    """The verdict on each file (interface.md section 4)."""
    return to_json({"schema": SCHEMA, "at": at, "documents": [_document(document) for document in documents]})


def _document(document: ValidatedFile) -> dict[str, object]:
    return {
        "file": document.file,
        "admitted": not document.findings,
        "size": document.size,
        "findings": [_finding(diagnostic) for diagnostic in document.findings],
    }


def _finding(diagnostic: Diagnostic) -> dict[str, str]:
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "help": diagnostic.help,
        "url": diagnostic.url,
    }

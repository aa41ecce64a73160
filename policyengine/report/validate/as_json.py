"""`validate --format json`."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.base.diagnostics import Diagnostic
from policyengine.report.json_output import to_json
from policyengine.report.validate.terminal import Validated

SCHEMA = "policyengine/validate/1"


def render(documents: Sequence[Validated], at: str) -> str:
    """The verdict on each file (interface.md section 4)."""
    return to_json({"schema": SCHEMA, "at": at, "documents": [_document(document) for document in documents]})


def _document(document: Validated) -> dict[str, object]:
    return {
        "file": document.file,
        "admitted": not document.findings,
        "size": document.size,
        "findings": [_finding(found) for found in document.findings],
    }


def _finding(found: Diagnostic) -> dict[str, str]:
    return {
        "code": found.code,
        "name": found.name,
        "message": found.message,
        "path": found.path,
        "help": found.help,
    }

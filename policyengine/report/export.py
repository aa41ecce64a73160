"""`export` as JSON: the files by name, or an account's plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyengine.aws.documents import Json
from policyengine.base.diagnostics import Diagnostic
from policyengine.report.json_output import finding_json, to_json

SCHEMA = "policyengine/export/1"


def as_json(
    files: Mapping[str, str], at: str, *, plans: Sequence[Json] = (), findings: Sequence[Diagnostic] = ()
) -> str:
    """File names with their texts, plans as AWS Backup takes them, and the findings that kept both from being made."""
    return to_json(
        {
            "schema": SCHEMA,
            "at": at,
            "files": dict(files),
            "plans": list(plans),
            "findings": [finding_json(diagnostic) for diagnostic in findings],
        }
    )

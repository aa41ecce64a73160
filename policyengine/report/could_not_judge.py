"""The output of a command that could not judge: the findings that stand in the way, in the place of a result."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.base.diagnostics import Diagnostic
from policyengine.report.json_output import finding_json, to_json
from policyengine.report.markdown import Section, comment, item, prose


def as_json(schema: str, at: str, results: str, findings: Iterable[Diagnostic]) -> str:
    """A document of a schema whose list of results, at the key `results`, is empty."""
    rows = [finding_json(finding) for finding in findings]
    return to_json({"schema": schema, "at": at, results: [], "findings": rows})


def markdown(command: str, findings: Iterable[Diagnostic]) -> str:
    """The comment of a command on a pull request."""
    entries = [item(f"- **{each.code} {each.name}** {prose(each.message)}") for each in findings]
    return comment(command, "**could not judge**", [Section("\n", entries)])

"""`compile` on a terminal, each document as it would be sent with its size, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.analysis.findings import Verdict
from policyengine.aws.documents import Attachment, Compiled
from policyengine.aws.facts import limits
from policyengine.aws.policy_text import minify
from policyengine.base.diagnostics import Diagnostic
from policyengine.report.finding_text import tally
from policyengine.report.json_output import finding_json, to_json
from policyengine.report.terminal_findings import findings_page

SCHEMA = "policyengine/compile/1"

ATTACHMENTS = "attachments.json"
"""The file of `compile --out` that says where the policies are attached."""


def terminal(
    compiled: Compiled, verdict: Verdict, *, documents: bool = True, color: bool = False, width: int | None = None
) -> str:
    """Findings first, then `NAME (SIZE of 10,000 characters)` for each policy, and its minified document.

    Where it failed there are no documents, and the number of faults ends the page.
    """
    page = findings_page(verdict.diagnostics, color=color, width=width)
    if verdict.failed:
        page.line(("fail", "error"), f": {tally(verdict.diagnostics)}")
        return page.text()
    for policy in compiled.policies:
        most = limits()["policy_characters"]
        page.line((policy.name, "strong"), f" ({policy.size:,} of {most:,} characters)")
        if documents:
            page.unbroken(minify(policy.content))
    return page.text()


def as_json(compiled: Compiled, findings: Sequence[Diagnostic], at: str) -> str:
    """Documents, sizes, attachments and findings (interface.md section 4)."""
    return to_json(
        {
            "schema": SCHEMA,
            "at": at,
            "policies": {policy.name: policy.content for policy in compiled.policies},
            "sizes": {policy.name: policy.size for policy in compiled.policies},
            "attachments": attachments_json(compiled.attachments),
            "findings": [finding_json(diagnostic) for diagnostic in findings],
        }
    )


def attachments_json(attachments: Sequence[Attachment]) -> list[dict[str, object]]:
    """Attachments with their targets as written; without a snapshot an account has its name or its id."""
    return [
        {"target": _target(attachment), "policies": [name for name, _ in attachment.policies]}
        for attachment in attachments
    ]


def _target(attachment: Attachment) -> dict[str, str | None]:
    kind, text = attachment.target.kind, attachment.target.text
    if kind == "root":
        return {"kind": "root"}
    if kind == "ou":
        return {"kind": "ou", "path": text}
    by_id = text.isdigit()
    return {"kind": "account", "id": text if by_id else None, "name": None if by_id else text, "path": None}

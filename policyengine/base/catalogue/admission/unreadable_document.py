"""PE201: the text of a policy is not one JSON object, or a document of another kind."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE201",
    name="unreadable-document",
    severity=Severity.ERROR,
    title="the text of a policy is not one JSON object, or holds a document of another kind",
    rationale=(
        "AWS Organizations stores a backup policy as JSON text and refuses everything else: broken JSON, an "
        "empty file, a list, NaN. Nothing of such a text can be judged further. Neither can other documents that are "
        "at hand where a policy is: the answer of a command, an effective policy, a backup plan of AWS Backup, a "
        "policy of another type, a template."
    ),
    bad={"policy.json": '{"plans": {"daily": }}'},
    good={"policy.json": '{"plans": {"daily": {}}}'},
    reference="semantics.md 10.1",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

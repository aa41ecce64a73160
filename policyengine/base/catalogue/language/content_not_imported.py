"""PE142: an imported document holds something that the language cannot say."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE142",
    name="content-not-imported",
    severity=Severity.WARNING,
    title="an imported document holds something that the language cannot say",
    rationale=(
        "AWS admits operators on the document itself, outside `plans`, and gives them no meaning; the language "
        "has no words for them. They are left out of the import, and this finding names them."
    ),
    bad={
        "policy.json": '{"plans": {}, "@@assign": "value"}',
    },
    good={
        "policy.json": '{"plans": {}}',
    },
    reference="language.md 3.4; semantics.md 3.1",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

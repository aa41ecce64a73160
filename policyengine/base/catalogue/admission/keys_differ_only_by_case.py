"""PE203: two keys of one object are the same key to AWS, which ignores case."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE203",
    name="keys-differ-only-by-case",
    severity=Severity.ERROR,
    title="two keys of one object are the same key to AWS, which ignores case",
    rationale=(
        "AWS matches keys whatever their case and publishes them in small letters. In one document two "
        "spellings of a key are refused; across documents they are one setting."
    ),
    bad={"policy.json": '{"plans": {"Daily": {}, "daily": {}}}'},
    good={"policy.json": '{"plans": {"Daily": {}, "Weekly": {}}}'},
    reference="semantics.md 5, R20",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

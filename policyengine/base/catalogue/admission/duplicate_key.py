"""PE202: the JSON text of a policy gives one key twice in the same object."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE202",
    name="duplicate-key",
    severity=Severity.ERROR,
    title="the JSON text of a policy gives one key twice in the same object",
    rationale=(
        "Most JSON readers silently keep the last of two equal keys, so what a person reads and what a "
        "program sees differ. AWS refuses the document at any depth."
    ),
    bad={"policy.json": '{"plans": {"daily": {}, "daily": {}}}'},
    good={"policy.json": '{"plans": {"daily": {}, "weekly": {}}}'},
    reference="semantics.md 10.1; facts 4.5.6",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

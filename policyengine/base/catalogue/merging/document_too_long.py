"""PE310: a policy has more characters than AWS stores."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE310",
    name="document-too-long",
    severity=Severity.ERROR,
    title="a policy has more than 10,000 characters as it would be sent",
    rationale=(
        "AWS counts the characters of the text that it receives, white space included. "
        "A policy that is too long only because of its layout fits once it is minified, as `compile` writes it; "
        "any other is split in two, which may both be attached to the same place."
    ),
    bad={"policy.json": '{"plans": {' + " " * 10_000 + "}}"},
    good={"policy.json": '{"plans": {}}'},
    reference="semantics.md 8, R34",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html",),
    refused=True,
)

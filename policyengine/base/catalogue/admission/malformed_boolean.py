"""PE215: a value is neither true nor false as AWS spells them."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE215",
    name="malformed-boolean",
    severity=Severity.ERROR,
    title="a value is neither true nor false as AWS spells them",
    rationale=(
        'AWS reads `true`, `false` and the same two words as strings in small letters. It refuses `"TRUE"`, '
        '`1` and `"yes"`.'
    ),
    bad={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"enable_continuous_backup": {"@@assign": "FALSE"}}}}}}
"""
    },
    good={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"enable_continuous_backup": {"@@assign": "false"}}}}}}
"""
    },
    reference="semantics.md 7; facts 1.4.6",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)

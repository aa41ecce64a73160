"""PE213: a value is not a whole number in plain digits."""

from __future__ import annotations

from policyengine.base.diagnostics import Rule, Severity

RULE = Rule(
    code="PE213",
    name="malformed-number",
    severity=Severity.ERROR,
    title="a value is not a whole number in plain digits",
    rationale=(
        'AWS reads `60`, `"60"` and `"060"`, and refuses a fraction, an exponent, a sign or a blank, even '
        "where the number is whole."
    ),
    bad={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"start_backup_window_minutes": {"@@assign": "60.0"}}}}}}
"""
    },
    good={
        "policy.json": """\
{"plans": {"daily": {"rules": {"nightly": {"start_backup_window_minutes": {"@@assign": "60"}}}}}}
"""
    },
    reference="semantics.md 7; facts 1.2.6",
    aws_pages=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",),
)
